"""Toggles as a running service sees them: live values in Redis, looked at twice a second, over the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, cast

from redis.asyncio import Redis

from bidwright import Clock, Toggle
from bidwright.plugins import Plugins
from bidwright.toggle import Verdict, evaluate

_FRESH_S = 0.5


class Toggles:
    """
    The switches that plugins declared. *changes* counts how often a live value changed.
    """

    def __init__(
        self, redis: Redis, clock: Clock, known: Iterable[Toggle], *, env: Mapping[str, str] | None = None, keys: str = "feature:"
    ) -> None:
        self._redis: Any = redis
        self._clock, self._keys = clock, keys
        self._env = os.environ if env is None else env
        self.known(known)
        self._live: dict[str, str | None] = {}
        self.changes = 0

    def __iter__(self) -> Any:
        return iter(self._known.values())

    @property
    def by_env(self) -> dict[str, Toggle]:
        """The declared ones by the names of their variables."""
        return {toggle.env: toggle for toggle in self._known.values()}

    def known(self, toggles: Iterable[Toggle]) -> None:
        """From now on these are the switches there are."""
        self._known = {toggle.name: toggle for toggle in toggles}
        self._looked = float("-inf")

    async def refresh(self) -> bool:
        """Look the live values up if the last look is old. True when one changed. Raises redis errors: the last known values stand."""
        if not self._known or self._clock.monotonic() - self._looked < _FRESH_S:
            return False
        names = list(self._known)
        values = await self._redis.mget([self._keys + name for name in names])
        self._looked = self._clock.monotonic()
        live = dict(zip(names, values, strict=True))
        changed = live != self._live and any(live[name] != self._live.get(name) for name in names)
        self._live = live
        self.changes += changed
        return changed

    def verdict(self, toggle: Toggle, subject: str = "") -> Verdict:
        """What holds for *subject* (a lot's id), and why. A toggle that no loaded plugin declared is evaluated all the same."""
        return evaluate(toggle, live=self._live.get(toggle.name), env=self._env.get(toggle.env), subject=subject)

    def is_on(self, toggle: Toggle, subject: str = "") -> bool:
        """Whether it is on for *subject*."""
        return self.verdict(toggle, subject).on


def declared(plugins: Plugins) -> list[Toggle]:
    """The toggles of all loaded plugins; a second one of the same name is a problem of its plugin."""
    found = plugins.collect("register_toggles", lambda thing: None if isinstance(thing, Toggle) else f"{thing!r} is no Toggle")
    return [cast("Toggle", thing) for thing, _ in found.values()]
