"""Our page and the API browser: files of this package, no build, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from bidwright.errors import NotFound
from bidwright_gateway.deps import Deps

FILES = Path(__file__).parent.parent / "static"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


def router(deps: Deps) -> APIRouter:
    """Routes of the page."""
    api = APIRouter(include_in_schema=False)
    images = "'self' data: https:" if deps.settings.real else f"'self' data: https: {deps.settings.site}"
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )

    def file(name: str) -> Response:
        path = FILES / name
        if path.suffix not in _TYPES or not path.is_file():
            raise NotFound(f"Cannot GET /{name}")
        headers = {"content-security-policy": policy, "cache-control": "no-cache"}
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)

    @api.api_route("/", methods=["GET", "HEAD"])
    async def index() -> Response:
        return file("index.html")

    @api.get("/api-docs")
    async def docs() -> Response:
        return file("docs.html")

    @api.get("/favicon.ico")
    async def icon() -> Response:
        return file("icon.svg")

    @api.get("/static/{name}")
    async def static(name: str) -> Response:
        if "/" in name or ".." in name:
            raise NotFound("There is no such file")
        return file(name)

    return api
