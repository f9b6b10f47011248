"""Trial: a strategy asked about a watched lot, as it stands now or as it stood before, for people who want to see. Nothing is bid."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from redis.exceptions import RedisError

from bidwright import Bid, Clock, Hold, Money, Params, PricePoint, Wait
from bidwright.clock import from_ms, to_ms
from bidwright.errors import NotFound, StoreDown
from bidwright.records import LotRecord, Records
from bidwright_bidder.forecast import Forecast
from bidwright_bidder.reconcile import Reconciler
from bidwright_bidder.replay import Replay
from bidwright_bidder.strategies import Strategies
from bidwright_proto.v1 import bidder_pb2


class Trial:
    """
    Shows a strategy a lot and keeps nothing of it.
    """

    def __init__(self, records: Records, strategies: Strategies, forecast: Forecast, reconciler: Reconciler, clock: Clock) -> None:
        self._records, self._strategies, self._forecast, self._reconciler = records, strategies, forecast, reconciler
        self._clock = clock

    async def of(self, asked: bidder_pb2.TryStrategyRequest) -> bidder_pb2.TryStrategyReply:
        """What the strategy was shown and said. Raises NotFound for a lot that is not watched, and StoreDown."""
        lot, name, params = await self._asked(asked)
        reply = bidder_pb2.TryStrategyReply(strategy=name, version=self._strategies.version(name), plugin=self._plugin(name), kind="hold")
        if isinstance(params, Hold):
            reply.says = params.why
            return reply
        at = self._reconciler.moment()
        view = await self._forecast.view(replace(lot, strategy=name), params, at)
        reply.shown = json.dumps(asdict(replace(view, params=None)), default=str)
        began = self._clock.monotonic()
        decision = await self._strategies.decide(name, view, at.site)
        reply.took_ms = (self._clock.monotonic() - began) * 1000
        reply.says = decision.why
        match decision:
            case Bid(amount):
                reply.kind, reply.cents = "bid", amount.cents
            case Wait(until):
                reply.kind, reply.until_ms = "wait", to_ms(until)
        return reply

    async def replay(self, asked: bidder_pb2.ReplayStrategyRequest) -> bidder_pb2.ReplayStrategyReply:
        """What the strategy would have done with the prices that were seen. Raises NotFound, StoreDown."""
        lot, name, params = await self._asked(asked)
        reply = bidder_pb2.ReplayStrategyReply(strategy=name, version=self._strategies.version(name), plugin=self._plugin(name))
        if isinstance(params, Hold):
            reply.sentence = f"It would not have bid: {params.why}."
            return reply
        at = self._reconciler.moment()
        try:
            rows = await self._records.history(lot.id)
        except RedisError as error:
            raise StoreDown(f"Redis did not answer: {error}") from error
        view = await self._forecast.view(replace(lot, strategy=name), params, at)
        close = from_ms(lot.close)
        view = replace(view, closes_at=close, cap=Money(asked.cap_cents) if asked.cap_cents > 0 else view.cap)
        prices = [PricePoint(at.site_of_local(wall_ms), Money(cents)) for wall_ms, cents, _ in rows]
        run = Replay(view, prices, min(close, at.site) if lot.close else at.site)
        await run.run(lambda seen, when: self._strategies.decide(name, seen, when))
        shift = at.site - at.local
        reply.steps.extend(
            bidder_pb2.ReplayStep(
                at_ms=to_ms(s.at - shift), kind=s.kind, price_cents=s.price.cents, cents=s.amount.cents if s.amount else 0, says=s.says
            )
            for s in run.steps
        )
        reply.leads, reply.cents = run.leads, run.bids[0].amount.cents if run.bids else 0
        reply.sentence = run.sentence(over=lot.final)
        return reply

    async def _asked(self, asked: bidder_pb2.TryStrategyRequest | bidder_pb2.ReplayStrategyRequest) -> tuple[LotRecord, str, Params | Hold]:
        """The lot, the strategy's name, and the owner's settings as it takes them."""
        try:
            lot = await self._records.lot(asked.lot_id)
        except RedisError as error:
            raise StoreDown(f"Redis did not answer: {error}") from error
        if lot is None:
            raise NotFound(f"Lot {asked.lot_id} is not watched.")
        name = asked.strategy or lot.strategy
        return lot, name, await self._strategies.params(name, asked.params or (lot.params if name == lot.strategy else ""))

    def _plugin(self, name: str) -> str:
        return next((listed.plugin for listed in self._strategies if listed.name == name), "")
