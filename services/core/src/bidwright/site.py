"""Reads of the site as a plugin may wrap them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from bidwright.around import Around

BreakerTold = Literal["trip", "good", "bad"]


@dataclass(frozen=True, slots=True)
class SiteCall:
    """
    One read that is about to be made. *kind*: page, data, loader, listings, list, account, search. *request* is private to nellis-proxy.

    *leaving* is awaited when its turn has come, right before it is sent.
    """

    kind: str
    purpose: Literal["decide", "reconcile", "poll"]
    request: Any = field(repr=False, default=None)
    leaving: Callable[[], Awaitable[None]] | None = field(repr=False, default=None)

    @property
    def is_lot(self) -> bool:
        """Whether it reads one lot: the cheapest question to try an ailing site with."""
        return self.kind in ("page", "data", "loader")

    def checked(self, leaving: Callable[[], Awaitable[None]]) -> SiteCall:
        """The same read, for which *leaving* is awaited as well before it is sent: reads wait in line, and what it raises ends the wait."""
        before = self.leaving

        async def both() -> None:
            if before is not None:
                await before()
            await leaving()

        return replace(self, leaving=both)


class Fetch(Protocol):
    """
    Makes a read. Raises UpstreamDown (not reached, timed out, 5xx), UpstreamBusy (wait), UpstreamChanged, StoreDown.
    """

    async def __call__(self, call: SiteCall) -> Any:
        """The site's answer."""
        ...


class SharedBreaker(Protocol):
    """
    What all replicas know together of a breaker. Raises StoreDown. *failures* in a row are enough to trip it.
    """

    failures: int

    async def ask(self, *, may_probe: bool) -> tuple[Literal["go", "probe", "wait"], str, float]:
        """Whether a read may go; the generation (named by ``tell``); seconds until a probe may, for ``wait``."""
        ...

    async def tell(self, what: BreakerTold, gen: str, why: str = "") -> None:
        """Trip it for all, or say what came of the probe. A word about a time before the last flip changes nothing."""
        ...

    def count(self, what: Literal["ok", "failed", "refused"]) -> None:
        """Count a read for the figures that people see."""
        ...


class Surroundings(Around, Protocol):
    """
    What a wrapping may use of nellis-proxy.
    """

    @property
    def breaker(self) -> SharedBreaker:
        """What all replicas know together of a breaker."""
        ...
