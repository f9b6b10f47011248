"""The Poller service: bring a look forward, and say how the queue stands."""

from __future__ import annotations

from typing import Any

import grpc.aio
from redis.exceptions import RedisError

from bidwright.errors import BadInput, StoreDown
from bidwright.runtime.rpc import answer
from bidwright.transitions import Transitions
from bidwright_poller.looks import Looks
from bidwright_proto.v1 import poller_pb2, poller_pb2_grpc

_SHOWN = 100
Context = grpc.aio.ServicerContext[Any, Any]


class PollerService(poller_pb2_grpc.PollerServicer):
    """
    What other services may ask the poller.
    """

    def __init__(self, transitions: Transitions, looks: Looks) -> None:
        self._transitions, self._looks = transitions, looks
        self._redis: Any = transitions.redis

    async def Refresh(self, request: poller_pb2.RefreshRequest, context: Context) -> poller_pb2.RefreshReply:  # noqa: N802 - as in the contract
        """Bring the next look at a lot forward to now."""

        async def work() -> poller_pb2.RefreshReply:
            if not request.lot_id:
                raise BadInput("Name the lot to look at.", "lot_id")
            return poller_pb2.RefreshReply(queued=await self._looks.want(request.lot_id))

        return await answer(context, work())

    async def QueueStatus(self, request: poller_pb2.QueueStatusRequest, context: Context) -> poller_pb2.QueueStatusReply:  # noqa: N802, ARG002 - as in the contract
        """Counts of this replica, and the next hundred lots of the queue that all share."""

        async def work() -> poller_pb2.QueueStatusReply:
            key = f"{self._transitions.prefix}due:poll"
            now = await self._transitions.stamp()
            try:
                size = await self._redis.zcard(key)
                rows = await self._redis.zrange(key, 0, _SHOWN - 1, withscores=True)
            except RedisError as error:
                raise StoreDown(f"Redis did not answer: {error}") from error
            looks = self._looks
            return poller_pb2.QueueStatusReply(
                total_polls=looks.total,
                queue_size=size,
                avg_poll_ms=looks.seconds * 1000 / looks.total if looks.total else 0.0,
                errors=looks.errors,
                items=[poller_pb2.QueueItem(lot_id=lot_id, due_in_ms=round(due) - now) for lot_id, due in rows],
            )

        return await answer(context, work())
