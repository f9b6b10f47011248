"""The owner's wishes: what is wrong is said with its place, and what cannot be read never means silence."""

import pytest

from bidwright.errors import BadInput
from bidwright.runtime.notices.secrecy import cleaner
from bidwright.runtime.notices.wishes import WishBook, Wishes, merged


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ([], "", "Send an object"),
        ({"quiett": None}, "quiett", "there is no such setting; there is: rules, quiet"),
        ({"rules": None}, "rules", "valid tuple"),
        ({"rules": [{"kinds": ["wonn"], "channels": ["log"]}]}, "rules[0].kinds[0]", "there is no kind 'wonn'; there is: won, lost"),
        ({"rules": [{"kinds": ["digest"], "channels": ["log"]}]}, "rules[0].kinds[0]", "there is no kind"),
        ({"rules": [{"kinds": ["won"]}]}, "rules[0]", "name at least one channel"),
        ({"rules": [{"mute": True}]}, "rules[0]", "what is urgent cannot be muted"),
        ({"rules": [{"mute": True, "severity": "normal", "channels": ["log"]}]}, "rules[0]", "leave out"),
        ({"rules": [{"chanels": ["log"]}]}, "rules[0].chanels", "not permitted"),
        ({"quiet": {"from": "25:00", "to": "07:00"}}, "quiet.from", "it looks like 22:00"),
        ({"quiet": {"from": "22", "to": "07:00"}}, "quiet.from", "it looks like 22:00"),
        ({"quiet": {"from": "07:00", "to": "07:00"}}, "quiet", "for no quiet hours set"),
        ({"quiet": {"from": "22:00"}}, "quiet.to", "required"),
        ({"digest": {}}, "digest", "either"),
        ({"digest": {"dailyAt": "08:00", "everyMinutes": 30}}, "digest", "either"),
        ({"digest": {"everyMinutes": 0}}, "digest.everyMinutes", "greater than or equal to 2"),
        ({"escalation": {"channels": []}}, "escalation.channels", "at least 1"),
        ({"endingMinutes": 500}, "endingMinutes", "less than or equal to 120"),
        ({"timezone": "Phoenix"}, "timezone", "it looks like America/Phoenix"),
        ({"timezone": "../etc/passwd"}, "timezone", "is no time zone"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(body, place, words):
    """
    And with what to do.
    """
    with pytest.raises(BadInput) as raised:
        merged(Wishes(), body)
    assert place == raised.value.field
    assert words in str(raised.value)


async def test_parts_that_are_not_named_stay(redis):
    """
    And come back as they were sent.
    """
    book = WishBook(redis)
    await book.change({"quiet": {"from": "22:00", "to": "7:00"}, "endingMinutes": 5})
    await book.change({"digest": {"dailyAt": "08:30"}, "endingMinutes": 0})
    await book.change({"rules": [{"kinds": ["won"], "channels": ["log"]}]})
    wishes, problems = await book.read()

    assert [] == problems
    assert {
        "rules": [{"kinds": ["won"], "severity": "any", "channels": ["log"], "mute": False}],
        "quiet": {"from": "22:00", "to": "07:00", "urgentToo": False},
        "digest": {"dailyAt": "08:30", "everyMinutes": None},
        "escalation": None,
        "endingMinutes": 0,
        "timezone": "",
    } == wishes.document()
    assert wishes == merged(Wishes(), wishes.document())


@pytest.mark.parametrize("broken", ["{", "[" * 100_000, '[{"kinds": ["won"]}]', '"all"', "null", "\x00"])
async def test_what_cannot_be_read_counts_as_not_set_and_is_named(redis, broken):
    """
    The other parts are followed.
    """
    await redis.hset("bw:notify", mapping={"rules": broken, "endingMinutes": "5", "unheard": "1"})
    wishes, [problem] = await WishBook(redis).read()

    assert ((), 5) == (wishes.rules, wishes.ending_minutes)
    assert problem.startswith("rules")
    assert problem.endswith("Until it is set anew notices go to all channels.")


async def test_a_channel_that_is_not_there_is_refused_where_it_is_named(redis):
    """
    What stood there before its channel went keeps nobody from changing something else.
    """
    book = WishBook(redis)
    await book.change({"rules": [{"channels": ["gone"]}]})
    with pytest.raises(BadInput, match=r"^escalation.channels: there is no channel 'fone'; there is: log, phone\. Correct the name"):
        await book.change({"escalation": {"channels": ["fone"]}}, ["phone", "log"])

    assert 5 == (await book.change({"endingMinutes": 5}, ["phone", "log"])).ending_minutes


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("tgram://123456789:AAbb/5566", "bot123456789:AAbb failed for AAbb"),
        ("mailto://me:p%40ss@host.example/?to=you@x", "login me p@ss failed, p%40ss, bWU6cCU0MHNz"),
        ("webhook:https://h.example/hooks/T0K/B0B#s3cr3ts3cr3t!", "/hooks/T0K/B0B s3cr3ts3cr3t!"),
        ("slack://TokenA/TokenB/TokenC/#channel", "TokenA/TokenB TokenC"),
        ("json://u:ab@h", "u:ab and dTphYg=="),
    ],
)
def test_pieces_of_an_address_are_taken_out(address, text):
    """
    Encoded or not, whole or in parts.
    """
    told = cleaner([address])(text)

    assert not [piece for piece in ("AAbb", "p@ss", "p%40ss", "bWU6", "T0K", "B0B", "s3cr", "Token", "u:ab", "dTphYg") if piece in told]
    assert "[hidden]" in told


def test_plain_words_stay():
    """
    Nothing is hidden while there is no address, and words that are in none are kept.
    """
    assert "log: it answered 500" == cleaner([])("log: it answered 500")
    assert "Refused: it answered 500" == cleaner(["log:", "webhook:http://h:500/a#0123456789abcdef"])("Refused: it answered 500")
