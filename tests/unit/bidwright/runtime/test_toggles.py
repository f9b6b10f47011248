"""Toggles in a running service: what it sees in Redis, and what it says and enters about it."""

import pytest
from structlog.testing import capture_logs

from bidwright import Toggle
from bidwright.runtime.toggles import Toggles

PLAIN = Toggle(name="plain", env="USE_PLAIN", default=True, kind="release", description="d", owner="o")
MONEY = Toggle(name="money", env="USE_MONEY", default=True, kind="release", description="d", owner="o", money=True)
KEYS = "feature:"


@pytest.fixture
def make(transitions, clock):
    """A replica's toggles."""
    return lambda env=None: Toggles(transitions, clock, [PLAIN, MONEY], env=env or {})


async def look(toggles, clock):
    """A moment later."""
    clock.advance(1)
    return await toggles.refresh()


async def audit(redis):
    """Name, who, old, new; the oldest first."""
    return [(row["name"], row["by"], row["old"], row["new"]) for _, row in await redis.xrange("bw:toggles:audit")]


async def _list(redis, key):
    await redis.rpush(key, "true")


async def _hash(redis, key):
    await redis.hset(key, "true", "true")


async def _stream(redis, key):
    await redis.xadd(key, {"true": "true"})


async def _binary(redis, key):
    await redis.set(key, b"\xff\xfe\x00true")


async def _huge(redis, key):
    await redis.set(key, "true" * 1_000_000)


async def _word(redis, key):
    await redis.set(key, "perhaps")


@pytest.mark.parametrize("put", [_list, _hash, _stream, _binary, _huge, _word])
async def test_what_cannot_be_read_falls_back_and_is_said_once(make, redis, clock, put):
    """Whatever the key holds: the environment holds, money is closed, and one warning says so until it is settled."""
    toggles = make({"USE_PLAIN": "false", "USE_MONEY": "true"})
    for name in ("plain", "money"):
        await put(redis, KEYS + name)
    with capture_logs() as logs:
        await look(toggles, clock)
        await look(toggles, clock)

    assert (False, "environment") == (toggles.verdict(PLAIN).on, toggles.verdict(PLAIN).reason)
    assert (False, "unreadable: live") == (toggles.verdict(MONEY).on, toggles.verdict(MONEY).reason)
    assert 2 == sum(line["event"] == "toggle.doubtful" for line in logs)
    assert {"plain", "money"} == {name for name, *_ in await audit(redis)}
    await redis.delete(KEYS + "plain", KEYS + "money")
    with capture_logs() as logs:
        await look(toggles, clock)
    assert 2 == sum(line["event"] == "toggle.settled" for line in logs)
    assert toggles.is_on(MONEY)


async def test_money_is_closed_before_redis_was_asked(make, clock):
    """A service that has just begun does not know yet whether somebody switched it off."""
    toggles = make({"USE_MONEY": "true"})

    assert (False, True) == (toggles.is_on(MONEY), toggles.is_on(PLAIN))
    await look(toggles, clock)
    assert toggles.is_on(MONEY)


async def test_a_flip_by_hand_is_entered_once_whoever_sees_it(make, redis, clock):
    """Two replicas, one entry per change; also one that was made while nobody ran."""
    await redis.set(KEYS + "plain", "false")
    one, two = make(), make()
    for value in ("true", "25%", None):
        for toggles in (one, two):
            await look(toggles, clock)
        await (redis.set(KEYS + "plain", value) if value else redis.delete(KEYS + "plain"))
    for toggles in (two, one):
        await look(toggles, clock)

    changes = [("", "false"), ("false", "true"), ("true", "25%"), ("25%", "")]
    assert [("plain", "redis", old, new) for old, new in changes] == await audit(redis)


async def test_a_hundred_flips_are_seen_and_entered_each(make, redis, transitions, clock):
    """By hand and by the owner in turn: every replica sees each at its next look."""
    replicas = [make(), make()]
    seen = []
    for number in range(100):
        value = "false" if number % 2 == 0 else "true"
        if number % 3:
            await transitions.toggle("plain", value, by="api", why="to and fro", keys=KEYS)
        else:
            await redis.set(KEYS + "plain", value)
        for toggles in replicas:
            await look(toggles, clock)
        seen.append({toggles.is_on(PLAIN) for toggles in replicas})

    assert [{number % 2 == 1} for number in range(100)] == seen
    entries = await audit(redis)
    assert ["false" if number % 2 == 0 else "true" for number in range(100)] == [new for *_, new in entries]
    assert {"api", "redis"} == {who for _, who, *_ in entries}


async def test_a_flip_by_hand_just_before_the_owners_is_entered_too(redis, transitions):
    """In the order in which they were made."""
    await redis.set(KEYS + "plain", "25%")
    await transitions.toggle("plain", "false", by="api", why="enough", keys=KEYS)

    assert [("plain", "redis", "", "25%"), ("plain", "api", "25%", "false")] == await audit(redis)


async def test_a_stale_one_is_said(transitions, clock):
    """Its review was due."""
    old = Toggle(name="old", env="USE_OLD", default=True, kind="release", description="d", owner="me", review=clock.now().date())
    with capture_logs() as logs:
        await look(Toggles(transitions, clock, [old], env={}), clock)

    assert ["ask me" in line["why"] for line in logs if line["event"] == "toggle.doubtful"] == [True]


async def test_flipping_the_locked_one_by_hand_changes_nothing(make, redis, clock):
    """It is said, and entered."""
    toggles = make()
    await redis.set("feature:state_machine", "false")
    with capture_logs() as logs:
        await look(toggles, clock)

    assert toggles.is_on(toggles.get("USE_STATE_MACHINE"))
    assert any("locked" in line.get("why", "") for line in logs)
