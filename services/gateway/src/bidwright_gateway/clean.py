"""Text from the site or a client, made fit for the existing clients, which put it into HTML unescaped."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

TITLE_MAX = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ANGLE = str.maketrans({"<": "‹", ">": "›", '"': "″"})  # noqa: RUF001 - look-alikes are what we want
_HOSTILE = re.compile(r"[\s<>\"'`\\{}|^]|[\x00-\x1f\x7f]")
LEGACY = "https://www.nellisauction.com"


def text(value: object, most: int = TITLE_MAX) -> str:
    """Plain text with look-alikes for angle brackets and double quotes, without control characters, at most *most* characters."""
    return _CONTROL.sub(" ", str(value or "")).translate(_ANGLE).strip()[:most]


def address(value: object, *, site: str) -> str:
    """
    *value* when it is an address that may stand in a page: https, or on the configured *site*. Else the empty string.
    """
    found = str(value or "")
    if not found or len(found) > 1000 or _HOSTILE.search(found):  # noqa: PLR2004 - the contract's limit of an address
        return ""
    if found.startswith(site + "/"):
        return found
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    return found if parts.scheme == "https" and parts.hostname and "@" not in parts.netloc else ""


def lot_address(value: object, lot_id: str, *, site: str, real: bool) -> str:
    """The lot's page: on nellisauction.com when that is the site, else on the site that is configured."""
    base = LEGACY if real else site
    found = address(value, site=base)
    return found if found.startswith(base + "/") else f"{base}/p/lot/{quote(lot_id)}"
