"""The contract of a strategy, as tests: subclass StrategyContract, set `strategy`, and pytest tries it on many lots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import timedelta
from re import fullmatch
from typing import Any, ClassVar

from bidwright.money import Money
from bidwright.proper import improper, unusable
from bidwright.strategy import Bid, Decision, Hold, LotView, Params, Strategy, Wait
from bidwright.testing.bounds import bounded
from bidwright.testing.cases import each_lot, grid
from bidwright.testing.lot import make_lot


class StrategyContract:
    """
    What every strategy must keep to. Nothing here is about bidding well.

    Set *strategy*, and in *settings* what else than the defaults to try it with, each as its JSON would be. A failure is one sentence with
    the lot that showed it.
    """

    strategy: ClassVar[Strategy]
    settings: ClassVar[Sequence[Mapping[str, Any]]] = ({},)

    def test_it_can_be_chosen(self) -> None:
        """It has what the picker, the form and the receipts need."""
        strategy = getattr(self, "strategy", None)
        why = unusable(strategy)
        _must(not why, str(why))
        _must(
            bool(fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.strategy.name)), f"{self.strategy.name!r} is not lower case, digits and hyphens"
        )
        _must(bool(self.strategy.description.strip()), "the description is empty; the owner chooses by it")
        _must(bool(self.strategy.version.strip()), "the version is empty; receipts show it")

    def test_every_setting_says_what_it_is(self) -> None:
        """Each has a title, a description and bounds, from which the form is drawn."""
        model = self.strategy.params
        schema = model.model_json_schema(by_alias=False)
        for name, field in model.model_fields.items():
            _must(bool(field.title), f"setting {name} has no title")
            _must(bool(field.description), f"setting {name} has no description; say what it does and its unit")
            _must(
                bounded(schema["properties"][name], schema.get("$defs", {})),
                f"setting {name} has no bounds: give a number ge or gt and le or lt, text and lists max_length",
            )

    def test_it_answers_every_lot(self) -> None:
        """A Bid, Wait or Hold whatever the lot, never an exception: that would count as Hold, with a sentence nobody wants to read."""

        def check(lot: LotView) -> None:
            self._answer(lot)

        self._each(check)

    def test_it_answers_in_every_situation(self) -> None:
        """While it leads, once it was outbid, shortly before the close, in a war, and where the site says little."""
        for params in self._all_params():
            for changes in (
                {"leading": True, "placed": 1},
                {"placed": 1, "rested": timedelta(0)},
                {"closes_in": timedelta(seconds=2)},
                {"placed": 3, "war": timedelta(minutes=4), "closes_in": timedelta(seconds=28)},
                {"price": 0, "retail": None, "first_close": None},
            ):
                self._answer(make_lot(**changes, params=params))

    def test_it_never_bids_above_the_cap(self) -> None:
        """A guard would cut such a bid to the cap, so it is not what the strategy meant."""

        def check(lot: LotView, amount: Money) -> None:
            _must(amount <= lot.cap, f"it bids {amount}, above the cap of {lot.cap}, on {_shown(lot)}")

        self._each_bid(check)

    def test_it_never_bids_below_the_next_bid(self) -> None:
        """The site would refuse it; when the next bid is above the cap, the answer is Hold."""

        def check(lot: LotView, amount: Money) -> None:
            _must(amount >= lot.next_bid, f"it bids {amount}, below the next bid of {lot.next_bid}, on {_shown(lot)}")

        self._each_bid(check)

    def test_it_bids_whole_dollars(self) -> None:
        """The site takes no cents."""
        self._each_bid(lambda lot, amount: _must(amount.is_whole, f"it bids {amount}, which is not whole dollars, on {_shown(lot)}"))

    def test_it_does_not_bid_while_it_leads(self) -> None:
        """A guard stops every bid over a lead of ours."""
        self._each_bid(lambda lot, amount: _must(not lot.leading, f"it bids {amount} while it leads on {_shown(lot)}"))

    def test_it_says_why_it_holds(self) -> None:
        """The owner is shown the sentence after "Will NOT bid, because"."""

        def check(lot: LotView) -> None:
            answer = self._answer(lot)
            _must(not isinstance(answer, Hold) or bool(answer.why.strip()), f"it holds without saying why on {_shown(lot)}")

        self._each(check)

    def test_it_waits_for_a_time_to_come(self) -> None:
        """A Wait that has passed says nothing about what will happen."""

        def check(lot: LotView) -> None:
            answer = self._answer(lot)
            _must(not isinstance(answer, Wait) or answer.until > lot.seen_at, f"it waits until a time that has passed on {_shown(lot)}")

        self._each(check)

    def test_the_same_lot_gets_the_same_answer(self) -> None:
        """Whatever it was asked in between: it has no memory, no dice and no clock of its own."""
        for params in self._all_params():
            lots = list(grid(params))
            first = [self._answer(lot) for lot in lots]
            again = [self._answer(lot) for lot in reversed(lots)][::-1]
            for lot, one, other in zip(lots, first, again, strict=True):
                _must(one == other, f"it says {one}, asked again {other}, on {_shown(lot)}")

    def test_it_changes_nothing_it_is_shown(self) -> None:
        """The lot and the settings are as they were."""

        def check(lot: LotView) -> None:
            before = deepcopy(lot)
            self._answer(lot)
            _must(before == lot, f"it changed what it was shown; that was {_shown(before)}")

        self._each(check)

    def _all_params(self) -> list[Params]:
        return [self.strategy.params.model_validate(given) for given in self.settings]

    def _each(self, check: Callable[[LotView], None]) -> None:
        for params in self._all_params():
            each_lot(params, check)

    def _each_bid(self, check: Callable[[LotView, Money], None]) -> None:
        def ask(lot: LotView) -> None:
            answer = self._answer(lot)
            if isinstance(answer, Bid):
                check(lot, answer.amount)

        self._each(ask)

    def _answer(self, lot: LotView) -> Decision:
        try:
            answer = self.strategy.decide(lot, lot.seen_at)
        except (Exception, SystemExit) as error:
            raise AssertionError(f"it raised {type(error).__name__}: {error}, on {_shown(lot)}") from error
        if why := improper(answer):
            raise AssertionError(f"it gave no proper answer but {why}, on {_shown(lot)}")
        return answer


def _must(kept: bool, sentence: str) -> None:  # noqa: FBT001 - reads as "must …, or this sentence"
    __tracebackhide__ = True
    if not kept:
        raise AssertionError(sentence)


def _shown(lot: LotView) -> str:
    return f"{lot!r:.1500}"
