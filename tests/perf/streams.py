"""
What a thousand live-event streams weigh: connections of ``feed.follow``, kept by ``Live`` in this process.

The other side is a tiny server in a process of its own that sends every stream one event a second.
``python tests/perf/streams.py`` takes some twenty seconds.
"""

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import time
from functools import partial
from typing import Any

import uvloop
from kit import cpu_s, memory_kb, percentile, told
from prometheus_client import CollectorRegistry

from bidwright import SystemClock
from bidwright.runtime.logging import configure
from bidwright_nellis_proxy.feed import TIMEOUT, follow
from bidwright_nellis_proxy.gate import Gate, Purpose
from bidwright_nellis_proxy.live import Live, Subscription
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.site import client
from bidwright_proto.v1 import site_pb2

SERVE = "--serve"
SETTLE_S = 2  # the first events of all come while the last ones still connect
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


async def serve() -> None:
    """Answer every request with events, one a second, each with the moment it was sent."""

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lot_id = head.split("productId=", 1)[1].split(" ", 1)[0]
        writer.write(_HEAD + chunk("data: connected\n\n"))
        await asyncio.sleep(int(lot_id) % 1000 / 1000)  # all of them together would be a burst, not a rate
        while not writer.is_closing():
            # the price carries the moment, in cents: hundredths of a second on the clock that all processes share
            price = round(time.monotonic() * 100) % 10_000_000 / 100
            writer.write(chunk(f'event: ch_product_bids:{lot_id}\ndata: {{"currentBid":{price:.2f},"bidCount":7}}\n\n'))
            await asyncio.sleep(1)

    server = await asyncio.start_server(stream, "127.0.0.1", 0, backlog=2048)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def chunk(text: str) -> bytes:
    """One chunk of a body."""
    return f"{len(text):x}\r\n{text}\r\n".encode()


class OpenGate(Gate):
    """
    Lets everybody through: a thousand connects at the true budget would take four minutes.
    """

    def __init__(self) -> None:
        """It needs nothing."""

    async def admit(self, purpose: Purpose) -> int:
        """At once."""
        return 0


async def run(streams: int, seconds: float, port: int) -> dict[str, Any]:
    """Connect, wait until all are up, then count."""
    me = os.getpid()
    async with client("bench", f"127.0.0.1:{port}", timeout=TIMEOUT, connections=streams) as http:
        listen = partial(follow, http, f"http://127.0.0.1:{port}")
        live = Live(listen, OpenGate(), SystemClock(), metrics=Metrics(CollectorRegistry()), limit=streams)
        gc.collect()
        before, used = memory_kb(me), cpu_s(me)
        began = time.perf_counter()
        keeping = asyncio.create_task(live.run())
        with live.subscribe() as subscription:
            subscription.want(str(70_000_000 + n) for n in range(streams))
            lags: list[float] = []
            counting = asyncio.create_task(count(subscription, lags))
            while len(live.up) < streams and time.perf_counter() - began < 60:  # noqa: ASYNC110 - other tasks fill it
                await asyncio.sleep(0.05)
            connected, connect_cpu = time.perf_counter() - began, cpu_s(me) - used
            await asyncio.sleep(SETTLE_S)
            lags.clear()
            used, began = cpu_s(me), time.perf_counter()
            await asyncio.sleep(seconds)
            used, passed = cpu_s(me) - used, time.perf_counter() - began
            gc.collect()
            after = memory_kb(me)
            up = len(live.up)
            for task in (counting, keeping):
                task.cancel()
            await asyncio.gather(counting, keeping, return_exceptions=True)
    return {
        "streams": streams,
        "up": up,
        "connected in s": round(connected, 1),
        "CPU ms/connect": round(connect_cpu * 1000 / streams, 2),
        "PSS KB/stream": round((after["Pss"] - before["Pss"]) / streams, 1),
        "RSS KB/stream": round((after["Rss"] - before["Rss"]) / streams, 1),
        "events/s": round(len(lags) / passed),
        "CPU %": round(used / passed * 100, 1),
        "CPU ms/event": round(used * 1000 / max(1, len(lags)), 3),
        "lag p50 ms": round(percentile(lags, 50)),
        "lag p99 ms": round(percentile(lags, 99)),
    }


async def count(subscription: Subscription, lags: list[float]) -> None:
    """Note how long each event was under way, to ten milliseconds."""
    async for event in subscription.events():
        if event.kind == site_pb2.LiveEvent.KIND_BID:
            lags.append((round(time.monotonic() * 100) - event.price_cents) % 10_000_000 * 10.0)  # noqa: PERF401 - cancelled, it keeps what it has


def main() -> int:
    """Start the other side, measure, end it."""
    ask = argparse.ArgumentParser(description="Memory and processor time of live-event streams.")
    ask.add_argument("--streams", type=int, default=1000)
    ask.add_argument("--seconds", type=float, default=10)
    asked = ask.parse_args()
    configure("bench", level="warning")
    with subprocess.Popen([sys.executable, __file__, SERVE], stdout=subprocess.PIPE) as other:  # noqa: S603 - ourselves
        try:
            assert other.stdout is not None
            port = int(other.stdout.readline())
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures = runner.run(run(asked.streams, asked.seconds, port))
        finally:
            other.terminate()
    told("streams", vars(asked), [figures])
    return int(figures["up"] < asked.streams)


if __name__ == "__main__":
    if sys.argv[1:] == [SERVE]:
        asyncio.run(serve())
    else:
        sys.exit(main())
