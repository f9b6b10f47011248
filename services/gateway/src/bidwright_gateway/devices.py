"""Paired devices: who they are, and whether they still may (``bw:devices``). Redis holds no secret of theirs."""

from __future__ import annotations

import base64
import re
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import StoreDown
from bidwright_gateway import memory
from bidwright_gateway.keys import OwnKey

MOST = 50
ID = re.compile(r"[0-9a-f]{32}")
_USED_MS = 10_000
"""How exact "last used" is, in ms."""


class Device(msgspec.Struct, frozen=True):
    """
    A device that was paired. *origin* is that of its extension, empty for a program; *public* its key in base64.
    """

    id: str
    name: str
    origin: str
    public: str
    paired_ms: int


class Devices:
    """
    The list of devices. What is read from Redis is remembered for reads while Redis is away.
    """

    def __init__(self, redis: Redis, clock: Clock, own: OwnKey, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._own = clock, own
        self._key, self._used_key = f"{prefix}devices", f"{prefix}devices:used"
        self._known: dict[str, Device] = {}
        self._listed: list[dict[str, Any]] | None = None
        self._used: dict[str, int] = {}
        self._keys: dict[tuple[str, str], bytes] = {}

    async def find(self, device_id: str) -> Device | None:
        """The device as Redis has it now, None when it was never paired or is revoked. Raises StoreDown."""
        if not ID.fullmatch(device_id):
            return None
        try:
            text = await self._redis.hget(self._key, device_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        found = decoded(text)
        if found:
            self._known[device_id] = found
        else:
            self._known.pop(device_id, None)
        return found

    def remembered(self, device_id: str) -> Device | None:
        """The device as it was last read: for reads while Redis is away."""
        return self._known.get(device_id)

    def secret(self, device: Device) -> bytes:
        """The key that the device and we have in common."""
        name = device.id, device.public
        if name not in self._keys:
            if len(self._keys) > 2 * MOST:
                self._keys.clear()
            self._keys[name] = self._own.shared(base64.b64decode(device.public), device.id, device.origin)
        return self._keys[name]

    async def all(self) -> list[dict[str, Any]]:
        """Every device as clients see it, the newest first; as it was told last while Redis is away. Raises StoreDown when it never was."""
        try:
            rows, used = await self._redis.hgetall(self._key), await self._redis.hgetall(self._used_key)
        except RedisError as error:
            if self._listed is None or not memory.means_away(error):
                raise StoreDown(str(error)) from error
            memory.used()
            return self._listed
        found = sorted(filter(None, map(decoded, rows.values())), key=lambda device: (-device.paired_ms, device.id))
        self._listed = [shown(device, int(used.get(device.id, 0)) or None) for device in found]
        return self._listed

    async def add(self, device: Device) -> None:
        """Take a device in. Raises redis errors."""
        await self._redis.hset(self._key, device.id, msgspec.json.encode(device).decode())

    async def count(self) -> int:
        """How many there are. Raises redis errors."""
        return int(await self._redis.hlen(self._key))

    async def revoke(self, device_id: str) -> bool:
        """Let a device go, from the next message on; False when there is none. Raises StoreDown."""
        try:
            gone = await self._redis.hdel(self._key, device_id)
            await self._redis.hdel(self._used_key, device_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        self._known.pop(device_id, None)
        return bool(gone)

    async def used(self, device: Device) -> None:
        """Note that it called just now; never in anybody's way."""
        now = to_ms(self._clock.now())
        if now - self._used.get(device.id, 0) < _USED_MS:
            return
        self._used[device.id] = now
        try:
            await self._redis.hset(self._used_key, device.id, str(now))
        except RedisError:
            self._used.pop(device.id, None)

    async def origins(self) -> frozenset[str]:
        """The origins of paired extensions. Raises redis errors."""
        rows = await self._redis.hgetall(self._key)
        return frozenset(device.origin for device in map(decoded, rows.values()) if device and device.origin)


def decoded(text: str | None) -> Device | None:
    """The device of a stored text; None when there is none or it cannot be read."""
    try:
        return msgspec.json.decode(text, type=Device) if text else None
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def shown(device: Device, used_ms: int | None = None) -> dict[str, Any]:
    """A device as clients see it; times in Unix ms."""
    return {"id": device.id, "name": device.name, "origin": device.origin or None, "pairedAt": device.paired_ms, "lastUsedAt": used_ms}
