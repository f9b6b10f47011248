"""The dress of every answer: security headers, CORS, and what is under /api is kept nowhere."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope

EXTRA = "/api/x"
"""Every address below belongs to the plugin that the next part names; none of ours is there."""
Pairs = list[tuple[bytes, bytes]]
_METHODS = b"GET,HEAD,PUT,PATCH,POST,DELETE"
_READABLE = b"ETag, Link, Retry-After, Idempotency-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
_API_CSP = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_FIXED = [
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"geolocation=(), microphone=(), camera=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_DOORS = frozenset({*(name for name, _ in _FIXED), b"content-security-policy", b"strict-transport-security", b"vary"})


def dressed(scope: Scope, asked: Headers, given: Pairs, extra: Pairs, origin: str | None) -> Pairs:
    """The headers of an answer: those *given* by the route, *extra* ones of the door, ours. *origin*: who may read it across origins."""
    if scope["path"].startswith(f"{EXTRA}/"):
        given = [(name, value) for name, value in given if not is_doors(name)]
    there = {name for name, _ in given}
    made = [*given, *_FIXED, *(pair for pair in extra if pair[0] not in there), (b"vary", b"Origin")]
    if b"content-security-policy" not in there:
        made.append((b"content-security-policy", _API_CSP))
    if is_api(scope["path"]):
        made.append((b"vary", b"Accept"))
        if b"cache-control" not in there:
            made.append((b"cache-control", b"no-store"))
    if scope["scheme"] == "https":
        made.append((b"strict-transport-security", b"max-age=31536000"))
    if origin is not None:
        made += [(b"access-control-allow-origin", origin.encode("latin-1")), (b"access-control-allow-credentials", b"true")]
        made.append((b"access-control-expose-headers", _READABLE))
        if scope["method"] == "OPTIONS":
            wanted = asked.get("access-control-request-headers", "authorization, content-type")
            made += [(b"access-control-allow-methods", _METHODS), (b"access-control-allow-headers", wanted.encode("latin-1"))]
            if asked.get("access-control-request-private-network") == "true":
                made.append((b"access-control-allow-private-network", b"true"))
    return made


def is_api(path: str) -> bool:
    """True for what lies under /api; the page /api-docs does not."""
    return path == "/api" or path.startswith("/api/")


def is_doors(header: bytes) -> bool:
    """True for headers that only the door sets: no plugin may open a route to other origins, or loosen what a browser is told."""
    name = header.lower()
    return name in _DOORS or name.startswith(b"access-control-")
