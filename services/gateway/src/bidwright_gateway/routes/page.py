"""Our page and the API browser: files of this package, no build, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bidwright_gateway.deps import Deps
from bidwright_gateway.shelf import Shelf

FILES = Path(__file__).parent.parent / "static"


def router(deps: Deps) -> APIRouter:
    """Routes of the page."""
    api = APIRouter(include_in_schema=False)
    shelf = Shelf(FILES)
    images = "'self' data: https:" if deps.settings.real else f"'self' data: https: {deps.settings.site}"
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )

    def file(name: str, request: Request) -> Response:
        item = shelf.take(name)
        headers = {"cache-control": "no-cache", "vary": "Accept-Encoding", "etag": item.tag}
        if item.kind == "text/html":  # it is the document's policy that counts
            headers["content-security-policy"] = policy
        if request.headers.get("if-none-match") == item.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(item.packed, media_type=item.kind, headers={**headers, "content-encoding": "gzip"})
        return Response(item.plain, media_type=item.kind, headers=headers)

    @api.api_route("/", methods=["GET", "HEAD"])
    async def index(request: Request) -> Response:
        return file("index.html", request)

    @api.get("/api-docs")
    async def docs(request: Request) -> Response:
        return file("docs.html", request)

    @api.get("/favicon.ico")
    async def icon(request: Request) -> Response:
        return file("icon.svg", request)

    @api.get("/static/{name:path}")
    async def static(name: str, request: Request) -> Response:
        return file(name, request)

    return api
