"""
The simulated auction site in process, on a clock that is handed in.

Needs the package bidwright-simulator, which is imported only when a site is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from bidwright import Clock
    from bidwright_simulator.ledger import Ledger
    from bidwright_simulator.site import Site


@dataclass(frozen=True)
class InProcessSite:
    """
    A site without a socket. *site* is the sale itself; *client_transport* goes into an ``httpx.AsyncClient``.

    Nothing moves by itself: time passes on the clock, and is played when a request comes or ``site.advance()`` is called.
    """

    base_url: str
    site: Site
    client_transport: httpx.AsyncBaseTransport
    hub: Any

    @property
    def ledger(self) -> Ledger:
        """Every request and bid so far."""
        return self.site.ledger

    def cookie(self, email: str = "demo@example.invalid") -> str:
        """A Cookie header with a fresh session, as the owner's browser would have it."""
        return f"__session={self.site.accounts.open(email, self.site.now())}"


def in_process_site(clock: Clock, *, seed: str = "1", base_url: str = "http://site.invalid") -> InProcessSite:
    """A new site with no lots yet: open some with ``site.open_lot(Wish(close_in=60))`` or by POST /__sim/lots."""
    from bidwright_simulator import Site, build  # noqa: PLC0415 - the simulator is no dependency of the library
    from bidwright_simulator.inprocess import InProcessTransport  # noqa: PLC0415 - as above

    site = Site(clock, seed=seed)
    app, hub = build(site, public_url=base_url)
    return InProcessSite(base_url, site, InProcessTransport(app, clock), hub)
