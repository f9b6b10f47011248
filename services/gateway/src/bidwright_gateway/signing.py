"""
Signed requests of paired devices: HMAC-SHA-256 over everything that makes the request what it is, good once and for a minute.

The text that is signed has eight lines: ``bidwright-1``, method, Host, path with query, SHA-256 of the body in hex, device id, Unix
time in ms, nonce. The headers are ``X-Bidwright-Device``, ``-Time``, ``-Nonce`` and ``-Signature`` (hex).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import StoreDown

WINDOW_MS = 60_000
KEPT_MS = 180_000
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TIME = re.compile(r"[0-9]{13}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signed:
    """
    What a caller claims: who it is, when it signed, its nonce, its signature.
    """

    device: str
    time: str
    nonce: str
    signature: str

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Signed | None:
        """The claim in a request's headers; None when it names no device."""
        device = fields.get("x-bidwright-device")
        if not device:
            return None
        return cls(device, *(fields.get(f"x-bidwright-{name}", "") for name in ("time", "nonce", "signature")))

    @property
    def well_formed(self) -> bool:
        """True when every part has the form it must have."""
        return bool(_TIME.fullmatch(self.time) and _NONCE.fullmatch(self.nonce) and _SIGNATURE.fullmatch(self.signature))


def text(method: str, host: str, target: str, body: bytes, signed: Signed) -> bytes:
    """What is signed."""
    digest = hashlib.sha256(body).hexdigest()
    return f"bidwright-1\n{method}\n{host}\n{target}\n{digest}\n{signed.device}\n{signed.time}\n{signed.nonce}".encode()


def sign(key: bytes, method: str, host: str, target: str, body: bytes, signed: Signed) -> str:
    """The signature a device must give."""
    return hmac.new(key, text(method, host, target, body, signed), hashlib.sha256).hexdigest()


class Nonces:
    """
    Remembers what was used (``bw:nonce:*``), so that nothing is taken twice.

    A store that lost its memory cannot tell what was used before: what was signed before it began to remember is refused, which
    halves the window for a minute.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._prefix = clock, f"{prefix}nonce:"

    async def begin(self) -> None:
        """Note since when nonces are remembered, unless that is known. Raises redis errors."""
        await self._redis.set(f"{self._prefix}since", str(to_ms(self._clock.now())), nx=True)

    def in_time(self, signed: Signed) -> bool:
        """True when it was signed within a minute of now."""
        return abs(to_ms(self._clock.now()) - int(signed.time)) <= WINDOW_MS

    async def use(self, signed: Signed) -> bool:
        """Use a nonce up; False when it was used, or may have been. Raises StoreDown."""
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(f"{self._prefix}since", str(to_ms(self._clock.now())), nx=True)
                pipe.get(f"{self._prefix}since")
                pipe.set(f"{self._prefix}{signed.device}:{signed.nonce}", "1", nx=True, px=KEPT_MS)
                _, since, fresh = await pipe.execute()
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return bool(fresh) and int(signed.time) >= int(since)
