"""The demo: the account of the simulated site is logged in, and the lots it suggests are watched, through the public API alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

_LOOK_EVERY_S = 15.0
_PAUSE_S = 1.0
_AT_ONCE = 6
"""A start is answered once the lot was read, which takes its turn in the request budget."""
_TOO_MANY, _BROKEN = 429, 500


class Demo:
    """
    Watches what the simulated site suggests. *memory* remembers what was watched once: a lot the owner removed stays removed.

    A part that is away, and a full rate limit, are waited for; the supervisor says what is away.
    """

    def __init__(self, simulator: str, gateway: str, token: str, memory: Path) -> None:
        self._site = httpx.AsyncClient(base_url=simulator, trust_env=False, timeout=10)
        self._api = httpx.AsyncClient(base_url=gateway, trust_env=False, timeout=10, headers={"Authorization": token})
        self._memory = memory

    async def run(self, say: Callable[[str], None]) -> None:
        """Log in and watch, say how many lots there are, and go on with the lots that open later, for ever."""
        async with self._site, self._api:
            await self._log_in()
            say(f"{await self._watch()} demo lots are watched.")
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                if not (await _ask(self._api, "GET", "/api/auth/status")).get("authenticated"):
                    await self._log_in()
                await self._watch()

    async def _log_in(self) -> None:
        session = await _ask(self._site, "POST", "/__sim/session", {})
        await _ask(self._api, "POST", "/api/auth", {"cookies": session["cookie"]})

    async def _watch(self) -> int:
        lots: list[dict[str, Any]] = (await _ask(self._site, "GET", "/__sim/demo"))["watch"]
        known = self._known()
        left = iter([lot for lot in lots if lot["lotId"] not in known])

        async def some() -> None:
            for lot in left:
                config = {"maxBid": lot["cap"], "strategy": lot["strategy"], "autoBid": lot["autoBid"]}
                body = {"config": config, "metadata": {"title": lot["title"]}}
                await _ask(self._api, "POST", f"/api/auctions/{lot['lotId']}/monitor", body)  # a refusal means: watched already, or closed
                known.add(lot["lotId"])
                self._memory.write_text(json.dumps(sorted(known)), "utf-8")

        async with asyncio.TaskGroup() as workers:
            for _ in range(_AT_ONCE):
                workers.create_task(some())
        return len(lots)

    def _known(self) -> set[str]:
        try:
            return set(json.loads(self._memory.read_text("utf-8")))
        except (OSError, ValueError):
            return set()


async def _ask(client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    while True:
        pause = _PAUSE_S
        try:
            answer = await client.request(method, path, json=body)
            if answer.status_code != _TOO_MANY and answer.status_code < _BROKEN:
                found: dict[str, Any] = answer.json()
                return found
            pause = float(answer.headers.get("Retry-After", _PAUSE_S))
        except (httpx.HTTPError, ValueError):
            pass
        await asyncio.sleep(pause)
