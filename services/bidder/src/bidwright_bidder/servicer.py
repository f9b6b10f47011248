"""The Bidder service: the strategies there are, and what would happen to a lot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import grpc.aio
from redis.exceptions import RedisError

from bidwright.errors import NotFound, StoreDown
from bidwright.records import Records
from bidwright.runtime.rpc import answer
from bidwright_bidder.forecast import Forecast
from bidwright_bidder.preflight import Preflight
from bidwright_bidder.reconcile import Reconciler
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.trial import Trial
from bidwright_proto.v1 import bidder_pb2, bidder_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]


class BidderService(bidder_pb2_grpc.BidderServicer):
    """
    What other services may ask the bidder.
    """

    def __init__(
        self,
        records: Records,
        strategies: Strategies,
        forecast: Forecast,
        reconciler: Reconciler,
        preflight: Preflight,
        trial: Trial,
        wake: Callable[[], None],
    ) -> None:
        self._records, self._strategies, self._forecast, self._reconciler = records, strategies, forecast, reconciler
        self._preflight, self._trial, self._wake = preflight, trial, wake

    async def ListStrategies(  # noqa: N802 - as in the contract
        self,
        request: bidder_pb2.ListStrategiesRequest,  # noqa: ARG002 - it asks for all
        context: Context,  # noqa: ARG002 - nothing can go wrong
    ) -> bidder_pb2.ListStrategiesReply:
        """What an owner can choose from, with the JSON Schema of each parameter model; and what is wrong with plugins."""
        return bidder_pb2.ListStrategiesReply(
            strategies=[
                bidder_pb2.Strategy(
                    name=offered.name,
                    description=offered.description,
                    version=offered.version,
                    params_schema=offered.schema,
                    plugin=offered.plugin,
                    sha=offered.sha,
                )
                for offered in self._strategies
            ],
            problems=[bidder_pb2.PluginProblem(plugin=p.plugin, reason=p.reason) for p in self._strategies.problems],
        )

    async def ListPlugins(  # noqa: N802 - as in the contract
        self,
        request: bidder_pb2.ListPluginsRequest,  # noqa: ARG002 - it asks for all
        context: Context,  # noqa: ARG002 - nothing can go wrong
    ) -> bidder_pb2.ListPluginsReply:
        """Built-in, installed and dropped-in plugins, each with what it brought and what is wrong with it."""
        return bidder_pb2.ListPluginsReply(plugins=[bidder_pb2.Plugin(**asdict(card)) for card in self._strategies.cards()])

    async def Wake(self, request: bidder_pb2.WakeRequest, context: Context) -> bidder_pb2.WakeReply:  # noqa: N802, ARG002 - as in the contract
        """Look into the queue at once, whichever replica then takes what is there."""
        self._wake()
        return bidder_pb2.WakeReply()

    async def TryStrategy(self, request: bidder_pb2.TryStrategyRequest, context: Context) -> bidder_pb2.TryStrategyReply:  # noqa: N802 - as in the contract
        """Ask a strategy about a lot and tell what it was shown and said."""
        return await answer(context, self._trial.of(request))

    async def ReplayStrategy(  # noqa: N802 - as in the contract
        self, request: bidder_pb2.ReplayStrategyRequest, context: Context
    ) -> bidder_pb2.ReplayStrategyReply:
        """Ask a strategy about the prices that were seen of a lot."""
        return await answer(context, self._trial.replay(request))

    async def Explain(self, request: bidder_pb2.ExplainRequest, context: Context) -> bidder_pb2.ExplainReply:  # noqa: N802 - as in the contract
        """What would happen to a lot now, in one sentence."""

        async def work() -> bidder_pb2.ExplainReply:
            try:
                lot = await self._records.lot(request.lot_id)
                if lot is None:
                    raise NotFound(f"Lot {request.lot_id} is not watched.")
                outlook = await self._forecast.of(lot, self._reconciler.moment())
                items = [
                    bidder_pb2.PreflightItem(name=item.name, ok=item.ok, sentence=item.sentence)
                    async for item in self._preflight.items(lot)
                ]
            except RedisError as error:
                raise StoreDown(f"Redis did not answer: {error}") from error
            return bidder_pb2.ExplainReply(sentence=outlook.sentence, will_bid=outlook.will_bid, items=items)

        return await answer(context, work())
