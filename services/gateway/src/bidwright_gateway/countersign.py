"""
Signed requests as the existing contract has them (1.6): one shared secret, for programs that sign; off unless the operator turns it on.

Needed for ``POST …/bid`` alone; elsewhere a signature is looked at when there is one. Paired devices sign in another way (signing.py).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import StoreDown

WINDOW_MS = 300_000
HEADERS = [(b"x-signature-supported", b"true"), (b"x-signature-algorithm", b"HMAC-SHA256")]
VERIFIED = (b"x-signature-verified", b"true")
_TIME = re.compile(r"[0-9]{1,15}")
_BID = re.compile(r"/api/auctions/[^/]+/bid")
_FORMAT = "METHOD\nPATH?QUERY\nTIMESTAMP_MS\nSHA256HEX(body) or ''"
_INSTRUCTIONS = {
    "headers": {"X-Signature": "base64(HMAC-SHA256(secret, string-to-sign))", "X-Timestamp": "Unix milliseconds"},
    "algorithm": "HMAC-SHA256",
    "format": _FORMAT,
}
Refusal = dict[str, Any]


class Countersign:
    """
    Checks signatures made with *secret*. What was used is remembered for as long as it would be good.
    """

    def __init__(self, secret: str, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._secret, self._redis, self._clock = secret.encode(), redis, clock
        self._prefix = f"{prefix}nonce:shared:"

    @staticmethod
    def looks_at(method: str, path: str, headers: Mapping[str, str]) -> bool:
        """True for what must be signed, and for what is."""
        return "x-signature" in headers or (method == "POST" and bool(_BID.fullmatch(path)))

    async def refused(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Refusal | None:
        """What to answer with 401, or None when the signature is right. Raises StoreDown when it cannot be known whether it was used."""
        signature, stamp = headers.get("x-signature", ""), headers.get("x-timestamp", "")
        if not signature:
            sentence = "Request signature required for this endpoint"
            return {"success": False, "error": sentence, "code": "SIGNATURE_REQUIRED", "instructions": _INSTRUCTIONS}
        if not _TIME.fullmatch(stamp):
            return _wrong("Missing or invalid timestamp header")
        if abs(to_ms(self._clock.now()) - int(stamp)) > WINDOW_MS:
            return _wrong("Request timestamp too old or too far in future")
        try:
            given = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return _wrong("Signature verification failed")
        fits = [hmac.compare_digest(given, self._sign(f"{method}\n{target}\n{stamp}\n{digest}")) for digest in _digests(body)]
        if not any(fits) or not await self._first(given):
            return _wrong("Invalid signature")
        return None

    def _sign(self, text: str) -> bytes:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()

    async def _first(self, signature: bytes) -> bool:
        redis: Any = self._redis
        try:
            return bool(await redis.set(f"{self._prefix}{signature.hex()}", "1", nx=True, px=2 * WINDOW_MS))
        except RedisError as error:
            raise StoreDown(str(error)) from error


def _digests(body: bytes) -> list[str]:
    """What may stand for the body: its own hash, that of its compact form, and for none the empty text or the hash of ``{}``."""
    if not body:
        return ["", hashlib.sha256(b"{}").hexdigest()]
    found = [hashlib.sha256(body).hexdigest()]
    with suppress(msgspec.DecodeError, ValueError, RecursionError):  # what is no JSON has no compact form
        found.append(hashlib.sha256(msgspec.json.encode(msgspec.json.decode(body))).hexdigest())
    return found


def _wrong(details: str) -> Refusal:
    return {"success": False, "error": "Invalid request signature", "code": "INVALID_SIGNATURE", "details": details}
