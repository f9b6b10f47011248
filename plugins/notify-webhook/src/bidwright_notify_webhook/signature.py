"""The signature by which a receiver knows that a request is ours, whole, and of this moment."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from bidwright import Notice

WINDOW_S = 300
"""How old a request may be that a receiver accepts, and how far clocks may differ."""


def headers(notice: Notice, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers of a request that is made *now*; each attempt has its own timestamp, all attempts the same id."""
    stamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Bidwright",
        "Bidwright-Id": notice.id,
        "Bidwright-Timestamp": stamp,
        "Bidwright-Signature": "sha256=" + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest(),
    }
