"""
Why the client for reads has ten connections: httpx with small and large pools against a local server, fifty callers at once.

``python tests/perf/http_choice.py`` takes some ten seconds and prints the rule that the figures support.
"""

import argparse
import asyncio
import contextlib
import importlib.metadata
import os
import subprocess
import sys
import time
from typing import Any

import httpx
import uvloop
from kit import cpu_s, percentile, told

from bidwright_nellis_proxy.gate import LANES

SERVE = "--serve"
CALLERS = 50
POOLS = ((5, True), (LANES, True), (20, True), (LANES, False), (CALLERS, False))
BODY = b"x" * 900
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


async def serve() -> None:
    """Answer every request with the same 0.9 KB and keep the connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(_ANSWER)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


async def measure(url: str, pool: int, seconds: float, *, lined_up: bool) -> dict[str, Any]:
    """Requests by fifty callers through a pool of *pool* connections; *lined_up*: a semaphore of ours in front of it."""
    took: list[float] = []
    door = asyncio.Semaphore(pool if lined_up else CALLERS)
    limits = httpx.Limits(max_connections=pool, max_keepalive_connections=pool)
    async with httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as http:

        async def caller(end: float) -> None:
            while (began := time.perf_counter()) < end:
                async with door:
                    (await http.get(url)).raise_for_status()
                took.append(time.perf_counter() - began)

        async def all_callers(for_s: float) -> None:
            await asyncio.gather(*(caller(time.perf_counter() + for_s) for _ in range(CALLERS)))

        await all_callers(0.3)
        took.clear()
        used, began = cpu_s(os.getpid()), time.perf_counter()
        await all_callers(seconds)
        used, passed = cpu_s(os.getpid()) - used, time.perf_counter() - began
    return {
        "pool": pool,
        "semaphore": "yes" if lined_up else "no",
        "requests/s": round(len(took) / passed),
        "p50 ms": round(percentile(took, 50) * 1000, 1),
        "p99 ms": round(percentile(took, 99) * 1000, 1),
        "CPU ms/request": round(used * 1000 / len(took), 2),
    }


def rule(rows: list[dict[str, Any]]) -> str:
    """What the figures say about the product's choice."""
    ours = next(row for row in rows if (row["pool"], row["semaphore"]) == (LANES, "yes"))
    wide = next(row for row in rows if row["pool"] == CALLERS)
    times = ours["requests/s"] / wide["requests/s"]
    if times < 1.2:
        return f"none: a pool of {CALLERS} is no slower here than {LANES} behind a semaphore; libraries may have changed, look again"
    return f"{LANES} connections behind a semaphore: {times:.1f} times the requests of a pool of {CALLERS}, at {ours['p99 ms']} ms p99"


def main() -> int:
    """Start the server, measure, say the rule."""
    ask = argparse.ArgumentParser(description="Pools of the HTTP client.")
    ask.add_argument("--seconds", type=float, default=1.5, help="for each row")
    asked = ask.parse_args()
    with subprocess.Popen([sys.executable, __file__, SERVE], stdout=subprocess.PIPE) as other:  # noqa: S603 - ourselves
        try:
            assert other.stdout is not None
            url = f"http://127.0.0.1:{int(other.stdout.readline())}/"
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                rows = [runner.run(measure(url, pool, asked.seconds, lined_up=lined_up)) for pool, lined_up in POOLS]
        finally:
            other.terminate()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("httpx", "httpcore"))
    told("http_choice", vars(asked), rows, versions=versions, rule=rule(rows))
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == [SERVE]:
        uvloop.run(serve())
    else:
        sys.exit(main())
