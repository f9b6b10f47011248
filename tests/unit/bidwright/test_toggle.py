"""How a toggle's value is found."""

import pytest

from bidwright.toggle import Toggle, evaluate

PLAIN = Toggle(name="plain", env="USE_PLAIN", default=True, kind="release", description="d", owner="o")
MONEY = Toggle(name="money", env="USE_MONEY", default=True, kind="release", description="d", owner="o", money=True)


@pytest.mark.parametrize(
    ("live", "env", "on", "reason"),
    [
        (None, None, True, "default"),
        (None, "false", False, "environment"),
        ("true", "false", True, "live"),
        ("0", "1", False, "live"),
        ("maybe", "off", False, "environment"),
        ("", "", True, "default"),
        ("100%", None, True, "percentage: 100% live"),
        ("0%", None, False, "percentage: 0% live"),
        ("900%", None, True, "default"),
    ],
)
def test_live_goes_before_environment_before_default(live, env, on, reason):
    """What cannot be read counts as not set."""
    verdict = evaluate(PLAIN, live=live, env=env, subject="70012345")
    assert (on, reason) == (verdict.on, verdict.reason)


def test_money_fails_closed():
    """An unreadable value of a toggle that lets money move is off."""
    assert not evaluate(MONEY, live="maybe", env="true").on


def test_a_locked_toggle_cannot_be_off():
    """It says why."""
    locked = Toggle(name="l", env="USE_L", default=True, kind="operational", description="d", owner="o", locked="nothing works without it")
    assert "locked: nothing works without it" == evaluate(locked, live="false", env="false").reason


def test_percentages_stick():
    """A lot that is in at 10 % is in at 30 % too, and about that many are."""
    ids = [str(70_000_000 + n) for n in range(2000)]
    ten = {i for i in ids if evaluate(PLAIN, live="10%", env=None, subject=i).on}
    thirty = {i for i in ids if evaluate(PLAIN, live="30%", env=None, subject=i).on}
    assert ten <= thirty
    assert 140 < len(ten) < 260
    assert 520 < len(thirty) < 680
