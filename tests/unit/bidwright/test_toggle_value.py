"""What a person may write as a toggle's value, and what comes of it lot by lot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright import Subject, Toggle, Variant
from bidwright.toggle import evaluate, may_be_on
from bidwright.toggle_value import TooOdd, read

PLAIN = Toggle(name="plain", env="USE_PLAIN", default=False, kind="release", description="d", owner="o")
TRIAL = Toggle(
    name="trial", env="T", default=False, kind="experiment", description="d", owner="o", money=True,
    variants=(Variant("control"), Variant("challenger", "smart"), Variant("third")),
)  # fmt: skip
SNIPED = Subject("70012345", "sniping", "North Las Vegas", "dry")
LOTS = [Subject(str(70_000_000 + n)) for n in range(2000)]


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("TRUE for strategy=sniping", True),
        ("true for strategy=auto|sniping & mode=dry-run", True),
        ("true for location=Katy | North Las Vegas", True),
        ("true for lot=70012345; false", True),
        ("false for strategy=sniping; true", False),
        ("true for strategy=auto", False),
        ("true for mode=live", False),
        ("100% for mode=dry;0%", True),
    ],
)
def test_rules_are_for_some_lots(text, on):
    """The first rule that fits decides, and where none does it is off."""
    assert on is evaluate(PLAIN, live=text, env=None, subject=SNIPED).on


def test_what_is_not_known_of_a_lot_fits_no_rule():
    """A question about every lot is one about nothing in particular."""
    assert [False, False] == [evaluate(PLAIN, live="true for mode=dry", env=None, subject=who).on for who in ("", "70012345")]
    assert may_be_on(PLAIN, live="true for mode=dry", env=None)
    assert not may_be_on(PLAIN, live="false for mode=dry; 0%", env=None)


@pytest.mark.parametrize(
    "text",
    [
        "maybe", "25", "-5%", "101%", "nan%", "1e1%", "%", "٣%", "true false", "true for", "true for colour=red", "true for mode=paper",
        "true for strategy=", "control", "on:50,off:40", "on:50,on:50", ";", "true;", "x" * 501, "true;" * 21 + "true", "\ufffd\ufffd",
    ],
)  # fmt: skip
def test_nonsense_is_told_from_a_value(text):
    """It says why, and the next source holds."""
    with pytest.raises(TooOdd):
        read(text, PLAIN.choices)
    assert PLAIN.trouble(text)
    assert evaluate(PLAIN, live=text, env="true").on
    assert not evaluate(TRIAL, live=text.replace("control", "contrl"), env="challenger").on


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_nonsense(text):
    """Nothing else comes of it, whatever it is; money stays where it is."""
    evaluate(PLAIN, live=text, env=text, subject=SNIPED)
    if TRIAL.trouble(text):
        assert not evaluate(TRIAL, live=text, env="challenger", subject=SNIPED).on


def test_shares_are_kept_and_stick():
    """About as many lots as the shares say, and a lot of a share stays when it grows."""

    def lots(text, variant):
        return {who.lot_id for who in LOTS if variant == evaluate(TRIAL, live=text, env=None, subject=who).variant}

    assert 140 < len(lots("control:90,challenger:10", "challenger")) < 260
    assert lots("control:90,challenger:10", "challenger") <= lots("control: 60, challenger: 30, third: 10", "challenger")
    assert 520 < len(lots("30%", "challenger")) < 680
    assert lots("10%", "challenger") == lots("control:90,challenger:10", "challenger")
    assert 2000 == len(lots("third", "third"))


@pytest.mark.parametrize(("text", "variant", "on"), [("true", "challenger", True), ("false", "control", False), ("Third", "third", True)])
def test_words_choose_a_variant(text, variant, on):
    """On is the second one, off the plain one."""
    verdict = evaluate(TRIAL, live=text, env=None, subject=SNIPED)

    assert (variant, on, "live") == (verdict.variant, verdict.on, verdict.reason)
