"""Groups: which lots of a group act when it has room for fewer than want to. The scripts see to it that it never wins too many."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bidwright import Clock, Money
from bidwright.clock import from_ms
from bidwright.records import GroupRecord, LotRecord, Records
from bidwright.runtime.reading import OPEN
from bidwright_bidder.outlook import Outlook, Step, wont
from bidwright_bidder.refusals import TABLE
from bidwright_bidder.views import Moment

WINDOW = timedelta(minutes=2)
"""Lots that want to act within so short a time compete; a later one does not hold an earlier one back."""
PATIENCE_S = 3.0
"""A lot whose turn it is and that does not act for so long cannot, whatever keeps it: the next one gets its chance."""
_SOON_S, _LATER_S, _FRESH_S = 0.5, 10.0, 0.25
Alone = Callable[[LotRecord, Moment], Awaitable[Outlook]]


@dataclass(frozen=True, slots=True)
class Contender:
    """
    A lot that wants to act at *at*, bidding *amount* or more.
    """

    lot: LotRecord
    at: datetime
    amount: Money

    @property
    def surplus(self) -> Money:
        """How far the next bid is below the limit: what makes a lot the better buy."""
        return self.lot.hammer_cap - Money(self.lot.next_bid)

    @property
    def rank(self) -> tuple[int, int, str]:
        """Largest surplus first, then the earlier close, then the id: every replica comes to the same order."""
        return -self.surplus.cents, self.lot.close, self.lot.id


@dataclass(frozen=True, slots=True)
class Turns:
    """
    Whose turn it is. *held* maps a lot to the one that goes before it; None: there is no room for anybody.
    """

    worked_out: float
    won: int
    wanted: int
    held: Mapping[str, tuple[Contender, Contender] | None] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        """True once as many are won as are wanted."""
        return self.won >= self.wanted


class Groups:
    """
    The turns of every group that a lot was looked at in, worked out anew at most four times a second.
    """

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock
        self._turns: dict[tuple[str, str], Turns] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._called: dict[str, float] = {}

    async def judge(self, lot: LotRecord, alone: Outlook, at: Moment, outlook_of: Alone) -> Outlook:
        """What becomes of *alone*, the outlook of *lot* by itself, beside the other lots of its group. Raises redis errors."""
        if not lot.group or not alone.will_bid or lot.exposure > 0:  # a lot with money on it has its place already
            return alone
        turns = await self._turns_of(lot.group, lot.mode, at, outlook_of)
        if turns.enough:
            return wont(TABLE["group-won"].because, _LATER_S)
        if (alone.at or at.site) - at.site > WINDOW or lot.id not in turns.held:
            return alone
        again_s = _SOON_S if from_ms(lot.close) - at.site <= WINDOW else _LATER_S
        pair = turns.held[lot.id]
        return wont(TABLE["group-full"].because if pair is None else _better(*pair), again_s)

    async def _turns_of(self, group_id: str, mode: str, at: Moment, outlook_of: Alone) -> Turns:
        async with self._locks.setdefault(group_id, asyncio.Lock()):
            known = self._turns.get((group_id, mode))
            if known is None or self._clock.monotonic() - known.worked_out >= _FRESH_S:
                group, lots = await self._records.group(group_id)
                mine = [one for one in lots if one.mode == mode]
                wanting = await self._able([await self._contender(one, at, outlook_of) for one in mine if _competes(one)], at)
                known = self._work_out(group, mode, lots, wanting, at)
                self._turns[group_id, mode] = known
            return known

    async def _contender(self, lot: LotRecord, at: Moment, outlook_of: Alone) -> Contender | None:
        """The lot as a contender; None when it would not bid by itself."""
        if lot.settled >= lot.obs_started > 0:  # outbid a moment ago: it answers after the read that is due
            return Contender(lot, at.site, Money(lot.next_bid))
        outlook = await outlook_of(lot, at)
        if not outlook.will_bid or outlook.step not in (Step.BID, Step.WAIT):
            return None
        return Contender(lot, outlook.at or at.site, outlook.amount or Money(lot.next_bid))

    async def _able(self, found: Iterable[Contender | None], at: Moment) -> list[Contender]:
        """Those that want to act soon and that no budget keeps from it, best first."""
        soon = [one for one in found if one is not None and one.at - at.site <= WINDOW]
        budgets = await self._records.budgets({scope for one in soon for scope in _scopes(one.lot)}) if soon else {}
        most = await self._records.most_per_bid() if soon else None
        able = [one for one in soon if (most is None or one.amount.cents <= most) and _fits(one, budgets)]
        return sorted(able, key=lambda one: one.rank)

    def _work_out(self, group: GroupRecord, mode: str, lots: list[LotRecord], wanting: list[Contender], at: Moment) -> Turns:
        now = self._clock.monotonic()
        room = group.wanted + group.over - group.count(mode)
        called: list[Contender] = []
        held: dict[str, tuple[Contender, Contender] | None] = {}
        for one in wanting:
            since = self._called.get(one.lot.id)
            if since is not None and now - since > PATIENCE_S and one.at <= at.site:
                continue  # it may still act, and holds nobody back
            if len(called) < room:
                called.append(one)
                if one.at <= at.site:
                    self._called.setdefault(one.lot.id, now)
                    continue
            else:
                held[one.lot.id] = (called[-1], one) if called else None
            self._called.pop(one.lot.id, None)
        waiting = {one.lot.id for one in wanting}
        for lot in lots:
            if lot.mode == mode and lot.id not in waiting:
                self._called.pop(lot.id, None)
        return Turns(now, group.won(lots, mode), group.wanted, held)


def _competes(lot: LotRecord) -> bool:
    """Whether a lot may want a place that it does not have yet."""
    wanted = lot.watched and lot.armed and not lot.final and not lot.leading
    return wanted and lot.status == OPEN and lot.exposure == 0 and not lot.inflight and 0 < lot.next_bid <= lot.hammer_cap.cents


def _scopes(lot: LotRecord) -> list[str]:
    return [scope for scope in lot.scopes.split(",") if scope]


def _fits(one: Contender, budgets: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the budgets have room for the contender; RESERVE decides, this only keeps a lot that cannot act from holding others back."""
    rates = one.lot.rates
    if rates is None or not one.lot.scopes:
        return False
    cost = rates.all_in(one.amount).cents - one.lot.booked
    for scope in _scopes(one.lot):
        row = budgets.get(scope, {})
        limit = row.get("limit", "")
        if limit != "none" and (not limit.isdecimal() or int(row.get(one.lot.mode) or 0) + cost > int(limit)):
            return False
    return True


def _better(first: Contender, held: Contender) -> str:
    title = first.lot.shown.get("title", "")
    name = f"lot {first.lot.id}" + (f" ({title[:60]})" if title else "")
    if first.surplus == held.surplus:
        return f"{name} of its group is as good a buy and goes first"
    return f"{name} of its group is the better buy: its next bid is {first.surplus} below your limit, here it is {held.surplus} below"
