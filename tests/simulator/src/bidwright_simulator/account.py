"""Logging in, and what the account takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bidwright_simulator import list_page, wire
from bidwright_simulator.visit import Page, Visit, logged_out, missing, origin, root_data

if TYPE_CHECKING:
    from starlette.requests import Request

    from bidwright_simulator.lots import Lot

_COOKIE = "Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600"
_HEADINGS = {"active": "Active lots", "lost": "Lost lots", "all": "All my lots"}


def routes() -> list[Route]:
    """Addresses around the account."""
    return [
        Route("/login", login, methods=["GET", "POST"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/account", account),
        Route("/dashboard/auctions/{which}", auctions),
        Route("/dashboard/purchases", purchases),
        Route("/dashboard/purchases.data", purchases),
    ]


async def login(request: Request) -> Response:
    """The form, and the cookie for who fills it in."""
    visit = Visit.of(request)
    redirect, wrong = request.query_params.get("redirectTo", "/"), ""
    if request.method == "POST":
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        redirect = form.get("redirectTo", "/")
        cookie = visit.site.accounts.login(form.get("email", ""), form.get("password", ""), visit.now)
        if cookie is not None:
            to = redirect if redirect.startswith("/") and not redirect.startswith("//") else "/"
            return RedirectResponse(to, 303, headers={"set-cookie": f"__session={cookie}; {_COOKIE}"})
        wrong = "Email or password is not right."
    page = Page(request, lambda _: {"root": root_data(request)}, lambda scripts: list_page.login(wrong, redirect, scripts), title="Log in")
    return page.answer()


async def logout(request: Request) -> Response:
    """Forget the cookie."""
    del request
    return RedirectResponse("/", 303, headers={"set-cookie": "__session=; Path=/; Max-Age=0"})


async def account(request: Request) -> Response:
    """200 for who is logged in, a redirect for others: the cheapest check of a session."""
    visit = Visit.of(request)
    if (user := visit.user) is None:
        return logged_out(request, visit.settings.logged_out)
    return Page(request, lambda _: {"root": root_data(request)}, lambda scripts: list_page.account(user, scripts), title="Account").answer()


async def auctions(request: Request) -> Response:
    """Lots the account bid on or watches: still open, lost, or all."""
    visit, which = Visit.of(request), request.path_params["which"].removesuffix(".data")
    if which not in _HEADINGS or not visit.settings.dashboard:
        return missing(request, "routes/dashboard")
    if (user := visit.user) is None:
        return logged_out(request, visit.settings.logged_out)
    lots = _mine(visit, user, which)

    def data(date: wire.Dates) -> dict[str, Any]:
        records = {"myAuctions": {"records": [wire.product(lot, user, date, origin(request)) for lot in lots], "totalRecords": len(lots)}}
        leaf = {"data": records} if visit.settings.nested_auctions else records
        return {"root": root_data(request), "routes/dashboard": {}, f"routes/dashboard.auctions.{which}": leaf}

    return Page(request, data, lambda scripts: list_page.mine(visit, _HEADINGS[which], lots, scripts), title=_HEADINGS[which]).answer()


async def purchases(request: Request) -> Response:
    """What the account has won."""
    visit = Visit.of(request)
    if (user := visit.user) is None:
        return logged_out(request, visit.settings.logged_out)
    won = [lot for lot in _mine(visit, user, "all") if lot.closed and lot.leader == user]

    def data(date: wire.Dates) -> dict[str, Any]:
        records = [
            {
                "buyNowId": None,
                "id": lot.id,
                "productId": lot.id,
                "title": lot.item.title,
                "inventoryNumber": lot.inventory,
                "amount": lot.price,
                "buyerPremiumPercent": visit.site.premium_percent,
                "taxPercent": lot.place.tax,
                "purchasedAt": date(lot.close),
                "location": wire.location(lot),
            }
            for lot in won
        ]
        return {"root": root_data(request), "routes/dashboard": {}, "routes/dashboard.purchases": {"purchases": {"records": records}}}

    return Page(request, data, lambda scripts: list_page.mine(visit, "Purchases", won, scripts), title="Purchases").answer()


def _mine(visit: Visit, user: int, which: str) -> list[Lot]:
    lots = (visit.lot(lot) for lot, kept in visit.site.lots.items() if user in kept.amounts or user in kept.watchers)
    found = [
        lot
        for lot in lots
        if lot is not None
        and (
            which == "all"
            or (which == "active" and not lot.closed)
            or (which == "lost" and lot.closed and user in lot.amounts and lot.leader != user)
        )
    ]
    return sorted(found, key=lambda lot: (lot.closed, lot.close, lot.id))
