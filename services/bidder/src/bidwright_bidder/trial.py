"""Trial: a strategy asked about a watched lot as it stands now, for people who want to see what it sees. Nothing is bid."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from redis.exceptions import RedisError

from bidwright import Bid, Clock, Hold, Wait
from bidwright.clock import to_ms
from bidwright.errors import NotFound, StoreDown
from bidwright.records import Records
from bidwright_bidder.forecast import Forecast
from bidwright_bidder.reconcile import Reconciler
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
        try:
            lot = await self._records.lot(asked.lot_id)
        except RedisError as error:
            raise StoreDown(f"Redis did not answer: {error}") from error
        if lot is None:
            raise NotFound(f"Lot {asked.lot_id} is not watched.")
        name = asked.strategy or lot.strategy
        params = await self._strategies.params(name, asked.params or (lot.params if name == lot.strategy else ""))
        version = self._strategies.version(name)
        plugin = next((listed.plugin for listed in self._strategies if listed.name == name), "")
        reply = bidder_pb2.TryStrategyReply(strategy=name, version=version, plugin=plugin, kind="hold")
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
