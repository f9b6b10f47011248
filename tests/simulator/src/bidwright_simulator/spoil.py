"""What each fault does to an exchange."""

from __future__ import annotations

import asyncio
import json
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from bidwright.turbo_stream import Opaque, encode

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from bidwright_simulator.door import Reply
    from bidwright_simulator.faults import Fault
    from bidwright_simulator.site import Site

REFUSALS = {
    "duplicate": (400, "You already placed a bid with the same price. Please enter a different amount."),
    "too-low": (400, "Your bid could not be accepted as entered. Bid amount is too low."),
    "too-low-2025": (400, "Bid is too low"),
    "ended": (400, "This auction has ended"),
    "closed": (400, "This listing is closed"),
    "login": (401, "Please log in to place a bid"),
    "authentication": (401, "Authentication required"),
    "outbid": (409, "You have been outbid"),
    "higher": (409, "There is already a higher bid"),
    "server": (500, ""),
    "captcha": (422, "Please complete the reCAPTCHA"),
    "validation": (422, "Invalid bid"),
    "unknown": (400, "Something unexpected happened"),
}
_CAPTCHA = (
    "<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1>"
    '<form id="challenge-form" action="/captcha" method="post"><div class="g-recaptcha" data-sitekey="simulated"></div></form>'
    "</body></html>"
)
_HTML = (
    "<!doctype html><html><head><title>Auctions</title></head><body><main>We are making things better. Come back soon.</main></body></html>"
)


def replaces(fault: Fault) -> bool:
    """Whether the answer is the fault's own, so that the request need not be carried out."""
    return fault.kind in {"status", "html", "captcha", "refusal", "loader-error"}


def late(fault: Fault) -> bool:
    """Whether the fault can only be applied to a finished answer."""
    return fault.kind in {"cut", "format", "skew", "stale", "session"}


async def apply(fault: Fault, reply: Reply, site: Site, scope: Scope, receive: Receive) -> bool:
    """Do *fault* to *reply*; True when the exchange is over and nothing may be sent."""
    params = fault.params
    if fault.kind == "slow":
        await site.clock.sleep(float(params.get("ms", 1000)) / 1000)
        site.advance()
    elif fault.kind == "hang":
        await _hold(site, float(params.get("seconds", 60)), receive)
        scope["sim.transport"].abort()
        return True
    elif fault.kind == "reset":
        scope["sim.transport"].abort()
        await asyncio.sleep(0.01)
        return True
    elif fault.kind == "html":
        reply.html(int(params.get("status", 200)), _HTML)
    elif fault.kind == "captcha":
        reply.html(int(params.get("status", 403)), _CAPTCHA)
    elif fault.kind == "status":
        reply.html(int(params.get("status", 503)), params.get("body", f"<!doctype html><title>{params.get('status', 503)}</title>"))
        reply.headers += _retry_after(params, site)
    elif fault.kind == "refusal":
        _refuse(reply, params)
    elif fault.kind == "loader-error":
        _loader_error(reply, scope)
    return False


def _retry_after(params: dict[str, Any], site: Site) -> list[tuple[bytes, bytes]]:
    seconds = params.get("retry_after")
    if seconds is None:
        return []
    as_date = params.get("retry_after_form") == "date"
    value = formatdate(site.now() / 1000 + float(seconds), usegmt=True) if as_date else str(seconds)
    return [(b"retry-after", value.encode())]


def _refuse(reply: Reply, params: dict[str, Any]) -> None:
    status, text = REFUSALS[params.get("type", "too-low")]
    reply.status = int(params.get("status", status))
    text = params.get("text", text)
    reply.body = json.dumps({params.get("field", "error"): text} if text else {}).encode()
    reply.headers = [(b"content-type", b"application/json; charset=utf-8")]


def _loader_error(reply: Reply, scope: Scope) -> None:
    """As the framework reports a loader that failed."""
    if scope["path"].endswith(".data"):
        error = Opaque("SanitizedError", ["Error", "Unexpected Server Error"])
        reply.status, reply.body = 500, encode({"routes/p.$title.$productId._index": {"error": error}}).encode()
        reply.headers = [(b"content-type", b"text/x-script; charset=utf-8")]
        return
    reply.status, reply.body = 500, b'{"message":"Unexpected Server Error"}'
    reply.headers = [(b"content-type", b"application/json; charset=utf-8"), (b"x-remix-error", b"yes")]


async def _hold(site: Site, seconds: float, receive: Receive) -> None:
    """Until the time is over or the client has gone."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    waits = {asyncio.create_task(site.clock.sleep(seconds)), asyncio.create_task(gone())}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
