"""Checkups: the health checks that plugins offer, made again and again, and what they said last."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from bidwright import Clock, HealthCheck
from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause

log = get_logger(__name__)
EVERY_S, WITHIN_S = 5.0, 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What one check said last. *reason* is empty when it is well.
    """

    plugin: str
    check: str
    reason: str

    @property
    def sentence(self) -> str:
        """For people; empty when it is well."""
        return f"{self.plugin}, {self.check}: {self.reason}" if self.reason else ""


class Checkups:
    """
    Every check has a second. One that still runs is not begun again, so that a check that hangs costs one thread and no more.
    """

    def __init__(self, plugins: Plugins, clock: Clock, *, within_s: float = WITHIN_S) -> None:
        found = plugins.collect("register_health_checks", _no_check)
        self._checks = [(cast("HealthCheck", check), plugin) for check, plugin in found.values()]
        self._clock, self._within_s = clock, within_s
        self._under_way: dict[str, asyncio.Future[str]] = {}
        self.findings: list[Finding] = []

    @property
    def problems(self) -> list[str]:
        """A sentence for each thing that is not well."""
        return [finding.sentence for finding in self.findings if finding.reason]

    async def step(self) -> None:
        """One round of the loop that makes them."""
        await self.make()
        await pause(self._clock, EVERY_S)

    async def make(self) -> None:
        """Make every check once, all at the same time."""
        before = {finding.check: finding.reason for finding in self.findings}
        reasons = await asyncio.gather(*(self._one(check) for check, _ in self._checks))
        self.findings = [Finding(plugin, check.name, reason) for (check, plugin), reason in zip(self._checks, reasons, strict=True)]
        for finding in self.findings:
            if bool(finding.reason) != bool(before.get(finding.check)):
                say = log.warning if finding.reason else log.info
                say("check.failed" if finding.reason else "check.passed", plugin=finding.plugin, check=finding.check, why=finding.reason)

    async def _one(self, check: HealthCheck) -> str:
        running = self._under_way.get(check.name)
        if running is None:
            running = self._under_way[check.name] = asyncio.ensure_future(_call(check)) if _is_async(check.check) else _aside(check)
            running.add_done_callback(lambda _: self._under_way.pop(check.name, None))
        done, _ = await asyncio.wait({running}, timeout=self._within_s)
        if not done:
            if isinstance(running, asyncio.Task):
                running.cancel()
            return f"it did not answer within {self._within_s:g} s"
        return "it was given up" if running.cancelled() else running.result()


def _is_async(check: object) -> bool:
    return inspect.iscoroutinefunction(check) or inspect.iscoroutinefunction(getattr(check, "__call__", None))  # noqa: B004 - not whether, but how


async def _call(check: HealthCheck) -> str:
    try:
        return _reason(await cast("Callable[[], Awaitable[object]]", check.check)())
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises is the reason
        return where(error)


def _aside(check: HealthCheck) -> asyncio.Future[str]:
    """Call it in a thread that nobody waits for at the end: a pool would, and would run out of threads for others."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def tell(reason: str) -> None:
        if not future.done():
            future.set_result(reason)

    def work() -> None:
        try:
            reason = _reason(check.check())
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises is the reason
            reason = where(error)
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, reason)

    threading.Thread(target=work, name=f"check {check.name}", daemon=True).start()
    return future


def _reason(said: object) -> str:
    """Empty when all is well."""
    if said is None:
        return ""
    return said.strip() if isinstance(said, str) and said.strip() else f"it gave {said!r} in place of a sentence"


def _no_check(thing: object) -> str | None:
    usable = isinstance(thing, HealthCheck) and isinstance(thing.name, str) and bool(thing.name) and callable(thing.check)
    return None if usable else f"{thing!r} is no HealthCheck"
