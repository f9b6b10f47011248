"""A flood: the same request again and again over a few connections, as fast as it is answered; by hand, so that the asker costs little."""

from __future__ import annotations

import asyncio
import re
import time

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def flood(port: int, path: str, headers: dict[str, str], *, status: int, seconds: float = 5, connections: int = 4) -> float:
    """Answers a second of a server on this machine. Raises ValueError when one has another *status*."""
    lines = [f"GET {path} HTTP/1.1", f"host: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in headers.items())]
    request, wanted = "\r\n".join([*lines, "", ""]).encode(), b"HTTP/1.1 %d " % status
    end = time.perf_counter() + seconds

    async def one() -> int:
        answers = 0
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        while time.perf_counter() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(wanted):
                raise ValueError(head.split(b"\r\n")[0].decode())
            if length := _LENGTH.search(head):
                await reader.readexactly(int(length[1]))
            answers += 1
        writer.close()
        return answers

    return sum(await asyncio.gather(*(one() for _ in range(connections)))) / seconds
