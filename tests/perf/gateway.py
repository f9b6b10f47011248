"""
What the gateway costs: the list of many lots beside a bare endpoint that returns the same bytes, and updates to many clients.

``python tests/perf/gateway.py`` takes a minute and a half; ``--lots``, ``--clients``, ``--followers`` and ``--seconds`` change its size.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Response
from flood import flood
from kit import cpu_s, engine, free_port, memory_kb, percentile, told
from websockets.asyncio.client import connect

from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect as store_at
from bidwright.transitions import Transitions

TOKEN, SITE = "bench-token", "http://127.0.0.1:9900"
RATES = {"premium": "1500", "tax": "850", "scopes": "total"}
BARE = "bare"
Asked = argparse.Namespace


def arguments() -> Asked:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    ask.add_argument("--lots", type=int, default=1000)
    ask.add_argument("--reads", type=int, default=300)
    ask.add_argument("--clients", type=int, default=100)
    ask.add_argument("--followers", type=int, default=1000)
    ask.add_argument("--per-second", type=float, default=10)
    ask.add_argument("--seconds", type=float, default=15)
    return ask.parse_args()


async def see(t: Transitions, lot_id: str, price: int) -> None:
    """A read of the lot at *price* cents."""
    now = await t.stamp()
    shown = {"title": "Cordless lamp 18V, open box", "url": f"{SITE}/p/lamp/{lot_id}", "bid_count": "3", "retail": "6950"}
    shown |= {"image": "https://example.invalid/lamp.jpg", "location_name": "Phoenix", "location_id": "7"}
    close = now + 7_200_000 + int(lot_id) % 1000
    await t.observe(lot_id, read_started=now, next_bid=price + 100, leading=False, status="open", close=close, price=price, shown=shown)


async def calm(redis: Any) -> None:
    """Wait until nothing has happened for two seconds: a new gateway brings days and rates of all lots in step first."""
    last, since = "", time.monotonic()
    while time.monotonic() - since < 2:
        [(entry, _)] = await redis.xrevrange("bw:ev", count=1)
        if entry != last:
            last, since = entry, time.monotonic()
        await asyncio.sleep(0.2)


@asynccontextmanager
async def gateway(url: str, folder: Path, log: Path) -> Any:
    """A gateway in a process of its own: its port and its process id."""
    port = free_port()
    env = {
        **os.environ,
        "REDIS_URL": url,
        "PORT": str(port),
        "AUTH_TOKEN": TOKEN,
        "BIDWRIGHT_DATA_DIR": str(folder),
        "NELLIS_BASE_URL": SITE,
    }
    env |= {"API_RATE_LIMIT_MAX": "1000000", "BIDWRIGHT_LOG_LEVEL": "warning"}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bidwright_gateway", env=env, stdout=out, stderr=out)
    try:
        async with httpx.AsyncClient() as client:
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{port}/health/ready")).is_success:
                        break
                await asyncio.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        await process.wait()


async def bare(path: str, port: int) -> None:
    """A bare endpoint that returns the bytes of the file *path*."""
    content, app = Path(path).read_bytes(), FastAPI()  # noqa: ASYNC240 - before anything is served

    @app.get("/")
    async def same() -> Response:
        return Response(content, media_type="application/json")

    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False)).serve()


async def settled(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """The list once it has been the same for three seconds: a new gateway still has things to find out."""
    found, since = await client.get(address), time.monotonic()
    while time.monotonic() - since < 3:
        await asyncio.sleep(0.2)
        again = await client.get(address)
        if again.headers["etag"] != found.headers["etag"]:
            found, since = again, time.monotonic()
    return found


async def reads(asked: Asked, port: int, pid: int, folder: Path) -> list[dict[str, object]]:
    """Both endpoints in turn, over one connection each."""
    found: dict[str, list[float]] = {"bare endpoint, the same bytes": [], "GET /api/auctions": [], "GET /api/auctions, not modified": []}
    spent = dict.fromkeys(found, 0.0)
    async with httpx.AsyncClient(headers={"Authorization": TOKEN}, timeout=60) as client:
        list_at = f"http://127.0.0.1:{port}/api/auctions"
        content = await settled(client, list_at)
        (folder / "same").write_bytes(content.content)
        other = free_port()
        process = await asyncio.create_subprocess_exec(sys.executable, __file__, BARE, str(folder / "same"), str(other))
        try:
            while True:
                with suppress(httpx.TransportError):
                    await client.get(f"http://127.0.0.1:{other}/")
                    break
                await asyncio.sleep(0.1)
            pids = {"bare endpoint, the same bytes": process.pid}
            known = {"authorization": TOKEN, "if-none-match": content.headers["etag"]}
            rates = {
                "bare endpoint, the same bytes": await flood(other, "/", {}, status=200),
                "GET /api/auctions": await flood(port, "/api/auctions", {"authorization": TOKEN}, status=200),
                "GET /api/auctions, not modified": await flood(port, "/api/auctions", known, status=304),
            }
            for _ in range(asked.reads):
                for what, at, headers in (
                    ("bare endpoint, the same bytes", f"http://127.0.0.1:{other}/", {}),
                    ("GET /api/auctions", list_at, {}),
                    ("GET /api/auctions, not modified", list_at, {"If-None-Match": content.headers["etag"]}),
                ):
                    began, before = time.perf_counter(), cpu_s(pids.get(what, pid))
                    answer = await client.get(at, headers=headers)
                    if (answer.status_code == httpx.codes.NOT_MODIFIED) != bool(headers):
                        raise RuntimeError(f"{what} was answered with {answer.status_code}")
                    found[what].append(time.perf_counter() - began)
                    spent[what] += cpu_s(pids.get(what, pid)) - before
        finally:
            process.terminate()
            await process.wait()
    rows = []
    for what, seconds in found.items():
        mean = sum(seconds) / len(seconds)
        cpu = round(spent[what] / len(seconds) * 1e3, 2)
        row: dict[str, object] = {
            "what": what,
            "n": len(seconds),
            "answers/s": round(rates[what]),
            "server's CPU ms": cpu,
            "mean ms": round(mean * 1e3, 2),
        }
        rows.append(row | {f"p{p} ms": round(percentile(seconds, p) * 1e3, 2) for p in (50, 99)})
    return rows


async def listen(address: str, seen: dict[str, list[float]], ready: asyncio.Semaphore) -> None:
    """One client of the new protocol: notes when it hears of each event."""
    async with ready:
        socket = await connect(address, max_size=None, compression=None, open_timeout=60, ping_interval=None)
        await socket.send(f'{{"type":"authenticate","token":"{TOKEN}"}}')
        while '"type":"snapshot"' not in str(await socket.recv())[:40]:
            pass
    try:
        async for text in socket:
            at = time.perf_counter()
            if str(text).startswith('{"type":"lot"'):
                seen.setdefault(_id(str(text)), []).append(at)
    finally:
        await socket.close()


def _id(text: str) -> str:
    return text.split('"id":"', 1)[1].split('"', 1)[0]


async def updates(asked: Asked, clients: int, t: Transitions, port: int, pid: int) -> dict[str, object]:
    """*clients* hear of so many updates each second; how long each takes from the store's answer to each client."""
    seen: dict[str, list[float]] = {}
    ready = asyncio.Semaphore(50)
    jobs = [asyncio.create_task(listen(f"ws://127.0.0.1:{port}/ws?v=2", seen, ready)) for _ in range(clients)]
    await asyncio.sleep(1)
    while ready._value < 50:  # noqa: ASYNC110 - all have their snapshot once nobody holds it
        await asyncio.sleep(0.1)
    sent: dict[str, float] = {}
    before, began = cpu_s(pid), time.perf_counter()
    for n in range(int(asked.seconds * asked.per_second)):
        await asyncio.sleep(max(0.0, began + n / asked.per_second - time.perf_counter()))
        at = time.perf_counter()
        await see(t, str(70000000 + n % asked.lots), 1500 + n)
        [(entry, _)] = await t.redis.xrevrange("bw:ev", count=1)
        sent[str(entry)] = at
    await asyncio.sleep(2)
    spent = cpu_s(pid) - before
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    late = [(at - sent[event]) * 1e3 for event, times in seen.items() if event in sent for at in times]
    return {
        "what": f"{clients} clients of the new protocol, {asked.per_second:g} updates/s",
        "told": len(late),
        "missing": len(sent) * clients - len(late),
        **{f"p{p} ms": round(percentile(late, p), 2) for p in (50, 99)},
        "max ms": round(max(late), 2),
        "gateway's CPU %": round(100 * spent / (asked.seconds + 2), 1),
        "gateway's RSS MiB": memory_kb(pid)["Rss"] // 1024,
    }


