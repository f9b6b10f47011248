"""The channel itself: POST, and what counts as delivered."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from typing import Any, ClassVar
from urllib.parse import urlsplit

from bidwright import Clock, NotDelivered, Notice, SystemClock
from bidwright_notify_webhook import signature

_TIMEOUT_S = 8
_SHORTEST_SECRET = 16
_OK = range(200, 300)


class Refused(NotDelivered):
    """
    The receiver was reached and did not take it; its log says why.
    """


class Unreachable(NotDelivered):
    """
    The receiver could not be reached; is it running, and is the address right?
    """


class Webhook:
    """
    ``webhook:https://host/path#secret``. The part after ``#`` is the secret; it is never sent.
    """

    name: ClassVar[str] = "webhook"
    description: ClassVar[str] = "A signed HTTP request to a program of yours."

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def check(self, address: str) -> str | None:
        """Why *address* cannot be used."""
        url, secret = _parts(address)
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or not url.isascii() or not url.isprintable() or parts.username is not None:
            return "give it as webhook:https://host/path#secret, without a user name and with ASCII characters only"
        if len(secret) < _SHORTEST_SECRET:
            return (
                f"it has no secret to sign with: put at least {_SHORTEST_SECRET} characters after a # at its end, "
                "for example what `openssl rand -hex 32` prints"
            )
        return None

    async def send(self, notice: Notice, address: str) -> None:
        """Deliver it; any answer from 200 to 299 means that it was taken. Raises Refused, Unreachable."""
        url, secret = _parts(address)
        body = json.dumps(document(notice), separators=(",", ":")).encode()
        await asyncio.to_thread(_post, url, body, signature.headers(notice, body, secret, self._clock.now()))


def document(notice: Notice) -> dict[str, Any]:
    """The body. Fields may be added; none goes away."""
    return {
        "id": notice.id,
        "kind": notice.kind,
        "urgent": notice.urgent,
        "lot": notice.lot_id or None,
        "text": notice.text,
        "at": notice.at.isoformat(timespec="milliseconds"),
    }


def _parts(address: str) -> tuple[str, str]:
    url, _, secret = address.partition(":")[2].partition("#")
    return url, secret


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """
    A signed request goes where the owner said and nowhere else.
    """

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""
        return


_opener = urllib.request.build_opener(_NoRedirects)


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - `check` lets http and https pass
    try:
        with _opener.open(request, timeout=_TIMEOUT_S) as reply:
            status = reply.status
    except urllib.error.HTTPError as error:
        error.close()
        status = error.code
    except urllib.error.URLError as error:
        raise Unreachable(f"it cannot be reached: {_words(error.reason)}") from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"it cannot be reached: {_words(error)}") from None
    if status not in _OK:
        where = " elsewhere, which is not followed" if status in range(300, 400) else ""
        raise Refused(f"it answered {status}{where}")


def _words(error: object) -> str:
    """What went wrong, without what was sent."""
    if isinstance(error, TimeoutError):
        return f"no answer within {_TIMEOUT_S} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__ if isinstance(error, BaseException) else str(error)
