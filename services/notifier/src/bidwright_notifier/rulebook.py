"""The rulebook: the owner's wishes as they are in force, read again every second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bidwright import Clock, Notice
from bidwright.runtime.logging import get_logger
from bidwright.runtime.notices.plan import Later, Muted, Now, escalated, plan, quiet_until
from bidwright.runtime.notices.wishes import WishBook, Wishes

log = get_logger(__name__)


class Rulebook:
    """
    Answers where and when by the newest wishes. *problems* are sentences about wishes that cannot be followed.
    """

    def __init__(self, book: WishBook, clock: Clock, zone: tzinfo | None) -> None:
        self._book, self._clock, self._zone = book, clock, zone
        self.wishes = Wishes()
        self.channels: Sequence[str] = ()
        self._wrong: list[str] = []
        self._said: list[str] = []

    async def refresh(self, channels: Sequence[str]) -> bool:
        """Read the wishes again; True when they are others than before. Raises redis errors: those that are known stay."""
        old, self.channels = self.wishes, channels
        self.wishes, self._wrong = await self._book.read()
        if self.problems != self._said:
            self._said = self.problems
            for problem in self._said:
                log.warning("wishes.wrong", why=problem)
        return old != self.wishes

    @property
    def problems(self) -> list[str]:
        """What of the wishes cannot be followed, and what happens in its place."""
        return [
            *self._wrong,
            *(f"{one}. Meanwhile such notices go to the channels there are." for one in self.wishes.unknown(self.channels)),
        ]

    def plan(self, notice: Notice, *, bundled: bool) -> Later | Now | Muted:
        """Where it goes, and when."""
        return plan(notice, self.wishes, self.channels, self._clock.now(), bundled=bundled, zone=self._zone)

    def quiet_until(self, *, urgent: bool) -> datetime | None:
        """When such a notice may ring again; None: now."""
        return quiet_until(self.wishes, self._clock.now(), urgent=urgent, zone=self._zone)

    def escalated(self, *, urgent: bool) -> tuple[str, ...]:
        """Where such a notice goes as well that was not delivered."""
        return escalated(self.wishes, self.channels, urgent=urgent)

    @property
    def patience(self) -> int:
        """Attempts in vain after which a channel counts as not delivering."""
        return self.wishes.escalation.after_attempts if self.wishes.escalation else 0