async def main() -> int:
    """Measure and keep."""
    if sys.argv[1:2] == [BARE]:
        await bare(sys.argv[2], int(sys.argv[3]))
        return 0
    asked = arguments()
    with tempfile.TemporaryDirectory() as name, engine(Path(name)) as made:
        folder, redis = Path(name), store_at(made.url)
        await initialise(redis, data_dir=folder, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
        t = Transitions(redis)
        for n in range(asked.lots):
            await t.watch(str(70000000 + n), {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"})
            await see(t, str(70000000 + n), 1400)
        async with gateway(made.url, folder, folder / "log") as (port, pid):
            await calm(redis)
            listed = await reads(asked, port, pid, folder)
            fan_out = [await updates(asked, clients, t, port, pid) for clients in (asked.clients, asked.followers)]
        await redis.aclose()
    times = {row["what"]: row for row in listed}
    ratio = {
        key: round(float(str(times["GET /api/auctions"][key])) / float(str(times["bare endpoint, the same bytes"][key])), 2)
        for key in ("server's CPU ms", "mean ms", "p50 ms", "p99 ms")
    }
    quicker = round(
        float(str(times["GET /api/auctions, not modified"]["answers/s"])) / float(str(times["GET /api/auctions"]["answers/s"])), 1
    )
    ratios = {f"list / bare, {key}": value for key, value in ratio.items()}
    told("gateway", vars(asked), listed, **ratios, **{"answers/s, not modified / list": quicker})
    told("gateway_updates", vars(asked), fan_out)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
