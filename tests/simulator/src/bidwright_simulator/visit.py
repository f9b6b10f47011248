"""One request as the site sees it: who asks, under which manners, at what time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bidwright.turbo_stream import Opaque, Promise, encode
from bidwright_simulator import embed, wire
from bidwright_simulator.html import document

if TYPE_CHECKING:
    from starlette.requests import Request

    from bidwright_simulator.lots import Lot
    from bidwright_simulator.settings import LoggedOut, Settings
    from bidwright_simulator.site import Site

Routes = Callable[[wire.Dates], dict[str, Any]]
_JSON = "application/json; charset=utf-8"


@dataclass
class Visit:
    """
    What handlers are given beside the request. *user* is None without a valid session.
    """

    site: Site
    settings: Settings
    now: int
    user: int | None
    age_ms: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request) -> Visit:
        """The visit the door has put beside the request."""
        return cast("Visit", request.scope["sim.visit"])

    def lot(self, lot_id: int) -> Lot | None:
        """A lot as this visitor gets to see it; a cached page shows the past."""
        lot = self.site.lots.get(lot_id)
        return lot.as_of(self.now - self.age_ms) if lot and self.age_ms else lot


class Page:
    """
    Answers one address in the framework's three ways: the page, `?_data=<route>` and `.data`.

    *routes* gives the data of every route that matches the address, for a form of dates; *draw* the visible page.
    """

    def __init__(self, request: Request, routes: Routes, draw: Callable[[str], str], *, title: str, description: str = "") -> None:
        self.request = request
        self.visit = Visit.of(request)
        self.routes = routes
        self.draw = draw
        self.title = title
        self.description = description

    def answer(self) -> Response:
        """The reply in the way that was asked for."""
        settings = self.visit.settings
        if is_data(self.request):
            return self._single_fetch() if settings.data else Response("Not Found", 404, media_type="text/plain")
        route = self.request.query_params.get("_data")
        if route is not None and settings.loader:
            return self._loader(route)
        return self._page()

    def _loader(self, route: str) -> Response:
        data = self.routes(wire.dates(self.visit.settings, stream=False)).get(route)
        if data is None:
            return Response("Unexpected Server Error", 403, media_type="text/plain")
        return JSONResponse(_without_promises(data), headers={"x-remix-response": "yes"}, media_type=_JSON)

    def _single_fetch(self) -> Response:
        routes = self.routes(wire.dates(self.visit.settings, stream=True))
        only = self.request.query_params.get("_routes")
        wanted = only.split(",") if only else list(routes)
        body = encode({route: {"data": routes[route]} for route in wanted if route in routes})
        return Response(body, media_type="text/x-script", headers={"x-remix-response": "yes"})

    def _page(self) -> Response:
        settings, stream = self.visit.settings, self.visit.settings.format == "streamed"
        loader_data = self.routes(wire.dates(settings, stream=stream))
        root = {"loaderData": loader_data, "actionData": None, "errors": None}
        if stream:
            seed = f"{self.visit.site.seed}:{self.request.url.path}:{self.visit.site.ledger.count}"
            embedded = embed.streamed(root, seed, shifting=settings.shifting)
        else:
            embedded = embed.plain(_without_promises(root))
        html = document(
            self.visit,
            self.draw(embedded.inside),
            behind=embedded.behind,
            title=self.title,
            description=self.description,
            env=env(self.request),
        )
        return HTMLResponse(html)


def is_data(request: Request) -> bool:
    """Whether the address asks for single fetch."""
    return request.url.path.endswith(".data")


def origin(request: Request) -> str:
    """The address that pages publish for themselves."""
    return str(request.app.state.public_url) or str(request.base_url).rstrip("/")


def env(request: Request) -> dict[str, str]:
    """What pages publish as window.ENV."""
    here = origin(request)
    return {
        "APP_PUBLIC_SSE_URL": here,
        "APP_PUBLIC_NELLIS_API_URL": f"{here}/cargo/api",
        "APP_PUBLIC_ALGOLIA_ID": "SIMULATED1",
        "APP_PUBLIC_ALGOLIA_API_KEY": "search-only-simulated",
        "APP_PUBLIC_ALGOLIA_INDEX": "nellisauction-sim",
        "APP_PUBLIC_ALGOLIA_INDEX_QUERY_SUGGESTIONS": "nellisauction-sim_query_suggestions",
        "APP_PUBLIC_ALGOLIA_HOST": here,
    }


def root_data(request: Request) -> dict[str, Any]:
    """What the root route tells every page."""
    user = Visit.of(request).user
    return {
        "shoppingLocations": wire.metro_list(),
        "currentShoppingLocation": wire.metro_list()[0],
        "userData": None if user is None else {"id": user, "firstName": "Demo"},
        "ENV": env(request),
    }


def missing(request: Request, route: str) -> Response:
    """The answer for what is not there, in the way that was asked for."""
    if is_data(request):
        thrown = Opaque("ErrorResponse", ["Not found", 404, "Not Found"])
        return Response(encode({route: {"error": thrown}}), 404, media_type="text/x-script")
    if "_data" in request.query_params and Visit.of(request).settings.loader:
        return JSONResponse({"message": "Not found"}, 404, headers={"x-remix-catch": "yes"})
    return HTMLResponse("<!doctype html><title>404</title><h1>404: there is no such page</h1>", 404)


def logged_out(request: Request, form: LoggedOut) -> Response:
    """What somebody without a session gets where one is needed."""
    to = f"/login?redirectTo={escape(request.url.path)}"
    if form == "401":
        return JSONResponse({"error": "Authentication required. Please log in."}, 401)
    if form == "403":
        return HTMLResponse("<!doctype html><title>Forbidden</title><h1>Forbidden</h1>", 403)
    if form == "login":
        return HTMLResponse(
            "<!doctype html><title>Log in</title><form method=post action=/login><input name=email><input name=password></form>"
        )
    if is_data(request):
        redirect = {"redirect": to, "status": 302, "revalidate": False, "reload": False, "replace": False}
        return Response(encode(Opaque("SingleFetchRedirect", [redirect])), 202, media_type="text/x-script")
    if "_data" in request.query_params:
        return Response(status_code=204, headers={"x-remix-redirect": to, "x-remix-status": "302"})
    return RedirectResponse(to, 302)


def _without_promises(data: Any) -> Any:
    """Deferred data has no place in plain JSON; a round trip makes sure that nothing else slipped in."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(part) for key, part in value.items() if not isinstance(part, Promise)}
        return [clean(part) for part in value] if isinstance(value, list) else value

    return json.loads(json.dumps(clean(data)))
