"""Health: what works and what does not, in the shape that existing dashboards read."""

from __future__ import annotations

import os
import shutil
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock
from bidwright.runtime import telemetry
from bidwright.runtime.checkups import Finding
from bidwright_gateway.board import Board

MIB = 1024 * 1024
_RANK = {"healthy": 0, "degraded": 1, "unhealthy": 2}
_RSS_LIMIT_MIB, _DISK_LIMIT, _DISK_FULL, _LAG_LIMIT_MS = 200, 80, 97, 100
OTHERS = ("nellis-proxy", "poller", "bidder")
_HINT = {
    "nellis-proxy": "nellis-proxy is not there: lots cannot be read and nothing can be bid. Start it.",
    "poller": "poller is not there: prices stand still. Start it.",
    "bidder": "bidder is not there: nothing will be bid. Start it.",
}


@dataclass(slots=True)
class Health:
    """
    Runs the checks. *lag_ms* is how late the event loop last was.
    """

    redis: Redis
    board: Board
    clock: Clock
    data_dir: Path
    prefix: str = "bw:"
    lag_ms: float = 0.0
    started: float = 0.0
    clients: Callable[[], int] = lambda: 0
    findings: Callable[[], list[Finding]] = list
    """What plugins' own checks of this process said last."""
    history: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=100))

    def __post_init__(self) -> None:
        self.started = self.clock.monotonic()

    @property
    def uptime(self) -> float:
        """Seconds since this process began."""
        return self.clock.monotonic() - self.started

    @property
    def timestamp(self) -> str:
        """Now, as the clients want it."""
        return self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    async def report(self, *, detailed: bool) -> dict[str, Any]:
        """The whole report; *detailed* adds each check's figures."""
        checks = {
            "memory": await self._timed("memory", self._memory),
            "eventLoop": await self._timed("eventLoop", self._loop),
            "diskSpace": await self._timed("diskSpace", self._disk),
            "redis": await self._timed("redis", self._store),
            "websocket": await self._timed("websocket", self._socket),
            "nellis-api": await self._timed("nellis-api", self._site),
            "services": await self._timed("services", self._services),
        }
        checks |= {f"{found.plugin}/{found.check}": _by_plugin(found) for found in self.findings()}
        worst = max((check["status"] for check in checks.values()), key=_RANK.__getitem__)
        body = {"status": worst, "timestamp": self.timestamp, "uptime": int(self.uptime), "checks": checks}
        self.history.append(body)
        if not detailed:
            body = {**body, "checks": {name: {k: v for k, v in check.items() if k != "details"} for name, check in checks.items()}}
        lots = list(self.board.lots.values())
        watched = [lot for lot in lots if lot.watched and not lot.final]
        stats = {"total": len(lots), "active": len(watched), "ended": sum(lot.final for lot in lots), "pollingIntervals": len(watched)}
        return {**body, "auctions": {"monitored": len(watched), "memoryStats": stats}}

    async def beats(self) -> list[telemetry.Beat] | None:
        """Who beat lately; None while Redis is away."""
        try:
            return await telemetry.beats(self.redis, self.prefix)
        except RedisError:
            return None

    async def _timed(self, name: str, check: Callable[[], Awaitable[tuple[str, str, dict[str, Any]]]]) -> dict[str, Any]:
        began = time.perf_counter()
        status, message, details = await check()
        took = round((time.perf_counter() - began) * 1000, 2)
        return {"name": name, "status": status, "message": message, "duration": took, "details": details}

    async def _memory(self) -> tuple[str, str, dict[str, Any]]:
        rss = rss_bytes() // MIB
        details = {"heap": {"used": rss, "total": rss, "percentage": 100}, "rss": rss, "system": _system()}
        if rss > _RSS_LIMIT_MIB:
            return "degraded", f"The gateway uses {rss} MB, more than {_RSS_LIMIT_MIB}", details
        return "healthy", f"The gateway uses {rss} MB", details

    async def _loop(self) -> tuple[str, str, dict[str, Any]]:
        details = {"lagMs": f"{self.lag_ms:.2f}", "threshold": {"warning": _LAG_LIMIT_MS, "critical": 500}}
        if self.lag_ms > _LAG_LIMIT_MS:
            return "degraded", f"Work waits {self.lag_ms:.0f} ms for its turn", details
        return "healthy", "Work is done at once", details

    async def _disk(self) -> tuple[str, str, dict[str, Any]]:
        folder = next((p for p in (self.data_dir, *self.data_dir.resolve().parents) if p.exists()), Path("/"))
        total, used, free = shutil.disk_usage(folder)
        percent = round(used * 100 / total) if total else 0
        size = {"size": f"{total // MIB} MB", "used": f"{used // MIB} MB", "available": f"{free // MIB} MB"}
        details = {"filesystem": str(folder), **size, "usePercentage": percent}
        if percent > _DISK_FULL:
            return "unhealthy", f"The disk is {percent} % full: Redis will soon refuse to write. Free some space.", details
        if percent > _DISK_LIMIT:
            return "degraded", f"The disk is {percent} % full", details
        return "healthy", f"The disk is {percent} % full", details

    async def _store(self) -> tuple[str, str, dict[str, Any]]:
        try:
            await self.redis.ping()
        except RedisError as error:
            why = f"Redis does not answer ({type(error).__name__}): nothing changes and nothing is bid. Start it; all goes on by itself."
            return "unhealthy", why, {"connected": False, "url": "Configured"}
        if not self.board.loaded:
            return "degraded", "Redis answers; the lots are being read", {"connected": True, "url": "Configured"}
        return "healthy", "Redis answers", {"connected": True, "url": "Configured"}

    async def _socket(self) -> tuple[str, str, dict[str, Any]]:
        count = self.clients()
        return "healthy", f"{count} connected", {"clients": count, "maxConnections": 1000}

    async def _site(self) -> tuple[str, str, dict[str, Any]]:
        service = await self.board.read_service()
        state = service.session.get("state", "missing")
        breaker = {"half": "half-open"}.get(word := service.breaker.get("state", "closed"), word)
        details = {"state": breaker, "cookiesAvailable": "Yes" if state not in ("missing", "") else "No", "session": state}
        if service.format.get("state") == "broken":
            return "degraded", "The site's pages are not understood at present; no real bid is made until they are", details
        if breaker != "closed":
            return "degraded", "The site fails at present and is left alone for a moment; it is tried again by itself", details
        if state == "ok":
            return "healthy", "Logged in to the site", details
        if state in ("missing", "unchecked"):
            return "degraded", "No session of the site yet: log in there and sync the cookies; until then no real bid is made", details
        return "degraded", "The site's session cannot be used: log in there and sync the cookies; until then no real bid is made", details

    async def _services(self) -> tuple[str, str, dict[str, Any]]:
        beats = await self.beats()
        if beats is None:
            return "degraded", "Not known while Redis is away", {}
        there = {beat.service for beat in beats}
        details: dict[str, Any] = {name: "there" if name in there else "missing" for name in OTHERS}
        missing = [_HINT[name] for name in OTHERS if name not in there]
        problems = sorted({problem for beat in beats for problem in beat.plugin_problems})
        if problems:
            details["plugins"] = "; ".join(problems)
        own = telemetry.replica_name()  # what is unwell here is a check of its own
        unwell = sorted({f"{beat.service}: {problem}" for beat in beats if beat.replica != own for problem in beat.unwell})
        if unwell:
            details["unwell"] = "; ".join(unwell)
        points = sorted({f"{beat.service} {point}" for beat in beats for point in beat.failpoints})
        if points:
            details["failpoints"] = ", ".join(points)
        if missing or problems or unwell or points:
            words = (
                [f"A plugin is left out: {p}" for p in problems]
                + [f"{p}." for p in unwell]
                + [f"For a test, a service will end itself at {p}." for p in points]
            )
            return "degraded", " ".join([*missing, *words]), details
        return "healthy", "All services are there", details


def _by_plugin(found: Finding) -> dict[str, Any]:
    """A check of a plugin: never worse than degraded, so that no probe takes the gateway down for it."""
    status, message = ("degraded", found.reason) if found.reason else ("healthy", "Well")
    return {"name": found.check, "status": status, "message": message, "duration": 0, "details": {"plugin": found.plugin}}


def rss_bytes() -> int:
    """Resident memory of this process in bytes; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _system() -> dict[str, int]:
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text("ascii").splitlines())
        total, free = (int(lines[name].split()[0]) // 1024 for name in ("MemTotal", "MemAvailable"))
    except (OSError, ValueError, KeyError):
        return {"total": 0, "free": 0, "percentage": 0}
    return {"total": total, "free": free, "percentage": round((total - free) * 100 / total)}
