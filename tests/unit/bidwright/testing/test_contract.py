"""The contract of a strategy notices each way of breaking it, and only those."""

import random
import sys
from datetime import timedelta

import pytest
from pydantic import Field

from bidwright import Bid, Hold, Money, OfferParams, Params, Wait
from bidwright.testing import StrategyContract

TESTS = sorted(name for name in vars(StrategyContract) if name.startswith("test_"))
ANSWERS, CAP = "test_it_answers_every_lot", "test_it_never_bids_above_the_cap"
CENT = Money(1)


class Careful:
    """
    Bids the next acceptable amount, a minute before the close; the tests break it in one place each.
    """

    name, description, version, params = "careful", "Bids late.", "1", OfferParams

    def __init__(self, twist=lambda _lot, _now, answer: answer, **changes):
        self.twist = twist
        for name, value in changes.items():
            setattr(self, name, value)

    def decide(self, lot, now):
        return self.twist(lot, now, self._answer(lot, now))

    def _answer(self, lot, now):
        if lot.leading:
            return Hold("you lead")
        if now < (start := lot.closes_at - timedelta(minutes=1)):
            return Wait(start)
        return lot.params.offer(lot)


def _broken(strategy, *tests, **more):
    """The contract's tests that *strategy* fails, of all or of *tests*, with their sentences."""
    contract = type("Contract", (StrategyContract,), {"strategy": strategy, **more})()
    found = {}
    for name in tests or TESTS:
        try:
            getattr(contract, name)()
        except AssertionError as error:
            found[name] = str(error)
    return found


def _when_bidding(amount):
    """Bid *amount* of the lot wherever Careful would bid."""
    return lambda lot, _now, answer: Bid(amount(lot)) if isinstance(answer, Bid) else answer


def _dear(lot, _now, answer):
    return Bid(lot.next_bid) if isinstance(answer, Hold) and not lot.leading else answer


def _raising(lot, _now, answer):
    return answer if lot.retail else 1 / 0


def _exiting(lot, _now, answer):
    return sys.exit(3) if lot.price == Money(0) else answer


def _overflowing(lot, _now, answer):
    return answer if lot.cap.dollars < 1_000_000 else lot.cap


def _dice(_lot, _now, answer):
    return Hold(f"{random.random()}") if isinstance(answer, Hold) else answer


def _sorting(lot, _now, answer):
    lot.own_bids.reverse()
    return answer


def _memory():
    seen = []

    def twist(_lot, _now, answer):
        seen.append(answer)
        return Hold("enough") if len(seen) % 7 == 0 and isinstance(answer, Hold) else answer

    return twist


def test_a_careful_strategy_keeps_it():
    """
    All of it, with other settings, too.
    """
    assert {} == _broken(Careful(), settings=({}, {"buffer": 5, "minBidAmount": 20}))


@pytest.mark.parametrize(
    ("twist", "test", "words"),
    [
        (_dear, CAP, "above the cap of"),
        (_when_bidding(lambda lot: lot.next_bid - CENT), "test_it_never_bids_below_the_next_bid", "below the next bid of"),
        (_when_bidding(lambda lot: min(lot.next_bid + CENT, lot.cap)), "test_it_bids_whole_dollars", "not whole dollars"),
        (
            lambda lot, _now, answer: Bid(lot.cap) if lot.leading and lot.cap > lot.next_bid else answer,
            "test_it_does_not_bid_while_it_leads",
            "while it leads",
        ),
        (lambda _lot, _now, answer: Hold(" ") if isinstance(answer, Hold) else answer, "test_it_says_why_it_holds", "without saying why"),
        (lambda _lot, now, answer: Wait(now) if isinstance(answer, Wait) else answer, "test_it_waits_for_a_time_to_come", "has passed"),
        (_dice, "test_the_same_lot_gets_the_same_answer", "asked again"),
        (_memory(), "test_the_same_lot_gets_the_same_answer", "asked again"),
        (_sorting, "test_it_changes_nothing_it_is_shown", "it changed what it was shown"),
    ],
)
def test_each_way_of_breaking_it_has_its_sentence(twist, test, words):
    """
    With the lot that showed it.
    """
    sentence = _broken(Careful(twist), test)[test]

    assert words in sentence
    assert "LotView(" in sentence


@pytest.mark.parametrize(
    ("twist", "words"),
    [
        (_raising, "it raised ZeroDivisionError: division by zero"),
        (_exiting, "it raised SystemExit: 3"),
        (_overflowing, "no proper answer but Money("),
        (lambda _lot, now, _answer: Wait(now.replace(tzinfo=None)), "no proper answer but Wait("),
        (lambda *_: None, "no proper answer but None"),
    ],
)
def test_what_is_no_answer_is_told(twist, words):
    """
    A retail price that is not known, a price of zero and huge numbers are among what it is shown.
    """
    assert words in _broken(Careful(twist), ANSWERS)[ANSWERS]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Careful One"}, "lower case"),
        ({"description": ""}, "description is empty"),
        ({"version": ""}, "version is empty"),
        ({"version": 1}, "it has no text 'version'"),
        ({"decide": None}, "no decide"),
    ],
)
def test_what_cannot_be_chosen_is_told(changes, words):
    """
    Name, description, version, settings and an answer are needed.
    """
    strategy = Careful(**changes)
    contract = type("Contract", (StrategyContract,), {"strategy": strategy})()

    with pytest.raises(AssertionError, match=words):
        contract.test_it_can_be_chosen()


def test_a_contract_without_a_strategy_is_told():
    """
    Forgetting to set it is one clear failure.
    """
    with pytest.raises(AssertionError, match=r"NoneType\(\) is no strategy"):
        StrategyContract().test_it_can_be_chosen()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field(1, description="Dollars.", ge=0, le=9), "setting step has no title"),
        (Field(1, title="Step", ge=0, le=9), "setting step has no description"),
        (Field(1, title="Step", description="Dollars.", ge=0), "setting step has no bounds"),
    ],
)
def test_a_setting_that_says_too_little_is_named(field, words):
    """
    Title, description and bounds are what the form is drawn from.
    """

    class Settings(Params):
        step: int = field

    with pytest.raises(AssertionError, match=words):
        type("Contract", (StrategyContract,), {"strategy": Careful(params=Settings)})().test_every_setting_says_what_it_is()


def test_it_does_without_hypothesis(monkeypatch):
    """
    Then the grid alone is tried, and finds as much here.
    """
    monkeypatch.setitem(sys.modules, "hypothesis", None)

    assert {} == _broken(Careful())
    assert "division by zero" in _broken(Careful(_raising), ANSWERS)[ANSWERS]
    assert "above the cap" in _broken(Careful(_dear), CAP)[CAP]
