"""Approved: drop-in plugins that the bidder has checked, for services that run them in their own loop (schedules, channels, switches)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright import Clock, loading
from bidwright.plugins import Plugins, admit
from bidwright.runtime.logging import get_logger
from bidwright.versions import DROPIN, Version

log = get_logger(__name__)
_FRESH_S = 0.5


class Approved:
    """
    Keeps *plugins* in step with what the bidder approved: a drop-in that answers one of *hooks* comes, changes and goes within a second.

    Nothing that the bidder has not tried in a process of its own is imported here. *changes* counts.
    """

    def __init__(
        self, redis: Redis, clock: Clock, plugins: Plugins, hooks: Collection[str], *, disabled: Collection[str] = (), prefix: str = "bw:"
    ) -> None:
        self._disabled = set(disabled)
        self._redis: Any = redis
        self._clock, self._plugins, self._hooks, self._prefix = clock, plugins, set(hooks), prefix
        self._in: dict[str, str] = {}
        self._looked = float("-inf")
        self.changes = 0

    async def refresh(self) -> bool:
        """Look again if the last look is old. True when something came, changed or went. Raises redis errors: what is there stays."""
        if self._clock.monotonic() - self._looked < _FRESH_S:
            return False
        wanted: dict[str, str] = {}
        for name in sorted(await self._redis.smembers(f"{self._prefix}plugins")):
            sha, hooks, off, held = await self._redis.hmget(f"{self._prefix}plugin:{name}", "sha", "hooks", "off", "held")
            if {name, name.removeprefix(DROPIN)} & self._disabled:
                continue
            if name.startswith(DROPIN) and sha and not off and held != sha and self._hooks & set((hooks or "").split(",")):
                wanted[name] = sha
        self._looked = self._clock.monotonic()
        changed = [name for name in {*wanted, *self._in} if wanted.get(name) != self._in.get(name)]
        for name in changed:
            await self._change(name, wanted.get(name, ""))
        self.changes += bool(changed)
        return bool(changed)

    async def _change(self, name: str, sha: str) -> None:
        if self._in.pop(name, ""):
            if self._plugins.manager.get_plugin(name) is not None:
                self._plugins.manager.unregister(name=name)
            self._plugins.problems[:] = [problem for problem in self._plugins.problems if problem.plugin != name]
            log.info("plugin.left", plugin=name)
        text = await self._redis.hget(f"{self._prefix}plugin:{name}", "text") if sha else None
        if not text:
            return
        version = msgspec.json.decode(text, type=Version)
        self._in[name] = sha
        admit(self._plugins, name, lambda: loading.load(version), dropin=True)
        log.info("plugin.came", plugin=name, sha=version.short)
