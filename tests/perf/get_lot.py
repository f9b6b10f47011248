"""
What one GetLot costs: a real nellis-proxy process over gRPC, a real Valkey, the simulated site in a process of its own.

The request budget (10/s at most) is lifted for the measurement: the child is the service as it is, with one name exchanged
before it starts. ``python tests/perf/get_lot.py`` takes half a minute.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import grpc.aio
import httpx
from kit import clean_environment, cpu_s, engine, free_port, memory_kb, percentile, start, told

from bidwright.runtime import service
from bidwright.runtime.init import initialise
from bidwright.runtime.rpc import channel
from bidwright.runtime.store import connect
from bidwright_nellis_proxy import __main__ as nellis_proxy
from bidwright_nellis_proxy import bootstrap
from bidwright_nellis_proxy.gate import Rate
from bidwright_proto.v1 import site_pb2, site_pb2_grpc

LIFTED = 100_000.0
LOTS = 30
IN_FLIGHT = (1, 10, 40)
SERVE = "--serve"


def serve() -> None:
    """The service, with a budget that never makes anybody wait."""
    bootstrap.Rate = lambda _: Rate(LIFTED)  # type: ignore[assignment, misc]  # the one name that is exchanged
    service.run(nellis_proxy.main)


async def calls(stub: site_pb2_grpc.SiteStub, ids: list[str], in_flight: int, seconds: float) -> tuple[list[float], int]:
    """GetLot by *in_flight* callers at once; seconds of each call that was answered, and how many were not."""
    took: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds

    async def caller(first: int) -> None:
        nonlocal failed
        for lot_id in islice(cycle(ids), first, None):
            if (began := time.perf_counter()) >= end:
                return
            try:
                await stub.GetLot(site_pb2.GetLotRequest(lot_id=lot_id))
            except grpc.aio.AioRpcError:
                failed += 1
            else:
                took.append(time.perf_counter() - began)

    await asyncio.gather(*(caller(n) for n in range(in_flight)))
    return took, failed


async def run(seconds: float, folder: Path, url: str, site: str, parts: dict[str, int], port: int) -> list[dict[str, Any]]:
    """Both formats of the page, few and many callers."""
    rows = []
    async with httpx.AsyncClient(trust_env=False) as http, channel(f"127.0.0.1:{port}") as made:
        sale = {"count": LOTS, "first_close_s": 3600, "rivals": [], "early": [5, 9, 14]}
        lots = (await http.post(f"{site}/__sim/lots", json=sale)).json()
        cookie = (await http.post(f"{site}/__sim/session", json={})).json()["cookie"]
        ids = [str(lot["id"]) for lot in lots["lots"]]
        redis = connect(url)
        await initialise(redis, data_dir=folder, site=site, live="0", max_bid_cents=1, total_limit_cents=1)
        parts = {**parts, "store": (await redis.info("server"))["process_id"]}
        await redis.aclose()
        stub = site_pb2_grpc.SiteStub(made)
        await stub.SetSession(site_pb2.SetSessionRequest(cookies=cookie), wait_for_ready=True)
        for form in ("streamed", "plain"):
            await http.post(f"{site}/__sim/settings", json={"format": form})
            await calls(stub, ids, 5, 0.5)
            for in_flight in IN_FLIGHT:
                before = {name: cpu_s(pid) for name, pid in parts.items()}
                began = time.perf_counter()
                took, failed = await calls(stub, ids, in_flight, seconds)
                passed = time.perf_counter() - began
                used = {name: cpu_s(pid) - before[name] for name, pid in parts.items()}
                rows.append(
                    {
                        "page": form,
                        "at once": in_flight,
                        "calls/s": round(len(took) / passed),
                        "p50 ms": round(percentile(took, 50) * 1000, 1),
                        "p99 ms": round(percentile(took, 99) * 1000, 1),
                        **{f"{name} CPU ms/call": round(used[name] * 1000 / max(1, len(took)), 2) for name in parts},
                        "failed": failed,
                    }
                )
    return rows


def main() -> int:
    """Start the parts, measure, end them."""
    ask = argparse.ArgumentParser(description="Calls per second and processor time per GetLot.")
    ask.add_argument("--seconds", type=float, default=3, help="for each row")
    asked = ask.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bidwright-get-lot-"))
    with engine(folder / "store") as store:
        words = ("bidwright_simulator", "--port", "0", "--lots", "0")
        simulator, site = start(folder, "site", *words, said=r"(http://\S+)", env=clean_environment())
        env = clean_environment() | {"NELLIS_BASE_URL": site, "REDIS_URL": store.url, "BIDWRIGHT_DATA_DIR": str(folder)}
        env |= {"BIDWRIGHT_GRPC_PORT": str(port := free_port()), "BIDWRIGHT_METRICS_PORT": "0"}
        with (folder / "proxy").open("wb") as out:
            proxy = subprocess.Popen([sys.executable, __file__, SERVE], env=env, stdout=out, stderr=out)  # noqa: S603 - ourselves
        try:
            parts = {"proxy": proxy.pid, "site": simulator.pid}
            rows = asyncio.run(run(asked.seconds, folder, store.url, site, parts, port))
            weight = memory_kb(proxy.pid)["Pss"] / 1024
        finally:
            for process in (proxy, simulator):
                process.terminate()
                process.wait(10)
    note = "lifted in the child only (the service itself has no setting above 10/s)"
    told("get_lot", vars(asked), rows, **{"request budget": note, "cores": os.cpu_count(), "proxy after it, PSS MB": round(weight, 1)})
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == [SERVE]:
        serve()
    else:
        sys.exit(main())
