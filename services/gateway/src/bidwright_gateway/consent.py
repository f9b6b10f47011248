"""
Consent: what a paired device must show before it moves money, and what is asked again on the host.

A captured or stale command does nothing: it names the version of the lot it has seen and the mode it means, and happens once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.errors import Conflict, StoreDown
from bidwright.records import LotRecord
from bidwright_gateway import wishes
from bidwright_gateway.callers import Caller
from bidwright_gateway.errors import AskedOnHost, Missing

ALLOWED_MS = 900_000
_MONEY = ("maxBid", "maxAllIn", "strategy")


class Consent:
    """
    Looks at money commands of paired devices; the owner's own are not asked for anything. *ask_above* in whole dollars.
    """

    def __init__(self, redis: Redis, ask_above: int, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._ask_above, self._prefix = ask_above, f"{prefix}allowed:"

    async def to_watch(self, caller: Caller, body: Mapping[str, Any], lot_id: str, *, key: str, mode: str) -> None:
        """Before a watch begins. Raises Missing, Conflict, AskedOnHost, StoreDown."""
        config = _config(body)
        if caller.is_owner or config.get("autoBid") is not True:
            return
        _named(body, key, mode)
        await self._ask(caller, lot_id, config.get("maxBid"), config.get("maxAllIn"))

    async def to_change(self, caller: Caller, body: Mapping[str, Any], lot: LotRecord, *, key: str, mode: str) -> None:
        """Before a watch is changed. Raises as to_watch does."""
        config = _config(body)
        if caller.is_owner or not (config.get("autoBid") is True or any(config.get(name) is not None for name in _MONEY)):
            return
        _named(body, key, mode)
        _version(body, lot)
        stays_armed = lot.armed and config.get("autoBid") is not False
        hammer, door = _dollars(config.get("maxBid")), _dollars(config.get("maxAllIn"))
        if stays_armed and max(hammer, door) > lot.hammer_cap.dollars:  # a higher limit is as good as arming anew
            await self._ask(caller, lot.id, hammer, door)
        elif config.get("autoBid") is True and not lot.armed:
            await self._ask(caller, lot.id, hammer or lot.hammer_cap.dollars, door)

    async def to_bid(self, caller: Caller, body: Mapping[str, Any], lot: LotRecord | None, *, key: str, mode: str) -> None:
        """Before a bid of now. Raises as to_watch does."""
        if caller.is_owner:
            return
        _named(body, key, mode)
        if lot is not None:
            _version(body, lot)
        await self._ask(caller, lot.id if lot else "", body.get("amount"), None)

    async def allow(self, device_id: str, lot_id: str, dollars: int) -> None:
        """The owner's yes on the host: this device may arm this lot up to *dollars* within a quarter of an hour. Raises StoreDown."""
        try:
            await self._redis.set(f"{self._prefix}{device_id}:{lot_id}", str(dollars), px=ALLOWED_MS)
        except RedisError as error:
            raise StoreDown(str(error)) from error

    async def _ask(self, caller: Caller, lot_id: str, *amounts: object) -> None:
        most = max((_dollars(amount) for amount in amounts), default=0)
        if most <= self._ask_above:
            return
        try:
            allowed = await self._redis.get(f"{self._prefix}{caller.id}:{lot_id}")
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if not (allowed and allowed.isdecimal() and most <= int(allowed)):
            raise AskedOnHost(
                f"{caller.name} may not risk ${most:,} on lot {lot_id} by itself (more than ${self._ask_above:,}). "
                f"Say yes on the host: bidwright devices allow {caller.id} {lot_id} {most}"
            )


def _config(body: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = body.get("config")
    return inner if isinstance(inner, Mapping) else body


def _named(body: Mapping[str, Any], key: str, mode: str) -> None:
    if not key:
        raise Missing("A paired device sends money commands with an Idempotency-Key, so that each happens once.")
    expected = body.get("expectMode")
    if expected not in ("live", "dry-run"):
        raise Missing('A paired device says which mode it means: "expectMode": "live" or "dry-run".')
    if expected != mode:
        raise Conflict(f"The service is in {mode}, not in {expected}; look again before you arm or bid.")


def _version(body: Mapping[str, Any], lot: LotRecord) -> None:
    expected = body.get("expectVersion")
    if not isinstance(expected, str) or not expected:
        raise Missing('A paired device says which settings it has seen: "expectVersion" from the lot\'s config.version.')
    if expected != lot.cap_ver:
        raise Conflict("The lot's settings were changed meanwhile; look again before you arm or bid.")


def _dollars(amount: object) -> int:
    """Dollars, rounded up; 0 for what is none (whoever takes the command refuses that)."""
    number = wishes.number(amount)
    return 0 if number is None else -int(-number // 1)
