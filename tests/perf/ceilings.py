"""
Ceilings: what the machine can do at all, measured in the same run as the figures that stand beside them.

``python tests/perf/ceilings.py`` takes fifteen seconds. Each answer is the smallest there is, from a server in a process of its own, one
question after the other: a bare uvicorn over HTTP, a bare gRPC method, a Redis GET; and how late a timer of 10 ms goes off.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import grpc.aio
import httpx
import uvicorn
from kit import engine, free_port, percentile, told

from bidwright.runtime.store import connect

_METHOD = "/bare.Bare/Answer"
_TIMER_S = 0.01
_TIMES = 2000


async def _serve(kind: str, port: int) -> None:
    if kind == "uvicorn":

        async def app(_scope: Any, _receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"{}"})

        await uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_level="warning", access_log=False)).serve()
        return

    async def answer(_request: bytes, _context: Any) -> bytes:
        return b""

    server = grpc.aio.server()
    handlers = {"Answer": grpc.unary_unary_rpc_method_handler(answer)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bare.Bare", handlers),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


@asynccontextmanager
async def _served(kind: str, ask: Callable[[], Awaitable[Any]], port: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, kind, str(port))
    try:
        async with asyncio.timeout(20):
            while True:
                with suppress(httpx.TransportError, grpc.aio.AioRpcError):
                    await ask()
                    break
                await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await process.wait()


def _row(what: str, seconds: list[float]) -> dict[str, Any]:
    return {"what": what, "n": len(seconds), **{f"p{p} ms": round(percentile(seconds, p) * 1e3, 2) for p in (50, 95, 99)}}


async def _asked(what: str, ask: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
    took: list[float] = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        await ask()
        took.append(time.perf_counter() - began)
    return _row(what, took)


async def _late() -> dict[str, Any]:
    late: list[float] = []
    for _ in range(_TIMES // 10):
        due = time.perf_counter() + _TIMER_S
        await asyncio.sleep(_TIMER_S)
        late.append(time.perf_counter() - due)
    return _row("a bare timer, late", late)


async def ceilings() -> list[dict[str, Any]]:
    """A row for each, in ms."""
    rows: list[dict[str, Any]] = []
    port = free_port()
    async with httpx.AsyncClient(trust_env=False) as client:

        async def fetch() -> None:
            await client.get(f"http://127.0.0.1:{port}/")

        async with _served("uvicorn", fetch, port):
            rows.append(await _asked("an answer of a bare uvicorn", fetch))
    port = free_port()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary(_METHOD)

        async def ask() -> None:
            await call(b"", wait_for_ready=True)

        async with _served("grpc", ask, port):
            rows.append(await _asked("an answer of a bare gRPC method", ask))
    with tempfile.TemporaryDirectory(prefix="bidwright-bare-") as folder, engine(Path(folder)) as made:
        redis = connect(made.url)
        rows.append(await _asked("a GET at a bare Redis", lambda: redis.get("none")))
        await redis.aclose()
    return [*rows, await _late()]


def main() -> None:
    """Measure and keep; or serve, when asked to by a run of this file."""
    if len(sys.argv) > 1:
        asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
    else:
        told("ceilings", {}, asyncio.run(ceilings()))


if __name__ == "__main__":
    main()
