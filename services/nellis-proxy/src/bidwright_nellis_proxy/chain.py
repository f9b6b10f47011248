"""The chain of what plugins put around reads, built anew when a toggle changes; reads under way end on the chain they began with."""

from __future__ import annotations

from typing import Any

from bidwright import Clock, Fetch, SharedBreaker, SiteCall, Subject, Toggle
from bidwright.plugins import Plugins
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright.runtime.toggles import LOOK_S, Toggles
from bidwright.runtime.wrapping import wrapped

log = get_logger(__name__)


class Chain:
    """
    Calls the outermost wrapping. As *around* it shows wrappings their surroundings: *clock*, *breaker* and ``is_on``.
    """

    def __init__(self, plain: Fetch, plugins: Plugins, toggles: Toggles, *, clock: Clock, breaker: SharedBreaker) -> None:
        self.clock, self.breaker = clock, breaker
        self._plain, self._plugins, self._toggles = plain, plugins, toggles
        self._outermost: Fetch = plain
        self.names: list[str] = []
        """Plugins whose wrapping is in force, the innermost first."""
        self.build()

    async def __call__(self, call: SiteCall) -> Any:
        """Make a read through everything that is around it."""
        return await self._outermost(call)

    def is_on(self, toggle: Toggle, subject: str | Subject = "") -> bool:
        """Whether *toggle* is on."""
        return self._toggles.is_on(toggle, subject)

    def may_be_on(self, toggle: Toggle) -> bool:
        """Whether *toggle* is on for any lot at all."""
        return self._toggles.may_be_on(toggle)

    def build(self) -> None:
        """Ask every plugin anew. One that raises is left out until the next time."""
        fetch, names = wrapped(self._plugins, "wrap_site", self._plain, self, called="fetch", unusable=_no_fetch)
        if names != self.names:
            log.info("chain.built", around=names)
        self._outermost, self.names = fetch, names

    async def follow(self) -> None:
        """One step of the loop that follows the toggles. Raises redis errors: the chain stays as it is."""
        await pause(self.clock, LOOK_S)
        if await self._toggles.refresh():
            self.build()


def _no_fetch(thing: object) -> str | None:
    return None if callable(thing) else f"{thing!r} makes no read"
