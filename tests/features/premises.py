"""The whole installation in one process: the system, and the gateway through which people and programs reach it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
from system import System
from websockets.asyncio.client import connect as connect_socket
from websockets.typing import Origin

from bidwright.clock import to_ms
from bidwright.plugins import load
from bidwright.runtime import rpc, service, telemetry
from bidwright.runtime.settings import read
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions
from bidwright_gateway.bootstrap import bootstrap
from bidwright_gateway.server import listen, serve
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.testing import TOKEN, Wire
from bidwright_gateway.testing_replies import Replies
from bidwright_proto.v1 import bidder_pb2_grpc, poller_pb2_grpc
from bidwright_simulator.ledger import Ledger

SERVICES = ("nellis-proxy", "poller", "bidder")
_STEP_S = 0.05
"""So far the clock is moved while a client waits for an answer."""


class Premises(System):
    """
    The system with its gateway on a real port; what it answers is read with the types of its OpenAPI.
    """

    async def _start(self, engine_url: str, folder: Path) -> None:
        await super()._start(engine_url, folder)
        self._channels = [await self._stack.enter_async_context(rpc.channel(f"127.0.0.1:{port}")) for port in await self._ports()]
        await self._heard()
        mine = connect(engine_url)
        self._stack.push_async_callback(mine.aclose)
        given = {"REDIS_URL": engine_url, "PORT": 0, "AUTH_TOKEN": TOKEN, "NELLIS_BASE_URL": self.url, "BIDWRIGHT_DATA_DIR": folder}
        settings = read(GatewaySettings, **given)
        self.gateway = await self._stack.enter_async_context(
            bootstrap(
                settings,
                clock=self.clock,
                redis=mine,
                transitions=Transitions(mine, wall=lambda: to_ms(self.clock.now())),
                channels=(self._channels[0], self._channels[1], self._channels[2]),
                plugins=load(dropins=None),
            )
        )
        self.replies = Replies.of(self.gateway.app)
        sock = listen(settings)
        self._stack.callback(sock.close)
        self.address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        await self._beat()
        self._jobs = [asyncio.ensure_future(job) for job in (serve(self.replies, settings, sock), *self.gateway.loops.all())]
        self._stack.push_async_callback(service.end, self._jobs)
        while not self.gateway.deps.board.loaded:  # noqa: ASYNC110 - the gateway's own view of it
            await asyncio.sleep(0.001)

    async def _heard(self) -> None:
        """The parts hear each other: a connection ends after half a minute, and the first try of a new one may come to nothing."""
        for channel in (self.channel, *self._channels):
            await channel.channel_ready()

    async def _beat(self) -> None:
        """Every service is there; its loop that says so runs in its own process."""
        for name in SERVICES:
            await telemetry.beat(self.redis, telemetry.Beat(name, f"{name}:1", 1, to_ms(self.clock.now()), 1))

    async def _ports(self) -> list[int]:
        """Ports of nellis-proxy, bidder and poller, all listening."""
        ports = [self.proxy.port]
        for name, add, servicer in (
            ("Bidder", bidder_pb2_grpc.add_BidderServicer_to_server, self.bidder.servicer),
            ("Poller", poller_pb2_grpc.add_PollerServicer_to_server, self.poller.servicer),
        ):
            server, _ = rpc.server(**{f"bidwright.v1.{name}": (add, servicer)})
            ports.append(rpc.bind(server, "127.0.0.1:0"))
            await server.start()
            self._stack.push_async_callback(server.stop, 0)
        return ports

    def close(self) -> None:
        """End everything; fails when an answer was not as promised."""
        super().close()
        assert not self.replies.wrong, self.replies.wrong

    def tidy(self) -> None:
        """As after a start: nothing watched, nothing stopped, nothing broken, every limit over. The gateway goes on."""
        self.site.faults.remove(None)
        self.run(self._heard())
        self.run(self._let_go())
        self.clock.advance(1000)
        self.site.ledger = Ledger()
        if self.run(self.records.session()).get("state") != "ok":
            self.log_in()
        self.go(0.5)

    async def _let_go(self) -> None:
        for lot in await self.records.open_ids():
            await self.transitions.unwatch(lot)
        await self.transitions.resume("owner", (await self.records.kill())["gen"], live="1")
        await self.transitions.format("ok", "")
        lots = {*await self.redis.keys("bw:lot:*"), *await self.redis.keys("bw:budget:*"), *await self.redis.keys("feature:*")}
        queues = {"bw:due:poll", "bw:due:bid", "bw:lots", "bw:gone", "bw:open", "bw:cb", "bw:block", "bw:tat", "bw:tat:sent", "bw:ramp"}
        await asyncio.sleep(0.01)  # the gateway hears first that they were let go
        await self.redis.delete(*lots, *queues)
        await self.transitions.budget("total", 2_000_000)
        await self._beat()
        self.site.lots.clear()
        self.site.replan()

    def end_gateway(self) -> None:
        """It is told to stop, and has."""
        self.run(service.end(self._jobs))

    @property
    def gateway_runs(self) -> bool:
        """Whether any of its jobs goes on."""
        return not all(job.done() for job in self._jobs)

    def wait_for(self, call: Any) -> Any:
        """The answer to *call*; the site, the services and the clock go on until it is there."""

        async def work() -> Any:
            answer = asyncio.ensure_future(call)

            async def answered() -> bool:
                await asyncio.wait((answer,), timeout=0.002)
                return answer.done()

            while not await self._ended(answered):
                await self._go(_STEP_S, _STEP_S)
            return answer.result()

        return self.runner.run(work())

    # ---- clients -------------------------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any) -> httpx.Response:
        """The answer to one request with the token, unless *headers* say otherwise."""

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(timeout=20) as client:
                sent = {"Authorization": TOKEN, **(headers or {})}
                return await client.request(method, self.address + path, headers={k: v for k, v in sent.items() if v}, **request)

        answer: httpx.Response = self.wait_for(send())
        return answer

    async def wire(self, origin: str | None = None) -> Wire:
        """A connected WebSocket that has said nothing yet."""
        socket = await connect_socket(f"{self.address.replace('http', 'ws')}/ws", origin=Origin(origin) if origin else None, max_size=None)
        self._stack.push_async_callback(socket.close)
        return Wire(socket)
