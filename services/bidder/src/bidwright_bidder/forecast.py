"""Forecast: from a lot's record to its outlook. Looks only; acting on it is reconcile.py's business."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from bidwright import Bid, Hold, LotView, Money, Params, Wait
from bidwright.clock import from_ms
from bidwright.records import IntentRecord, LotRecord, Records
from bidwright.runtime.reading import CLOSED, OPEN
from bidwright.runtime.site_time import SiteTime
from bidwright_bidder import rebuffs
from bidwright_bidder.conditions import Conditions
from bidwright_bidder.groups import Groups
from bidwright_bidder.latency import Latency
from bidwright_bidder.outlook import Outlook, Step, clock_time, idle, on_paper, wont
from bidwright_bidder.refusals import TABLE
from bidwright_bidder.spread import Spread
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.variants import Variants
from bidwright_bidder.views import MOST_PRICES, Moment, cap_of, view_of

_SOON_S, _LATER_S, _LONG_S = 1.5, 10.0, 30 * 60.0
_WORTH_TELLING = timedelta(seconds=1)
_TIMED, _CLOCK_S = timedelta(seconds=15), 0.5
"""A first bid so near the close is timed; it waits half a second for a clock that is exact."""
_VERDICT_MS, _LED_VERDICT_MS = 4000, 25_000
"""How long the poller is given to make the read that is due after a bid, before the bidder makes it itself."""
_SAME_READ_MS = 1500
_TOOK = frozenset({"LEADING", "OUTBID", "MOOT"})
_PROOF_BEFORE = timedelta(seconds=12)


class Forecast:
    """
    Says what will happen to a lot.
    """

    def __init__(
        self,
        records: Records,
        *,
        strategies: Strategies,
        conditions: Conditions,
        latency: Latency,
        spread: Spread,
        site_time: SiteTime,
        zone: tzinfo | None,
        groups: Groups,
        variants: Variants,
    ) -> None:
        self._records, self._strategies, self._conditions = records, strategies, conditions
        self._latency, self._spread, self._site_time, self._zone = latency, spread, site_time, zone
        self._groups, self._variants = groups, variants

    async def of(self, lot: LotRecord, at: Moment) -> Outlook:
        """The outlook of *lot* at the moment *at*. Raises redis errors."""
        return await self._groups.judge(lot, await self._alone(lot, at), at, self._alone)

    async def _alone(self, lot: LotRecord, at: Moment) -> Outlook:
        """The same as if there were no other lot."""
        lot = self._variants.chosen(lot)
        return self._settled_by_record(lot, at) or await self._by_strategy(lot, at)

    def _settled_by_record(self, lot: LotRecord, at: Moment) -> Outlook | None:
        """The outlook where the record alone decides, or None."""
        if lot.final or not lot.watched:
            return idle("", _LONG_S)
        if lot.inflight:
            return idle("A bid is under way; its outcome decides what comes next.", _LONG_S)
        if not lot.armed:
            return idle("Watched only: it is not armed.", _LONG_S)
        if lot.status == CLOSED:
            return idle("The site says it closed; a second read will confirm it.", _LATER_S)
        if word := self._conditions.obstacle(lot):
            return wont(self._because(word), TABLE[word].again_s)
        return self._unreadable(lot, at)

    def _because(self, word: str) -> str:
        if word == "store":
            return "; ".join(self._conditions.complaints)
        if word == "format":
            return f"{TABLE[word].because} ({self._conditions.format_trouble.rstrip('.')})"
        return TABLE[word].because

    def _unreadable(self, lot: LotRecord, at: Moment) -> Outlook | None:
        if lot.trouble_kind == "changed" and lot.trouble:
            return wont("the site's page of this lot can not be understood at present", _LATER_S)
        if not lot.seen:
            return wont(lot.trouble.rstrip(".") if lot.trouble else "it was not read yet", _LATER_S)
        if not lot.obs_started:
            return wont(self._conditions.only_shown, _LATER_S)
        if lot.status != OPEN:
            return wont(f"the site does not have this lot open for bidding ({lot.shown.get('market', '')})", _LATER_S)
        if lot.settled >= lot.obs_started:
            step = Step.READ if self._verdict_is_due(lot, at) else Step.REST
            return Outlook("idle", "A bid was placed; the next read shows where it stands.", step, again_s=_SOON_S)
        return None

    @staticmethod
    def _verdict_is_due(lot: LotRecord, at: Moment) -> bool:
        """Where the site's answer said that we lead, the read that proves it may wait until shortly before the close."""
        led = lot.exposure > 0 and from_ms(lot.close) - at.site > _PROOF_BEFORE
        return at.steady_ms - lot.settled >= (_LED_VERDICT_MS if led else _VERDICT_MS)

    async def _by_strategy(self, lot: LotRecord, at: Moment) -> Outlook:
        params = await self._strategies.params(lot.strategy, lot.params)
        why = params.why if isinstance(params, Hold) else self._strategies.barred(lot.strategy, real=self._conditions.real(lot))
        if isinstance(params, Hold) or why:
            return wont(why)
        intents = await self._records.intents(lot.id)
        view, earlier = await self._seen(lot, intents, params, at)
        match await self._strategies.decide(lot.strategy, view, at.site, real=self._conditions.real(lot)):
            case Hold(why) if lot.leading:
                return idle(f"{why[:1].upper()}{why[1:]}. {await self._if_outbid(lot, view, at)}")
            case Hold(why):
                return wont(why)
            case Wait(until, why):
                return self._planned(lot, until, at.site, [why] if why else [], earlier, answering=view.placed > 0)
            case Bid(amount, why):
                outlook = replace(self._now(lot, view, amount, intents, at), reason=why)
                if outlook.amount is not None and (held := await self._strategies.veto(Bid(outlook.amount, why), view, at.site)):
                    return wont(held.rstrip("."))
                return outlook

    async def view(self, lot: LotRecord, params: Params, at: Moment) -> LotView:
        """What a strategy is shown of *lot* at the moment *at*. Raises redis errors."""
        return (await self._seen(lot, await self._records.intents(lot.id), params, at))[0]

    async def held(self, lot: LotRecord, amount: Money, at: Moment) -> str:
        """Why a plugin holds back a bid of *amount* that the owner ordered; empty when none does. Raises redis errors."""
        return await self._strategies.veto(Bid(amount, "ordered by the owner"), await self.view(lot, Params(), at), at.site)

    async def _seen(self, lot: LotRecord, intents: list[IntentRecord], params: Params, at: Moment) -> tuple[LotView, timedelta]:
        """The view, and by how much its closes are shown earlier than they are."""
        lead, earlier = self._latency.safe_lead(self._site_time.width), self._spread.earlier(lot.id)
        if self._answers_at_once(lot, intents, at):
            earlier = max(earlier, from_ms(lot.close) - at.site - lead)
        history = await self._records.history(lot.id, MOST_PRICES) if self._strategies.wants_history(lot.strategy) else ()
        return view_of(lot, intents, params, at=at, safe_lead=lead, earlier=earlier, history=history), earlier

    async def _if_outbid(self, lot: LotRecord, view: LotView, at: Moment) -> str:
        """What the strategy would do about a lot that we lead, were we outbid by the least there is."""
        outbid = replace(view, leading=False, price=view.next_bid, next_bid=view.next_bid + Money.whole(1))
        match await self._strategies.decide(lot.strategy, outbid, at.site):
            case Hold(why):
                return f"If outbid, it will NOT bid again, because {why}."
            case _:
                return f"If outbid, it bids again, up to {view.cap}{on_paper(lot)}."

    def _answers_at_once(self, lot: LotRecord, intents: list[IntentRecord], at: Moment) -> bool:
        """
        When the request budget is short, an outbid is answered on the very read that shows it: waiting would cost another read.

        A war is as long as the rival's limit is far, not as the clock is slow, so this makes it no dearer.
        """
        answering = any(intent.state in _TOOK for intent in intents)
        fresh = at.steady_ms - lot.obs_started <= _SAME_READ_MS
        return self._spread.short and answering and fresh and not lot.leading

    def _planned(self, lot: LotRecord, until: datetime, now: datetime, whys: list[str], earlier: timedelta, *, answering: bool) -> Outlook:
        if earlier >= _WORTH_TELLING:
            whys = [*whys, f"some {earlier.total_seconds():.0f} s earlier, since other lots close at the same time"]
        reasons = f" ({'; '.join(whys)})" if whys else ""
        sentence = f"Will bid up to {cap_of(lot)}{on_paper(lot)} at {clock_time(until, now, self._zone)}{reasons}."
        return Outlook("will", sentence, Step.WAIT, at=max(until, now), answering=answering)

    def _now(self, lot: LotRecord, view: LotView, proposed: Money, intents: list[IntentRecord], at: Moment) -> Outlook:
        amount = min(Money.whole(proposed.dollars), view.cap)
        if amount < view.next_bid:
            return wont(f"the next bid, {view.next_bid}, is above {'your limit' if amount == view.cap else 'the amount decided'}, {amount}")
        if why := rebuffs.refused_for_good(intents, amount.cents):
            return wont(f"the site did not take {amount} {rebuffs.MOST} times in a row ({why})")
        if pause := rebuffs.pause_ms(intents, amount.cents, at.steady_ms):
            return self._planned(
                lot, at.site + timedelta(milliseconds=pause), at.site, ["trying again"], timedelta(0), answering=view.placed > 0
            )
        timed = view.placed == 0 and view.closes_at - at.site <= _TIMED
        if timed and not self._site_time.exact and self._site_time.width is not None:
            width = self._site_time.width.total_seconds() / 2
            return wont(f"the site's clock is known only to ± {width:.1f} s yet; it is being measured", _CLOCK_S)
        sentence = f"Bidding {amount}{on_paper(lot)} now, up to {view.cap}."
        return Outlook("will", sentence, Step.BID, amount=amount, answering=view.placed > 0)
