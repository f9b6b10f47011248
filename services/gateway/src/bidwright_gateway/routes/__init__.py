"""REST, one file per noun. ``ROUTERS`` is the list of all of them."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from bidwright_gateway.deps import Deps
from bidwright_gateway.routes import (
    account,
    auctions,
    audit,
    belongings,
    bids,
    books,
    budgets,
    devices,
    finding,
    groups,
    house,
    imports,
    lists,
    notes,
    notifications,
    page,
    pairing,
    plugins,
    probes,
    rates,
    searches,
    site,
    strategies,
    switches,
    toggles,
    watches,
)

ROUTERS: list[Callable[[Deps], APIRouter]] = [
    watches.router,
    lists.router,
    auctions.router,
    bids.router,
    notes.router,
    finding.router,
    searches.router,
    imports.router,
    account.router,
    house.router,
    switches.router,
    toggles.router,
    budgets.router,
    rates.router,
    groups.router,
    strategies.router,
    plugins.router,
    books.router,
    notifications.router,
    site.router,
    pairing.router,
    devices.router,
    audit.router,
    belongings.router,
    probes.router,
    page.router,
]
