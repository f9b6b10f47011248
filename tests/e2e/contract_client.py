"""A client that speaks only the wire contract, as the old extension does, and the processes it is let loose on."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import websockets

ANY_PORTS = dict.fromkeys(("NELLIS_PROXY_ADDR", "BIDDER_ADDR", "POLLER_ADDR"), "127.0.0.1:0")
ANY_PORTS |= {"PORT": "0", "BIDWRIGHT_SIMULATOR_PORT": "0", "BIDWRIGHT_METRICS_PORT": "0"}
"""Several installations start side by side: two that find the same usual port free would both take it."""
UNSET = ("NELLIS_", "BIDWRIGHT_", "AUTH_TOKEN", "REDIS_URL", "USE_", "ENABLE_")


def clean_environment() -> dict[str, str]:
    """The environment of this process without any setting of ours."""
    return {key: value for key, value in os.environ.items() if not key.startswith(UNSET)}


def start(folder: Path, name: str, *words: str, said: str, env: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    """
    Start one of our commands and wait for the line that says it is ready; gives the process and what *said* found.

    Raises AssertionError with what it printed when it does not come up within a minute.
    """
    printed = folder / name
    with printed.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-u", "-m", *words], stdout=out, stderr=out, env=env, cwd=folder)  # noqa: S603 - our own
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(said, printed.read_text(errors="replace")):
            return process, found[1]
        time.sleep(0.1)
    process.kill()
    raise AssertionError(f"{name} did not start: {printed.read_text(errors='replace')}")


class Client:
    """
    The old extension's part of the conversation, and a note of every end it was told.
    """

    def __init__(self, gateway: str, token: str, http: httpx.AsyncClient) -> None:
        self._gateway, self._token, self._http = gateway, token, http
        self.ended: Counter[str] = Counter()
        self.ended_at: dict[str, float] = {}
        """When each end was first told, in Unix seconds."""
        self.refused: list[dict[str, Any]] = []

    async def sync(self, cookie: str) -> None:
        """Cookie sync, as the extension's worker does it."""
        reply = await self._http.post(
            f"{self._gateway}/api/auth", json={"cookies": f"a=b; {cookie}"}, headers={"Authorization": self._token}
        )
        assert {"success": True} == reply.json()

    async def watch(self, wishes: dict[str, tuple[int, str]]) -> None:
        """Arm every lot over the WebSocket, then listen for ever; a connection that is lost is made again, as the extension does."""
        again = False
        while True:
            try:
                await self._listen({} if again else wishes)
            except (OSError, websockets.WebSocketException):
                again = True

    async def _listen(self, wishes: dict[str, tuple[int, str]]) -> None:
        async with websockets.connect(self._gateway.replace("http", "ws") + "/ws", proxy=None) as ws:
            await ws.send(json.dumps({"type": "authenticate", "token": self._token, "requestId": "req_1"}))
            for number, (lot, (cap, strategy)) in enumerate(wishes.items(), 2):
                config = {"maxBid": cap, "strategy": strategy, "incrementAmount": 1, "autoBid": True}
                await ws.send(json.dumps({"type": "startMonitoring", "auctionId": lot, "config": config, "requestId": f"req_{number}"}))
            async for text in ws:
                self._hear(json.loads(text))

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame.get("error"):
            self.refused.append(frame)
        if frame["type"] == "auctionState" and frame["auction"]["status"] == "ended":
            self.ended[frame["auction"]["id"]] += 1
            self.ended_at.setdefault(frame["auction"]["id"], time.time())
