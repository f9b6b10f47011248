"""Experiments: what each variant of a toggle came to, lot by lot, and the end of one that does worse."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

import msgspec

from bidwright import Money, Toggle
from bidwright.runtime.logging import get_logger
from bidwright.runtime.toggles import Toggles
from bidwright.transitions import Transitions
from bidwright_gateway.board import Board
from bidwright_gateway.panel import rollback_of

log = get_logger(__name__)
_Z = 1.959964
_FEWEST = 5
"""Lots without which no interval is given."""


@dataclass(frozen=True, slots=True)
class Tally:
    """
    What a variant came to: cents of surplus of each lot, the newest last, and how many were won.
    """

    surpluses: list[int]
    won: int

    @property
    def mean(self) -> float:
        """Cents of surplus per lot; 0 without lots."""
        return fmean(self.surpluses) if self.surpluses else 0.0

    @property
    def half_width(self) -> float | None:
        """Half of the interval that has the mean in it 95 times of 100; None with too few lots to say."""
        count = len(self.surpluses)
        if count < _FEWEST:
            return None
        return _student(count - 1) * stdev(self.surpluses) / sqrt(count)


class Experiments:
    """
    Counts lots that ended, and flips an experiment back. Every function raises redis errors and StoreDown.
    """

    def __init__(self, toggles: Toggles, transitions: Transitions, board: Board) -> None:
        self._toggles, self._transitions, self._board = toggles, transitions, board
        self._redis: Any = transitions.redis

    async def round(self) -> list[str]:
        """Count what ended, and roll back what does worse: a sentence for each that was."""
        for lot in list(self._board.lots.values()):
            for name in lot.variants.keys() - lot.counted if lot.final else ():
                await self._transitions.outcome(lot.id, name)
        found = [await self._judge(toggle) for toggle in self._toggles if toggle.variants]
        return [sentence for sentence in found if sentence]

    async def table(self, toggle: Toggle) -> dict[str, Any]:
        """Outcomes by variant since somebody last set the value; amounts in dollars per lot."""
        tallies, mixed, since = await self._tallies(toggle)
        control = tallies[toggle.choices[0]]
        rows = [_row(name, tally, control if name != toggle.choices[0] else None) for name, tally in tallies.items()]
        return {"name": toggle.name, "since": since, "outcomes": rows, "mixed": mixed}

    async def _judge(self, toggle: Toggle) -> str:
        """The sentence with which *toggle* was rolled back; empty when it was not."""
        last = await self._redis.hgetall(f"{self._transitions.prefix}toggle:{toggle.name}")
        worse_by, lots = rollback_of(toggle, last)
        if lots == 0 or not self._toggles.may_be_on(toggle):
            return ""
        tallies, _, _ = await self._tallies(toggle)
        control = tallies[toggle.choices[0]]
        for name, tally in tallies.items():
            if name == toggle.choices[0] or min(len(tally.surpluses), len(control.surpluses)) < lots:
                continue
            ours, theirs = fmean(tally.surpluses[-lots:]), fmean(control.surpluses[-lots:])
            if theirs - ours > worse_by:
                worse = _dollars(theirs - ours)
                why = f"{name} had ${worse:.2f} less surplus per lot than {toggle.choices[0]} over {lots} lots each"
                return await self._flip_back(toggle, f"{why}; more than ${worse_by / 100:.2f} was not to be")
        return ""

    async def _flip_back(self, toggle: Toggle, why: str) -> str:
        """Only if the value is still the one that was judged: somebody may have set another one just now."""
        held = self._toggles.live(toggle) or ""
        answer = await self._transitions.toggle(
            toggle.name, toggle.choices[0], by="roll-back", why=why, expect=held, keys=self._toggles.keys
        )
        await self._toggles.refresh(at_once=True)
        if not answer.ok:
            return ""
        log.warning("toggle.rolled_back", toggle=toggle.name, why=why)
        return f"The experiment {toggle.name} was rolled back: {why}."

    async def _tallies(self, toggle: Toggle) -> tuple[dict[str, Tally], int, int]:
        """By variant, how many were under several, and since when (Unix ms; 0: from the beginning)."""
        prefix = self._transitions.prefix
        since = int(await self._redis.hget(f"{prefix}toggle:{toggle.name}", "since") or 0)
        found = {name: Tally([], 0) for name in toggle.choices}
        mixed = 0
        for line in await self._redis.lrange(f"{prefix}outcomes:{toggle.name}", 0, -1):
            row = msgspec.json.decode(line, type=dict[str, str])
            if int(row["at"]) < since:
                continue
            tally = found.get(row["variant"])
            mixed += tally is None
            if tally is not None:
                found[row["variant"]] = Tally([*tally.surpluses, int(row["surplus"])], tally.won + (row["won"] == "1"))
        return found, mixed, since


def _row(name: str, tally: Tally, control: Tally | None) -> dict[str, Any]:
    half = tally.half_width
    row: dict[str, Any] = {
        "variant": name,
        "lots": len(tally.surpluses),
        "won": tally.won,
        "surplus": str(Money(sum(tally.surpluses))),
        "surplusPerLot": _dollars(tally.mean),
        "interval": None if half is None else [_dollars(tally.mean - half), _dollars(tally.mean + half)],
    }
    if control is not None:
        row["againstFirst"] = _difference(tally, control)
    return row


def _difference(tally: Tally, control: Tally) -> dict[str, Any]:
    """How much more surplus per lot than the first variant, and its interval (Welch)."""
    apart = tally.mean - control.mean
    if min(len(tally.surpluses), len(control.surpluses)) < _FEWEST:
        return {"surplusPerLot": _dollars(apart), "interval": None}
    one, two = (stdev(each.surpluses) ** 2 / len(each.surpluses) for each in (tally, control))
    spread = one**2 / (len(tally.surpluses) - 1) + two**2 / (len(control.surpluses) - 1)
    half = _student((one + two) ** 2 / spread) * sqrt(one + two) if spread > 0 else 0.0
    return {"surplusPerLot": _dollars(apart), "interval": [_dollars(apart - half), _dollars(apart + half)]}


def _student(freedom: float) -> float:
    """The 97.5 % point of Student's t (Cornish and Fisher's expansion: 2 % too small at four degrees of freedom, exact at many)."""
    return _Z + (_Z**3 + _Z) / (4 * freedom) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * freedom**2)


def _dollars(cents: float) -> float:
    return round(cents / 100, 2)
