"""The site's addresses: what each answers. ``build`` puts them behind the door."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from bidwright.turbo_stream import Promise
from bidwright_simulator import account, bids, control, list_page, lot_page, photos, search, wire
from bidwright_simulator.door import Door
from bidwright_simulator.live import Hub
from bidwright_simulator.visit import Page, Visit, missing, origin, root_data

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from bidwright_simulator.site import Site

_LOT_ROUTE = "routes/p.$title.$productId._index"
_ROBOTS = "User-agent: *\nAllow: /$\nAllow: /p/\nAllow: /browse\nAllow: /sitemap*\nAllow: /assets/\nDisallow: /\n"
_ON_INDEX = 60
_OVER_ON_INDEX = 12
_DIGITS = 15


def build(site: Site, *, public_url: str = "") -> tuple[ASGIApp, Hub]:
    """The ASGI application around *site*, and the hub of its live events."""
    app = Starlette(routes=_routes())
    app.state.site = site
    app.state.public_url = public_url.rstrip("/")
    app.state.hub = Hub(site)
    return Door(app, site, app.state.hub), app.state.hub


def _routes() -> list[Route | Mount]:
    return [
        Route("/", index),
        Route("/_root.data", index),
        Route("/browse", index),
        Route("/p/{slug}/{lot}", lot),
        Route("/p/{slug}/{lot}.data", lot),
        Route("/auction/{lot}", old_lot),
        *bids.routes(),
        *account.routes(),
        *search.routes(),
        Route("/robots.txt", lambda _: Response(_ROBOTS, media_type="text/plain")),
        Route("/assets/{name}", asset),
        Route("/photos/{name}.svg", photo),
        Mount("/__sim", routes=control.routes()),
    ]


async def index(request: Request) -> Response:
    """What closes next."""
    visit = Visit.of(request)
    over = sorted((lot for lot in visit.site.lots.values() if lot.closed), key=lambda lot: -lot.close)[:_OVER_ON_INDEX]
    opened = visit.site.open_lots()[:_ON_INDEX]
    return Page(
        request,
        lambda _: {"root": root_data(request), "routes/_index": {"noReferrer": True}},
        lambda scripts: list_page.index(visit, opened, over, scripts),
        title="Sample Auctions",
    ).answer()


async def lot(request: Request) -> Response:
    """One lot; the slug is ignored."""
    visit = Visit.of(request)
    number = request.path_params["lot"].removesuffix(".data")
    found = visit.lot(int(number)) if number.isdecimal() and len(number) <= _DIGITS else None
    if found is None:
        return missing(request, _LOT_ROUTE)

    def routes(date: wire.Dates) -> dict[str, Any]:
        return {
            "root": root_data(request),
            "routes/p.$title.$productId": {"productId": found.id},
            _LOT_ROUTE: {
                "product": wire.product(found, visit.user, date, origin(request)),
                "bidHistory": wire.history(found, visit.user, date),
                "shoppingLocation": wire.metro(found),
                "noReferrer": True,
                "similarProducts": Promise.resolved([other for other in visit.site.lots if other != found.id][:3]),
            },
        }

    title = f"{found.item.title} | Sample Auctions"
    return Page(
        request, routes, lambda scripts: lot_page.draw(visit, found, scripts), title=title, description=lot_page.describe(found)
    ).answer()


async def old_lot(request: Request) -> Response:
    """Addresses in older links."""
    number = request.path_params["lot"]
    found = Visit.of(request).site.lots.get(int(number)) if number.isdecimal() and len(number) <= _DIGITS else None
    return RedirectResponse(found.path, 301) if found else missing(request, _LOT_ROUTE)


async def asset(request: Request) -> Response:
    """Style and script of the pages."""
    name = request.path_params["name"]
    types = {"site.css": "text/css", "site.js": "text/javascript"}
    if name not in types:
        return HTMLResponse("Not found", 404)
    return Response(
        files("bidwright_simulator").joinpath("assets", name).read_text(), media_type=types[name], headers={"cache-control": "no-cache"}
    )


async def photo(request: Request) -> Response:
    """A picture of a kind of thing; an own photo differs a little from lot to lot."""
    own = request.query_params.get("own", "0")
    drawn = photos.draw(request.path_params["name"], int(own) if own.isdecimal() else 0)
    if drawn is None:
        return JSONResponse({"error": "There is no such picture"}, 404)
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "max-age=3600"})
