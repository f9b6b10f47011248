"""Listening: which lots' live events are listened to. None, unless a plugin says so."""

from __future__ import annotations

from collections.abc import Sequence

from bidwright import Around, Listen
from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger
from bidwright.runtime.wrapping import wrapped

log = get_logger(__name__)


class Listening:
    """
    Asks each plugin's ``wrap_listening``, anew after any toggle's change. One that fails later means that nothing is listened to.
    """

    def __init__(self, plugins: Plugins, around: Around) -> None:
        self._plugins, self._around = plugins, around
        self._failing = ""
        self._choose: Listen = _nothing
        self.names: list[str] = []
        """Plugins whose wrapping is in force."""
        self.build()

    def build(self) -> None:
        """Ask every plugin anew."""
        plain: Listen = _nothing
        self._choose, names = wrapped(self._plugins, "wrap_listening", plain, self._around, called="listen", unusable=_no_choice)
        if names != self.names:
            log.info("listening.wrapped", around=names)
        self.names = names

    def of(self, lot_ids: Sequence[str]) -> list[str]:
        """Those of *lot_ids* to listen to, in their order."""
        try:
            chosen = set(self._choose(lot_ids))
            why = ""
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises, lots are polled all the same
            chosen, why = set(), where(error)
        if why and why != self._failing:
            log.error("listening.failed", around=self.names, why=why)
        self._failing = why
        return [lot_id for lot_id in lot_ids if lot_id in chosen]


def _nothing(_: Sequence[str]) -> Sequence[str]:
    return ()


def _no_choice(thing: object) -> str | None:
    return None if callable(thing) else f"{thing!r} chooses no lots"
