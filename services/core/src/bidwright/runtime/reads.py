"""Reads of the site through nellis-proxy, as poller and bidder make them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

import grpc
import grpc.aio

from bidwright.errors import UpstreamBusy
from bidwright.runtime import rpc
from bidwright_proto.v1 import site_pb2

R = TypeVar("R")
READ_S = 10.0
"""Longest a read may take, the wait for its turn included."""


class Stub(Protocol):
    """
    The part of the Site stub that reads: generated stubs carry no types.
    """

    GetLot: Any
    GetLots: Any
    ListMyLots: Any
    GetStatus: Any


class SiteReads:
    """
    One function per read. Each raises an UpstreamError; UpstreamBusy also when the request budget let nobody through in time.
    """

    def __init__(self, stub: Stub, *, within_s: float = READ_S) -> None:
        self._stub, self._within_s = stub, within_s

    async def lot(self, lot_id: str, *, urgent: bool = False, deciding: bool = False) -> site_pb2.GetLotReply:
        """One fresh read. *urgent*: it settles a bid or cannot wait, and goes before polls; *deciding*: a bid waits for it."""
        purpose = site_pb2.PURPOSE_DECIDE if deciding else site_pb2.PURPOSE_RECONCILE if urgent else site_pb2.PURPOSE_POLL
        return await self._ask(self._stub.GetLot, site_pb2.GetLotRequest(lot_id=lot_id, purpose=purpose))

    async def lots(self, lot_ids: Sequence[str]) -> site_pb2.GetLotsReply:
        """One request for many lots, where the site offers it."""
        return await self._ask(self._stub.GetLots, site_pb2.GetLotsRequest(lot_ids=lot_ids, purpose=site_pb2.PURPOSE_POLL))

    async def mine(self) -> site_pb2.ListMyLotsReply:
        """The lots that the account takes part in, in one request."""
        return await self._ask(self._stub.ListMyLots, site_pb2.ListMyLotsRequest())

    async def requests_per_second(self) -> float:
        """The request budget of all replicas together."""
        status: site_pb2.GetStatusReply = await self._ask(self._stub.GetStatus, site_pb2.GetStatusRequest())
        return status.requests_per_second

    async def _ask(self, call: Callable[..., Awaitable[R]], request: object) -> R:
        try:
            return await rpc.ask(call, request, self._within_s)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                raise UpstreamBusy(f"No turn within {self._within_s:g} s: the request budget is used up.", 1.0) from error
            raise rpc.error_of(error) from error
