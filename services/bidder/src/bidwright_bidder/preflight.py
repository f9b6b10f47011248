"""Pre-flight: an hour, ten and two minutes before an armed lot closes everything a bid will need is looked at, and what is red is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc.aio

from bidwright import Clock, Hold, Money, Rates
from bidwright.clock import from_ms, to_ms
from bidwright.records import LotRecord, Records
from bidwright.runtime import rpc
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright.runtime.reading import OPEN
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Transitions
from bidwright_bidder.conditions import Conditions
from bidwright_bidder.latency import Latency
from bidwright_bidder.outlook import Outlook
from bidwright_bidder.refusals import TABLE
from bidwright_bidder.spread import Spread
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.variants import Variants
from bidwright_bidder.views import cap_of
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
MARKS = (60, 10, 2)
"""Minutes before the planned close."""
STEP_S = 2.0
_ASK_S = 2.0
_FRESH_S = 1.0
_DISK_FULL = 0.97
_SLOW = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Item:
    """
    One thing that a bid needs. *sentence* goes on after "because" when it is not *ok*.
    """

    name: str
    ok: bool
    sentence: str = ""


class Preflight:
    """
    Looks, and tells; deciding and guarding are others' business, who look again by themselves.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        records: Records,
        strategies: Strategies,
        variants: Variants,
        conditions: Conditions,
        latency: Latency,
        spread: Spread,
        site_time: SiteTime,
        clock: Clock,
        stub: Any,
        data_dir: Path,
    ) -> None:
        self._transitions, self._records, self._strategies, self._variants = transitions, records, strategies, variants
        self._conditions, self._latency, self._spread = conditions, latency, spread
        self._site_time, self._clock, self._stub, self._data_dir = site_time, clock, stub, data_dir
        self._redis: Any = transitions.redis
        self._status: tuple[float, site_pb2.GetStatusReply | str] = (float("-inf"), "it was not asked yet")

    async def step(self) -> None:
        """One step of the loop. Raises redis errors."""
        await pause(self._clock, STEP_S)
        await self.look()

    async def look(self) -> None:
        """Check every armed lot whose next mark has come; whichever replica is first keeps what it found. Raises redis errors."""
        await self._site_time.refresh()
        now = self._site_time.now()
        ids = await self._redis.zrange(
            f"{self._transitions.prefix}lots", to_ms(now), to_ms(now + timedelta(minutes=MARKS[0])), byscore=True
        )
        for lot in await self._records.lots([str(lot_id) for lot_id in ids]):
            left = from_ms(lot.close) - now
            mark = min((m for m in MARKS if left <= timedelta(minutes=m)), default=None)
            if mark is None or not lot.armed or lot.final or self._done(lot, mark):
                continue
            red = [item for item in [item async for item in self.items(lot)] if not item.ok]
            text = json.dumps([[item.name, item.sentence] for item in red]) if red else ""
            if await self._transitions.preflight(lot.id, mark, lot.close, text) and red:
                log.warning("preflight.red", lot=lot.id, minutes=mark, what=[item.name for item in red])

    async def items(self, lot: LotRecord, outlook: Outlook | None = None) -> AsyncIterator[Item]:
        """Everything that a bid on *lot* needs, good and bad; with *outlook* also what the forecast says. Raises redis errors."""
        await self._conditions.refresh()
        for item in self._switches(lot):
            yield item
        yield await self._site(lot)
        yield self._clock_item()
        yield self._speed()
        for item in self._lot(lot):
            yield item
        for item in self._limit(lot, await self._records.limits()):
            yield item
        async for item in self._money(lot):
            yield item
        yield await self._strategy(lot)
        yield self._disk()
        if outlook is not None and outlook.kind == "wont":
            yield Item("forecast", ok=False, sentence=outlook.sentence)

    @staticmethod
    def _done(lot: LotRecord, mark: int) -> bool:
        same_sale = abs(lot.close - lot.pre_close) < 10 * 60 * 1000  # an extension of seconds asks for no other check
        return bool(lot.pre_at) and same_sale and lot.pre_mark <= mark

    def _switches(self, lot: LotRecord) -> Iterator[Item]:
        state = self._conditions
        yield _by_table("halted", "kill switch", ok=not state.halted)
        if lot.mode == "live":
            yield _by_table("service-mode", "mode", ok=state.live)
            why = f"{TABLE['session'].because} (it is {state.session or 'missing'})"
            yield Item("session", state.session == "ok", "" if state.session == "ok" else why)
            yield Item("store", not state.complaints, "; ".join(state.complaints))
            yield Item("format", not state.format_trouble, state.format_trouble)
        yield _by_table("breaker", "breaker", ok=state.breaker == "closed")

    async def _site(self, lot: LotRecord) -> Item:
        """Whether nellis-proxy is there, and would let the bid out."""
        status = await self._asked()
        if isinstance(status, str):
            return Item("nellis-proxy", ok=False, sentence=f"nellis-proxy does not answer ({status}); start it")
        if status.halted_here:
            return Item("nellis-proxy", ok=False, sentence="nellis-proxy lets no bid out: remove its file HALT or BIDWRIGHT_HALT")
        if lot.mode == "live" and status.dry_only:
            return Item("nellis-proxy", ok=False, sentence="nellis-proxy was started with BIDWRIGHT_MODE=dry-run; start it without")
        blocked_s = (status.blocked_until_ms - to_ms(self._clock.now())) / 1000
        if blocked_s > 0:
            return Item("site", ok=False, sentence=f"the site asked to be left alone for {blocked_s:.0f} s more")
        return Item("site", ok=True)

    async def _asked(self) -> site_pb2.GetStatusReply | str:
        at, known = self._status
        if self._clock.monotonic() - at < _FRESH_S:
            return known
        try:
            known = await rpc.ask(self._stub.GetStatus, site_pb2.GetStatusRequest(), _ASK_S)
        except grpc.aio.AioRpcError as error:
            known = error.code().name.lower()
        self._status = (self._clock.monotonic(), known)
        return known

    def _clock_item(self) -> Item:
        width = self._site_time.width
        if self._site_time.exact:
            return Item("clock", ok=True, sentence="" if width is None else f"± {width.total_seconds() / 2:.2f} s")
        assert width is not None  # noqa: S101 - an unknown clock counts as exact: its width is reckoned with
        return Item(
            "clock",
            ok=False,
            sentence=f"the site's clock is known only to ± {width.total_seconds() / 2:.1f} s; it is measured near the bid",
        )

    def _speed(self) -> Item:
        lead = self._latency.safe_lead(self._site_time.width)
        if lead > _SLOW:
            return Item(
                "latency",
                ok=False,
                sentence=f"the site answers so slowly that a bid must leave {lead.total_seconds():.0f} s before the close",
            )
        if self._spread.short:
            return Item(
                "rate", ok=False, sentence="more lots want to be looked at than the site may be asked about; the nearest closes go first"
            )
        return Item("latency", ok=True, sentence=f"safe {lead.total_seconds():.0f} s before the close")

    def _lot(self, lot: LotRecord) -> Iterator[Item]:
        if lot.trouble:
            yield Item("lot", ok=False, sentence=lot.trouble.rstrip("."))
        elif not lot.seen:
            yield Item("lot", ok=False, sentence="it was not read yet")
        elif not lot.obs_started and lot.mode == "live":
            yield Item("lot", ok=False, sentence=self._conditions.only_shown)
        elif lot.status != OPEN:
            yield _by_table("not-open", "lot", ok=False)
        else:
            yield Item("lot", ok=True)
        yield _by_table("not-allowed", "account", ok=lot.shown.get("allowed") != "0")

    def _limit(self, lot: LotRecord, limits: Mapping[str, str]) -> Iterator[Item]:
        cap = cap_of(lot)
        if lot.rates is None:
            yield _by_table("no-rates", "rates", ok=False)
        if cap.cents <= 0:
            yield _by_table("no-cap", "cap", ok=False)
        elif limits.get("bid", "").isdigit() and cap.cents > int(limits["bid"]) and lot.next_bid > int(limits["bid"]):
            yield _by_table("over-limit", "cap", ok=False)
        elif not lot.leading and lot.next_bid > cap.cents:
            yield Item("cap", ok=False, sentence=f"the next bid, {Money(lot.next_bid)}, is above your limit of {cap}")
        else:
            yield Item("cap", ok=True)

    async def _money(self, lot: LotRecord) -> AsyncIterator[Item]:
        """Whether the next bid fits into every budget of the lot, and into its group."""
        scopes = [scope for scope in lot.scopes.split(",") if scope]
        if not scopes:
            yield _by_table("budget:none", "budget", ok=False)
        want = max(lot.next_bid, lot.exposure)
        rates = lot.rates or Rates(0, 0)
        more = 0 if lot.leading else max(0, rates.all_in(Money(want)).cents - lot.booked)
        budgets = await self._records.budgets(scopes) if scopes else {}
        for scope, budget in budgets.items():
            limit = budget.get("limit", "0")
            used = int(budget.get(lot.mode, 0))
            fits = limit == "none" or (limit.isdigit() and used + more <= int(limit))
            room = Money(max(0, int(limit) - used)) if limit.isdigit() else Money(0)
            yield Item(
                f"budget {scope}", fits, "" if fits else f"the budget {scope!r} has {room} left and the next bid needs {Money(more)} more"
            )
        if lot.group:
            group, lots = await self._records.group(lot.group)
            won = group.won(lots, lot.mode) >= group.wanted
            full = lot.exposure == 0 and group.count(lot.mode) >= group.wanted + group.over
            yield _by_table("group-won" if won else "group-full", "group", ok=not (won or full))

    async def _strategy(self, lot: LotRecord) -> Item:
        lot = self._variants.chosen(lot)
        params = await self._strategies.params(lot.strategy, lot.params)
        if isinstance(params, Hold):
            return Item("strategy", ok=False, sentence=params.why)
        why = self._strategies.barred(lot.strategy, real=self._conditions.real(lot))
        return Item("strategy", not why, why)

    def _disk(self) -> Item:
        folder = next((path for path in (self._data_dir, *self._data_dir.resolve().parents) if path.exists()), Path("/"))
        total, used, _ = shutil.disk_usage(folder)
        full = total > 0 and used / total > _DISK_FULL
        return Item(
            "disk", not full, f"the disk is {used / total:.0%} full: the store will soon refuse to write; free some space" if full else ""
        )


def _by_table(word: str, name: str, *, ok: bool) -> Item:
    return Item(name, ok, "" if ok else TABLE[word].because)
