"""
Pairing: the owner opens a window and gets a short code, a device shows the code, both compare six digits, the owner says yes.

Everything that uses a code up is in ``claim``, and so is its limit: whoever guesses closes the window at the sixth try.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright.clock import Clock, to_ms
from bidwright.errors import BadInput, Conflict, NotFound
from bidwright_gateway.devices import MOST, Device, Devices
from bidwright_gateway.errors import NoWindow, TooSoon
from bidwright_gateway.keys import OwnKey, point

WINDOW_MS = 300_000
TRIES, TRIES_MS = 5, 60_000
MOST_PENDING = 10
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Claim(msgspec.Struct, frozen=True):
    """
    A device that showed the code and waits for the owner's yes until *until_ms*.
    """

    device: Device
    check: str
    until_ms: int


class Pairing:
    """
    One window at a time, at most ten devices that wait. Raises redis errors.
    """

    def __init__(self, redis: Redis, clock: Clock, own: OwnKey, devices: Devices, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._own, self._devices = clock, own, devices
        self._window, self._tries, self._pending = f"{prefix}pair:window", f"{prefix}pair:tries", f"{prefix}pair:pending"

    async def open(self) -> dict[str, Any]:
        """Open a window for five minutes; an older code is not good any more. The code is told here and nowhere else."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._window, _digest(code), px=WINDOW_MS)
            pipe.delete(self._tries)
            await pipe.execute()
        return {"code": code, "expiresAt": to_ms(self._clock.now()) + WINDOW_MS, "publicKey": encoded(self._own.public)}

    async def close(self) -> None:
        """Close the window and send away whoever waits."""
        await self._redis.delete(self._window, self._tries, self._pending)

    async def state(self) -> dict[str, Any]:
        """Whether a window is open and until when (Unix ms), and who waits for a yes."""
        left = int(await self._redis.pttl(self._window))
        waiting = [
            {"id": claim.device.id, "name": claim.device.name, "origin": claim.device.origin or None, "check": claim.check}
            for claim in (await self._waiting()).values()
        ]
        return {"open": left > 0, "expiresAt": to_ms(self._clock.now()) + left if left > 0 else None, "pending": waiting}

    async def claim(self, code: str, name: str, key: object, origin: str) -> dict[str, Any]:
        """
        Use the code up for a device with the public *key* in base64.

        Raises BadInput for a key that is none, NoWindow for a wrong code, TooSoon at the sixth try: then the window is closed.
        """
        window = await self._redis.get(self._window)
        if window is None:
            raise NoWindow("Nobody may pair now; open a window on the host with `bidwright pair`.")
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(self._tries)
            pipe.pexpire(self._tries, TRIES_MS, nx=True)
            tries, _ = await pipe.execute()
        if int(tries) > TRIES:
            await self._redis.delete(self._window)
            raise TooSoon("Too many codes were tried, so the window was closed; open another one on the host.", TRIES_MS // 1000)
        if not hmac.compare_digest(window, _digest(code.strip().upper().replace("-", ""))):
            raise NoWindow("This is not the code that the host shows.")
        public = decoded(key)
        try:
            point(public)
        except BadInput as error:
            raise NoWindow(f"{error}; nothing was paired.") from None
        if len(await self._waiting()) >= MOST_PENDING:
            raise TooSoon("Ten devices wait for the owner's yes already.", TRIES_MS // 1000)
        if await self._redis.delete(self._window) != 1:
            raise NoWindow("Somebody used this code just now; open another window on the host.")
        now = to_ms(self._clock.now())
        device = Device(secrets.token_hex(16), name, origin, encoded(public), now)
        check = await asyncio.to_thread(self._own.check, public)
        text = msgspec.json.encode(Claim(device, check, now + WINDOW_MS)).decode()
        await self._redis.hset(self._pending, device.id, text)
        return {"deviceId": device.id, "publicKey": encoded(self._own.public), "check": check, "state": "pending"}

    async def of(self, device_id: str) -> str:
        """``pending``, ``paired`` or ``unknown``."""
        if device_id in await self._waiting():
            return "pending"
        return "paired" if await self._devices.find(device_id) else "unknown"

    async def confirm(self, device_id: str, check: str) -> Device:
        """Say yes to the device that shows *check*. Raises NotFound, Conflict when the numbers differ: then it is sent away."""
        claim = (await self._waiting()).get(device_id)
        if claim is None:
            raise NotFound("No such device waits for a yes; its five minutes may be over.")
        await self._redis.hdel(self._pending, device_id)
        if not hmac.compare_digest(check.encode("utf-8", "replace"), claim.check.encode()):
            raise Conflict("The numbers differ: somebody may stand between the device and this host. Nothing was paired.")
        if await self._devices.count() >= MOST:
            raise Conflict(f"{MOST} devices are paired already; revoke one first.")
        await self._devices.add(claim.device)
        return claim.device

    async def refuse(self, device_id: str) -> bool:
        """Say no; False when no such device waits."""
        return bool(await self._redis.hdel(self._pending, device_id))

    async def _waiting(self) -> dict[str, Claim]:
        now, found = to_ms(self._clock.now()), {}
        for device_id, text in (await self._redis.hgetall(self._pending)).items():
            try:
                claim = msgspec.json.decode(text, type=Claim)
            except (msgspec.DecodeError, msgspec.ValidationError):
                claim = None
            if claim is None or claim.until_ms <= now:
                await self._redis.hdel(self._pending, device_id)
            else:
                found[device_id] = claim
        return found


def encoded(public: bytes) -> str:
    """A key as clients see it."""
    return base64.b64encode(public).decode("ascii")


def decoded(public: object) -> bytes:
    """A key as clients send it. Raises BadInput."""
    try:
        if not isinstance(public, str) or not public:
            raise ValueError(public)  # noqa: TRY301 - one answer for whatever is wrong with it
        return base64.b64decode(public, validate=True)
    except ValueError:
        raise BadInput("publicKey must be a point of P-256, uncompressed, in base64", "publicKey") from None


def _digest(code: str) -> str:
    return hashlib.sha256(f"bidwright code 1 {code}".encode()).hexdigest()
