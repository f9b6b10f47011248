"""
What watching costs: a part of a trace with tracing off, an order of a client off and on, a transition with its clock, a counted call.

``python tests/perf/traces.py``; some fifteen seconds. Off, the difference to nothing at all is what counts.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, redirect_stderr
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kit import engine, percentile, told

from bidwright.plugins import load
from bidwright.runtime import logging, rpc
from bidwright.runtime.order_chain import OrderChain
from bidwright.runtime.rpc_meter import called
from bidwright.runtime.store import connect
from bidwright.runtime.vitals import script_ended
from bidwright.trace import part
from bidwright.transitions import Transitions
from bidwright_feature_tracing import DISTRIBUTED_TRACING
from bidwright_gateway.testing import LOT, FakeSite
from bidwright_proto.v1 import site_pb2, site_pb2_grpc


def each_ns(work: Callable[[], object], times: int = 200_000) -> float:
    """Nanoseconds that *work* takes: the median of batches of a thousand."""
    took = []
    for _ in range(times // 1000):
        began = time.perf_counter_ns()
        for _ in range(1000):
            work()
        took.append((time.perf_counter_ns() - began) / 1000)
    return round(percentile(took, 50), 1)


async def awaited_us(*works: Callable[[], Awaitable[Any]], times: int) -> list[float]:
    """Median microseconds of each of *works*, done in turn so that a busy moment hits all alike."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for found, work in zip(took, works, strict=True):
            began = time.perf_counter_ns()
            await work()
            found.append((time.perf_counter_ns() - began) / 1000)
    return [round(percentile(found, 50), 2) for found in took]


def _nothing() -> None:
    with nullcontext():
        pass


def _part() -> None:
    with part("store.stamp", lot="1"):
        pass


def _measured() -> None:
    with called().measured("GetLot"):
        pass


async def _done() -> int:
    return 1


def _around(*, on: bool) -> SimpleNamespace:
    return SimpleNamespace(is_on=lambda *_: on, may_be_on=lambda toggle: on and toggle is DISTRIBUTED_TRACING, clock=None)


async def orders(times: int) -> list[dict[str, Any]]:
    """An order of a client: by itself, with tracing off, with tracing on."""
    logging.configure("gateway", form="json")
    chains = {on: OrderChain(load(dropins=None), _around(on=on)) for on in (False, True)}
    path = f"/api/auctions/{LOT}/bid"
    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):  # noqa: ASYNC230 - it is no file
        plain, off, on = await awaited_us(
            _done,
            lambda: chains[False].request("POST", path, "", _done),
            lambda: chains[True].request("POST", path, "", _done),
            times=times,
        )
    OrderChain(load(dropins=None), _around(on=False))  # nobody listens any more
    return [
        {"what": "an order, nothing around it", "us": plain, "more than nothing": 0.0},
        {"what": "an order, tracing off", "us": off, "more than nothing": round(off - plain, 2)},
        {"what": "an order, tracing on, its span logged", "us": on, "more than nothing": round(on - plain, 2)},
    ]


async def transitions(url: str, times: int) -> list[dict[str, Any]]:
    """A transition as it is, and with its clock."""
    redis = connect(url)
    bare, timed = Transitions(redis), Transitions(redis, timed=script_ended)
    plain, counted = await awaited_us(bare.stamp, timed.stamp, times=times)
    await redis.aclose()
    return [
        {"what": "a transition", "us": plain, "more than nothing": 0.0},
        {"what": "a transition, timed", "us": counted, "more than nothing": round(counted - plain, 2)},
    ]


async def calls(times: int) -> list[dict[str, Any]]:
    """A gRPC call to our own server, plainly and measured at the caller; the server measures both."""
    server, _ = rpc.server(**{"bidwright.v1.Site": (site_pb2_grpc.add_SiteServicer_to_server, FakeSite({LOT: site_pb2.Lot(id=LOT)}))})
    port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    async with rpc.channel(f"127.0.0.1:{port}") as channel:
        stub: Any = site_pb2_grpc.SiteStub(channel)  # type: ignore[no-untyped-call]
        asked = site_pb2.GetLotRequest(lot_id=LOT)
        plain, counted = await awaited_us(lambda: stub.GetLot(asked, timeout=5), lambda: rpc.ask(stub.GetLot, asked, 5), times=times)
    await server.stop(0)
    return [
        {"what": "a gRPC call", "us": plain, "more than nothing": 0.0},
        {"what": "a gRPC call, measured by who calls", "us": counted, "more than nothing": round(counted - plain, 2)},
    ]


async def run(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Every row."""
    nothing, off, measured = (each_ns(work) / 1000 for work in (_nothing, _part, _measured))
    rows = [
        {"what": "a part of a trace, tracing off", "us": round(off, 3), "more than nothing": round(off - nothing, 3)},
        {"what": "counting and timing a call", "us": round(measured, 3), "more than nothing": round(measured - nothing, 3)},
        *await orders(asked.times),
    ]
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as store:
        rows += await transitions(store.url, asked.times // 4)
    return rows + await calls(asked.times // 4)


if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--times", type=int, default=20_000)
    given = ask.parse_args()
    told("traces", vars(given), asyncio.run(run(given)))
