"""A site on which every number is an open lot, with the real bidder and the real poller beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from bidwright.clock import SystemClock
from bidwright.runtime import rpc, service
from bidwright.runtime.settings import read
from bidwright.transitions import Transitions
from bidwright_bidder import bootstrap as bidder
from bidwright_bidder.settings import BidderSettings
from bidwright_gateway.testing import FakeSite
from bidwright_poller import bootstrap as poller
from bidwright_poller.settings import PollerSettings
from bidwright_proto.v1 import bidder_pb2_grpc, poller_pb2_grpc, site_pb2

_DAY_MS = 86_400_000
UNKNOWN = "404"
"""The one number that the site does not know."""


class Lots(dict[str, site_pb2.Lot]):
    """Makes the lot that is asked for."""

    def __contains__(self, lot_id: object) -> bool:
        return lot_id != UNKNOWN

    def __missing__(self, lot_id: str) -> site_pb2.Lot:
        made = self[lot_id] = site_pb2.Lot(
            id=lot_id,
            title=f"Cordless lamp {lot_id}",
            market_status="open",
            price_cents=1400,
            next_bid_cents=1500,
            retail_cents=20_000,
            bid_count=3,
            close_ms=round(time.time() * 1000) + _DAY_MS,
            location_name="Phoenix",
            has_user_state=True,
            allowed_to_bid=True,
        )
        return made


class Market(FakeSite):
    """
    nellis-proxy for paper money: what is claimed leads, as it does in a dry run.
    """

    def __init__(self, transitions: Transitions) -> None:
        super().__init__(lots=Lots(), mine=["70012345", "70012346"])
        self._transitions = transitions

    def close(self, lot_id: str) -> None:
        """The lot closed a second ago, a dollar up."""
        lot = self.lots[lot_id]
        lot.market_status, lot.closed = "closed", True
        lot.price_cents, lot.close_ms = lot.price_cents + 100, round(time.time() * 1000) - 1000

    async def SubmitIntent(self, request: site_pb2.SubmitIntentRequest, context: Any) -> site_pb2.SubmitIntentReply:  # noqa: N802 - gRPC's name
        """CLAIM and SETTLE, and nothing in between."""
        return await rpc.answer(context, self._submit(request.intent_id))

    async def WatchLots(self, request_iterator: Any, context: Any) -> AsyncIterator[site_pb2.LiveEvent]:  # noqa: N802 - gRPC's name
        """Nothing ever happens by itself."""
        await asyncio.Event().wait()
        yield site_pb2.LiveEvent()

    async def _lot(self, lot_id: str) -> site_pb2.GetLotReply:
        """Reads begin by the store's clock, as nellis-proxy has it: what came before the last answer is not taken."""
        began = await self._transitions.stamp()
        reply = await super()._lot(lot_id)
        reply.read_started_ms = began
        return reply

    async def _submit(self, intent_id: str) -> site_pb2.SubmitIntentReply:
        claimed = await self._transitions.claim(intent_id, "market")
        if claimed.action != "simulate":
            return site_pb2.SubmitIntentReply(state="CANCELLED", why=claimed.why or claimed.action)
        settled = await self._transitions.settle(intent_id, "LEADING", "paper")
        return site_pb2.SubmitIntentReply(state=settled.state, why="paper")


def neighbours(redis_url: str, plugins_dir: str = "") -> Callable[[int], AbstractAsyncContextManager[tuple[int, int]]]:
    """Runs bidder and poller, as shipped, beside a nellis-proxy on a port; drop-ins are looked for in *plugins_dir*."""

    @asynccontextmanager
    async def run(site_port: int) -> AsyncIterator[tuple[int, int]]:
        given = {
            "REDIS_URL": redis_url, "NELLIS_PROXY_ADDR": f"127.0.0.1:{site_port}", "BIDWRIGHT_TIMEZONE": "UTC",
            "BIDWRIGHT_PLUGINS_DIR": plugins_dir,
        }  # fmt: skip
        async with AsyncExitStack() as stack:
            bids = await stack.enter_async_context(bidder.bootstrap(read(BidderSettings, **given), registry=CollectorRegistry()))
            looks = await stack.enter_async_context(poller.bootstrap(read(PollerSettings, **given), registry=CollectorRegistry()))
            servers, ports = [], []
            for name, add, servicer in (
                ("Bidder", bidder_pb2_grpc.add_BidderServicer_to_server, bids.servicer),
                ("Poller", poller_pb2_grpc.add_PollerServicer_to_server, looks.servicer),
            ):
                server, _ = rpc.server(**{f"bidwright.v1.{name}": (add, servicer)})
                ports.append(rpc.bind(server, "127.0.0.1:0"))
                await server.start()
                servers.append(server)
            pulse = service.Pulse(SystemClock())
            steps = {"decisions": bids.step, "sweep": bids.sweep, "toggles": bids.follow_toggles, "rate": bids.ask_rate}
            steps |= {"plugins": bids.foreign.step, "words on plugins": bids.foreign.listen}
            loops = [service.supervise(name, step, pulse) for name, step in steps.items()]
            loops += [service.heartbeat(bids.transitions.redis, name, pulse) for name in ("bidder", "poller", "nellis-proxy")]
            jobs = [asyncio.ensure_future(job) for job in (*loops, *looks.loops(pulse))]
            try:
                yield ports[0], ports[1]
            finally:
                await service.end(jobs)
                for server in servers:
                    await server.stop(0)
        await asyncio.sleep(0.1)  # the loop closes the pipes of strategy hosts that have just ended

    return run


def dropin(folder: Path) -> Path:
    """A folder with one strategy that somebody dropped in."""
    folder.mkdir()
    (folder / "patient.py").write_text(
        "from bidwright import Params, Wait, hookimpl\n\n\n"
        "class Patient:\n"
        '    """Waits for ever."""\n\n'
        '    name, description, version, params = "patient", "Waits for ever.", "1", Params\n\n'
        "    def decide(self, lot, now):\n"
        "        return Wait(until=lot.closes_at)\n\n\n"
        "@hookimpl\n"
        "def register_strategies():\n"
        "    return [Patient()]\n",
        "utf-8",
    )
    return folder
