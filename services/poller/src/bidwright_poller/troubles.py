"""Troubles: what to do and say when a lot cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from bidwright.errors import BidwrightError, LotGone, UpstreamBusy, UpstreamChanged
from bidwright.money import Money
from bidwright.records import LotRecord

_AGAIN_S, _LONGEST_S = 2.0, 30.0
_TELL_AFTER = 3
_CHANGED_S = 60.0
_GONE_FIRST_S, _GONE_S, _GONE_CLOSING_S = 60.0, 600.0, 5.0
_ENDED_READS, _ENDED_S = 3, 10.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    The next step: look again after *again_s*; note *sentence* under *kind* if there is one; *ended*: take the lot for closed.
    """

    again_s: float
    kind: str = ""
    sentence: str = ""
    ended: bool = False


@dataclass(slots=True)
class _Run:
    """Failures of one kind in a row."""

    kind: type[BidwrightError]
    since: float
    number: int = 0


class Troubles:
    """
    Remembers the failures in a row of each lot, on this replica.
    """

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}

    def over(self, lot_id: str) -> None:
        """The lot was read, or nobody asks for it any more."""
        self._runs.pop(lot_id, None)

    def met(self, lot: LotRecord, error: BidwrightError, *, now: float, past_close: bool) -> Trouble:
        """Reading *lot* failed with *error* at the monotonic time *now*; *past_close*: its planned close has passed."""
        if isinstance(error, UpstreamBusy):
            return Trouble(error.retry_after)
        run = self._runs.get(lot.id)
        if run is None or run.kind is not type(error):
            run = self._runs[lot.id] = _Run(type(error), now)
        run.number += 1
        if isinstance(error, LotGone):
            return _gone(lot, run, now, past_close=past_close)
        if isinstance(error, UpstreamChanged):
            sentence = f"The site's page of this lot can not be understood ({error}). Nothing is bid on it until it can be read again."
            return Trouble(_CHANGED_S, "changed", sentence)
        again = min(_AGAIN_S * 2 ** (run.number - 1), _LONGEST_S)
        if run.number < _TELL_AFTER:
            return Trouble(again)
        return Trouble(again, "down", f"This lot could not be read {_TELL_AFTER} times in a row ({error}). Trying again.")


def _gone(lot: LotRecord, run: _Run, now: float, *, past_close: bool) -> Trouble:
    if not lot.seen:
        sentence = f"The site does not know a lot {lot.id}. Check the number, or stop watching it."
    elif lot.exposure or lot.inflight:
        sentence = f"The site does not show this lot any more, and {Money(lot.exposure)} of yours stands on it. Look at your account there."
    else:
        sentence = "The site does not show this lot any more."
    if not (lot.seen and past_close):
        return Trouble(_GONE_FIRST_S if run.number == 1 else _GONE_S, "gone", sentence)
    long_enough = run.number >= _ENDED_READS and now - run.since >= _ENDED_S
    ended = long_enough and not lot.exposure and not lot.inflight
    return Trouble(_GONE_CLOSING_S if not long_enough or ended else _GONE_FIRST_S, "gone", sentence, ended)
