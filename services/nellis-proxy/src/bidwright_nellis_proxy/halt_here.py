"""A file or a variable on this host that says stop: heeded at the last hop at once, and told to everybody within a second."""

from __future__ import annotations

from collections.abc import Callable

from bidwright import Clock
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.settings import Halting

log = get_logger(__name__)
_LOOK_S = 1.0
GOOD_FOR_MS = 5000
"""How long one word keeps RESUME away; it is said again every second."""


class HaltHere:
    """
    Halts everything once per appearance, and keeps it halted while what says so is there. Taking it away resumes nothing by itself.
    """

    def __init__(self, found: Callable[[], Halting | None], transitions: Transitions, clock: Clock) -> None:
        self._found, self._transitions, self._clock = found, transitions, clock

    async def step(self) -> None:
        """One step of the loop. Raises StoreDown: nothing is bid then, and the word is said again."""
        await self.tell()
        await pause(self._clock, _LOOK_S)

    async def tell(self) -> None:
        """Look, and say what was found. Raises StoreDown."""
        halting = self._found()
        if halting is not None and await self._transitions.halt_here(halting.by, halting.what, ttl_ms=GOOD_FOR_MS):
            log.warning("halt.found", by=halting.by, what=halting.what)
