"""Channel ``browser``: a notice appears on every page and browser extension that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bidwright import NotDelivered, Notice, Notifier, Screens, hookimpl


class NobodyThere(NotDelivered):
    """
    No page and no extension is open; it is tried again, and one that is opened by then shows it.
    """


class Browser:
    """
    Needs no address. Delivered means that at least one page or extension was connected.
    """

    name: ClassVar[str] = "browser"
    description: ClassVar[str] = "Every page and browser extension that is open."

    def __init__(self, screens: Screens) -> None:
        self._screens = screens

    async def send(self, notice: Notice, address: str) -> None:  # noqa: ARG002 - the gateways know who is there
        """Show it. Raises NobodyThere."""
        if not await self._screens.show(notice):
            raise NobodyThere("no page and no browser extension is connected to Bidwright")


@hookimpl
def register_notifiers(screens: Screens) -> Sequence[Notifier]:
    """Offer ``browser``."""
    return [Browser(screens)]
