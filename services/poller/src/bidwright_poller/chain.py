"""The chain of what plugins put around the polling policy, built anew when a toggle changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from bidwright import Clock, Glance, Schedule, Subject, Toggle
from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright.runtime.toggles import LOOK_S, Toggles, declared
from bidwright.runtime.wrapping import wrapped

log = get_logger(__name__)
_SAFE = timedelta(seconds=15)
"""Where no policy answers."""


class Chain:
    """
    Asks the outermost wrapping; the plain policy answers where that one fails. As *around* it shows wrappings *clock* and ``is_on``.
    """

    name: ClassVar[str] = "chain"
    description: ClassVar[str] = "The operator's policy with what plugins put around it."

    def __init__(self, plain: Schedule, plugins: Plugins, toggles: Toggles, clock: Clock) -> None:
        self.clock = clock
        self._plain, self._plugins, self._toggles = plain, plugins, toggles
        self._outermost: Schedule = plain
        self._failing = ""
        self.also: tuple[Callable[[], None], ...] = ()
        """What else is built anew with it."""
        self.names: list[str] = []
        """Plugins whose wrapping is in force, the innermost first."""
        self.build()

    def next_look(self, glance: Glance) -> timedelta:
        """The pause until the next look: the outermost's; where that fails the plain policy's, and where that does too a safe one."""
        for schedule in dict.fromkeys((self._outermost, self._plain)):
            try:
                pause = schedule.next_look(glance)
                why = "" if isinstance(pause, timedelta) else f"it gave {pause!r}, no timedelta"
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises, lots are looked at
                why = where(error)
            if schedule is self._outermost:
                self._tell(why)
            if not why:
                return pause
        return _SAFE

    def _tell(self, why: str) -> None:
        """Say once each way whether what is asked first answers."""
        if why != self._failing:
            self._failing = why
            if why:
                log.error("schedule.failed", around=self.names, why=why)
            else:
                log.info("schedule.recovered", around=self.names)

    def is_on(self, toggle: Toggle, subject: str | Subject = "") -> bool:
        """Whether *toggle* is on."""
        return self._toggles.is_on(toggle, subject)

    def may_be_on(self, toggle: Toggle) -> bool:
        """Whether *toggle* is on for any lot at all."""
        return self._toggles.may_be_on(toggle)

    def rest_on(self, plain: Schedule) -> None:
        """Another policy at the bottom; what is around it is asked anew."""
        self._plain = plain
        self._toggles.known(declared(self._plugins))
        self.build()

    def build(self) -> None:
        """Ask every plugin anew."""
        schedule, names = wrapped(self._plugins, "wrap_schedule", self._plain, self, called="schedule", unusable=_no_schedule)
        if names != self.names:
            log.info("schedule.wrapped", around=names)
        self._outermost, self.names = schedule, names
        for build in self.also:
            build()

    async def follow(self) -> bool:
        """One look at the toggles, after a moment; True when the chain was built anew. Raises redis errors: it stays as it is."""
        await pause(self.clock, LOOK_S)
        if not await self._toggles.refresh():
            return False
        self.build()
        return True


def _no_schedule(thing: object) -> str | None:
    return None if callable(getattr(thing, "next_look", None)) else f"{thing!r} is no schedule"
