"""What a plugin is shown of the house around it, to read and not to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bidwright.clock import Clock
from bidwright.money import Money
from bidwright.toggle import Toggle
from bidwright.toggle_value import Subject


class Around(Protocol):
    """
    What every service shows.
    """

    @property
    def clock(self) -> Clock:
        """The service's time: ask it, never the system's."""
        ...

    def is_on(self, toggle: Toggle, subject: str | Subject = "") -> bool:
        """Whether *toggle* is on: for every lot, or for *subject* (a lot's id) where its value differs by lot."""
        ...

    def may_be_on(self, toggle: Toggle) -> bool:
        """Whether *toggle* is on for any lot at all: False means that nothing need be put around anything."""
        ...


@dataclass(frozen=True, slots=True)
class WatchedLot:
    """
    A lot as the gateway shows it. *says* is the sentence on what will happen; *closes_at* is None until the site was read.

    Text comes from the site: plain, without control characters or angle brackets, and still somebody else's words.
    """

    id: str
    title: str
    url: str
    location: str
    closes_at: datetime | None
    price: Money
    next_bid: Money
    cap: Money
    armed: bool
    leading: bool
    ended: bool
    outcome: str
    says: str


class Overview(Around, Protocol):
    """
    What the gateway shows.
    """

    def lots(self) -> Sequence[WatchedLot]:
        """The lots that clients see: watched ones, and those that ended a short while ago; the next to close first."""
        ...


class Terminal(Protocol):
    """
    A running Bidwright as the command line speaks to it: found by ``--url`` and ``--token`` as for every verb.

    Every refusal ends the command with its sentence and exit code.
    """

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The JSON answer to a GET of *path*, such as ``/api/auctions``."""
        ...

    def text(self, path: str, **query: Any) -> str:
        """The answer to a GET as it stands."""
        ...

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON answer to a POST."""
        ...
