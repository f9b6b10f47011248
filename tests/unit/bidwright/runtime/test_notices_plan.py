"""Where a notice goes, and when: rules, quiet hours and digests, on clocks that are set forward and back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bidwright import Notice
from bidwright.runtime.notices.plan import Later, Muted, Now, escalated, plan, quiet_until
from bidwright.runtime.notices.wishes import Wishes, merged

CHANNELS = ["log", "phone", "mail"]
PHOENIX, BERLIN = ZoneInfo("America/Phoenix"), ZoneInfo("Europe/Berlin")


def wishes(**parts):
    """What the owner wants."""
    return merged(Wishes(), parts)


def notice(kind="won", *, urgent=False):
    """Some notice."""
    return Notice("1-0", kind, "7", "x", urgent=urgent, at=datetime(2026, 11, 26, tzinfo=UTC))


def at(text, zone=PHOENIX):
    """A moment as people there say it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def where(made, kind="won", *, urgent=False, now="2026-11-26 12:00", bundled=False):
    """What becomes of it."""
    return plan(notice(kind, urgent=urgent), made, CHANNELS, at(now), bundled=bundled, zone=PHOENIX)


def test_to_all_channels_when_nothing_is_said():
    """
    Nobody has to set anything.
    """
    assert Now(tuple(CHANNELS)) == where(Wishes())


def test_the_first_rule_that_fits_decides():
    """
    By kind and severity; what fits none goes to all.
    """
    made = wishes(
        rules=[
            {"kinds": ["won"], "channels": ["mail"]},
            {"severity": "urgent", "channels": ["phone", "log"]},
            {"kinds": ["lost"], "severity": "normal", "mute": True},
        ]
    )

    assert Now(("mail",)) == where(made, "won", urgent=True)
    assert Now(("log", "phone")) == where(made, "halt", urgent=True)
    assert Muted() == where(made, "lost")
    assert Now(tuple(CHANNELS)) == where(made, "outbid")


def test_a_rule_that_names_nobody_who_is_there_never_means_silence():
    """
    All channels, and a sentence that says what to do; of several names those that are there are followed.
    """
    made = wishes(rules=[{"kinds": ["won"], "channels": ["gone"]}, {"kinds": ["lost"], "channels": ["gone", "mail"]}])

    assert Now(tuple(CHANNELS)) == where(made, "won")
    assert Now(("mail",)) == where(made, "lost")
    assert [
        f"rules[{n}].channels: there is no channel 'gone'; there is: log, mail, phone. Correct the name, or add its address to "
        "BIDWRIGHT_NOTIFY_URLS"
        for n in (0, 1)
    ] == made.unknown(CHANNELS)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-26 21:59", None),
        ("2026-11-26 22:00", "2026-11-27 07:00"),
        ("2026-11-26 23:59:59.999999", "2026-11-27 07:00"),
        ("2026-11-27 00:00", "2026-11-27 07:00"),
        ("2026-11-27 06:59:59", "2026-11-27 07:00"),
        ("2026-11-27 07:00", None),
    ],
)
def test_quiet_hours_over_midnight(now, until):
    """
    In the owner's time zone; what is urgent breaks through unless the owner says otherwise.
    """
    made = wishes(quiet={"from": "22:00", "to": "07:00"})
    silent = wishes(quiet={"from": "22:00", "to": "07:00", "urgentToo": True})
    held = Later(at(until), "quiet") if until else Now(tuple(CHANNELS))

    assert held == where(made, now=now)
    assert held == where(silent, urgent=True, now=now)
    assert Now(tuple(CHANNELS)) == where(made, urgent=True, now=now)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (("13:00", "15:00"), "2026-06-01T14:00+02:00", "2026-06-01T15:00+02:00"),
        (("22:00", "02:30"), "2026-03-28T23:00+01:00", "2026-03-29T03:30+02:00"),  # 02:30 does not exist that night
        (("22:00", "07:00"), "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),  # an hour longer
        (("22:00", "02:30"), "2026-10-25T02:15+01:00", "2026-10-26T02:30+01:00"),  # the second time that it is 02:15
    ],
)
def test_quiet_hours_when_clocks_are_set(hours, now, until):
    """
    They end at the time of day that was said, and always later than now.
    """
    made = wishes(quiet={"from": hours[0], "to": hours[1]}, timezone="Europe/Berlin")
    found = quiet_until(made, datetime.fromisoformat(now), urgent=False, zone=PHOENIX)

    assert datetime.fromisoformat(until) == found


def test_a_digest_takes_what_is_not_urgent():
    """
    Daily at the owner's hour, or at every so many minutes; what waited for it goes.
    """
    daily, often = wishes(digest={"dailyAt": "08:00"}), wishes(digest={"everyMinutes": 30})

    assert Later(at("2026-11-27 08:00"), "digest") == where(daily)
    assert Later(at("2026-11-26 08:00"), "digest") == where(daily, now="2026-11-26 07:59")
    assert Later(at("2026-11-26 12:30"), "digest") == where(often, now="2026-11-26 12:00")
    assert Now(tuple(CHANNELS)) == where(daily, urgent=True)
    assert Now(tuple(CHANNELS)) == where(daily, bundled=True)


def test_a_digest_within_quiet_hours_waits_for_their_end():
    """
    Twice held, told once.
    """
    made = wishes(digest={"dailyAt": "03:00"}, quiet={"from": "22:00", "to": "07:00"})

    assert Later(at("2026-11-27 07:00"), "quiet") == where(made, now="2026-11-27 03:00", bundled=True)


def test_escalation():
    """
    Asked after the minutes that were said; only for what is urgent, unless the owner wants all.
    """
    made = wishes(escalation={"channels": ["phone", "gone"], "afterMinutes": 5})

    assert at("2026-11-26 12:05") == where(made, urgent=True).watch
    assert where(made).watch is None
    assert ("phone",) == escalated(made, CHANNELS, urgent=True)
    assert () == escalated(made, CHANNELS, urgent=False)
    assert ("phone",) == escalated(wishes(escalation={"channels": ["phone"], "urgentOnly": False}), CHANNELS, urgent=False)
