"""What the site answered, reduced to what may be looked at, and the signs that say more than the status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote

from bidwright.turbo_stream import Opaque, TurboStreamError, decode

KEPT = frozenset({"content-type", "location", "retry-after", "date", "age", "x-remix-redirect", "x-remix-error"})
"""Headers that are looked at; none of them carries a secret. Set-Cookie is not among them."""
DEFAULT_WAIT_S = 5.0
"""Pause after a 429 that names none."""
LONGEST_WAIT_S = 3600.0
_SHORTEST_SECRET = 8
_CONTEXTS = ("__remixContext", "__reactRouterContext")
_CHALLENGE = re.compile(
    r"captcha|challenge-platform|cf-chl|verify (?:that )?you are (?:a )?human|are you a (?:human|robot)|just a moment\.\.\.", re.IGNORECASE
)
_LOGIN_FORM = re.compile(r"<form[^<>]{0,500}\baction=[\"']?[^\"'\s>]{0,200}/login\b|<title>[^<]{0,100}\blog ?in\b", re.IGNORECASE)
_LOGIN_PATH = re.compile(r"^(?:https?://[^/]+)?/?login(?:[/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """
    An answer of the site: header names in lower case, only those in KEPT.
    """

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def without(self, secret: str) -> Reply:
        """The same answer, should the site have repeated what we sent: its sentences are shown and logged."""
        if len(secret) < _SHORTEST_SECRET:  # it protects nothing, and taking it out could change an amount
            return self
        return replace(self, text=self.text.replace(secret, "[hidden]").replace(unquote(secret), "[hidden]"))

    @property
    def is_html(self) -> bool:
        """Whether it is a page, whatever it was asked for."""
        kind = self.headers.get("content-type", "").lower()
        return kind.startswith("text/html") or self.text[:200].lstrip().lower().startswith(("<!doctype", "<html"))

    @property
    def is_challenge(self) -> bool:
        """A captcha or bot check stands where the site's own page should. The site's pages may themselves load such scripts."""
        return self.is_html and not any(name in self.text for name in _CONTEXTS) and bool(_CHALLENGE.search(self.text))

    @property
    def is_login_page(self) -> bool:
        """A page with the login form; only telling where something else was expected."""
        return self.is_html and bool(_LOGIN_FORM.search(self.text))

    @property
    def redirect(self) -> str:
        """Where it sends us, in whichever of the framework's three ways; empty when it does not."""
        if 300 <= self.status < 400:  # noqa: PLR2004 - redirects
            return self.headers.get("location", "")
        if "x-remix-redirect" in self.headers:
            return self.headers["x-remix-redirect"]
        return _single_fetch_redirect(self.text) if "SingleFetchRedirect" in self.text and not self.is_html else ""

    @property
    def logged_out(self) -> str:
        """Why this answer says that the session is over, or empty."""
        if self.status == 401:  # noqa: PLR2004 - HTTP
            return "the site answered 401"
        if _LOGIN_PATH.match(self.redirect):
            return "the site sent us to its login page"
        if self.status == 403 and not self.is_challenge and "Unexpected Server Error" not in self.text:  # noqa: PLR2004 - HTTP
            return "the site answered 403"
        return ""

    def retry_after_s(self, now: datetime) -> float | None:
        """Seconds that Retry-After asks for, from seconds or a date; None when it is missing or unreadable."""
        text = self.headers.get("retry-after", "").strip()
        if not text:
            return None
        try:
            seconds = float(text)
        except ValueError:
            when = http_date(text)
            if when is None:
                return None
            seconds = (when - now).total_seconds()
        return min(max(seconds, 0.0), LONGEST_WAIT_S) if seconds == seconds else None  # noqa: PLR0124 - NaN

    @property
    def age_s(self) -> float:
        """How long a cache kept it; 0 for a fresh answer."""
        try:
            return float(self.headers.get("age", "0"))
        except ValueError:
            return 0.0


def kept(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers that may be looked at."""
    return {name.lower(): value for name, value in headers if name.lower() in KEPT}


def http_date(text: str) -> datetime | None:
    """An HTTP date, aware, or None."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year or zone past what Python counts in
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _single_fetch_redirect(text: str) -> str:
    try:
        value: Any = decode(text)
    except TurboStreamError:
        return ""
    found = [value, *(value.values() if isinstance(value, dict) else ())]
    for part in found:
        if isinstance(part, Opaque) and part.tag == "SingleFetchRedirect" and part.refs and isinstance(part.refs[0], dict):
            part = part.refs[0]  # noqa: PLW2901 - what is inside is looked at next
        if isinstance(part, dict) and isinstance(part.get("redirect"), str):
            return str(part["redirect"])
    return ""
