"""The owner's settings (``/api/settings``), kept in Redis under ``bw:settings``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.errors import BidwrightError, StoreDown
from bidwright_gateway import memory
from bidwright_gateway.wishes import STRATEGIES

DEFAULTS: dict[str, dict[str, Any]] = {
    "general": {"defaultMaxBid": 100, "defaultStrategy": "sniping", "autoBidDefault": False},
    "bidding": {"snipeTiming": 10, "bidBuffer": 0, "retryAttempts": 3},
}
_TERMS = "terms"
_BOUNDS = {"defaultMaxBid": (1, 10_000), "snipeTiming": (1, 30), "bidBuffer": (0, 100), "retryAttempts": (1, 10)}
_FLAT = {"defaultMaxBid": "defaultMaxBid", "defaultStrategy": "defaultStrategy", "defaultAutoBid": "autoBidDefault"}
_IGNORED = frozenset({"connection", "enableNotifications", "pollingInterval", "rapidPollingInterval", "rapidPollingThreshold"})


class WrongSettings(BidwrightError):
    """
    Some settings are out of bounds; *details* names each.
    """

    def __init__(self, details: list[str]) -> None:
        super().__init__("Settings validation failed")
        self.details = details


class Preferences:
    """
    Reads and changes the settings; what was never set has its default.
    """

    def __init__(self, redis: Redis, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._key = f"{prefix}settings"
        self._known: dict[str, dict[str, Any]] = DEFAULTS
        self._last: dict[str, dict[str, Any]] | None = None

    async def read(self, *, remembered: bool = False) -> dict[str, dict[str, Any]]:
        """All settings, nested; with *remembered* as they were read last while Redis is away. Raises StoreDown."""
        stored = await self._stored(remembered=remembered)
        self._known = {part: {**values, **stored.get(part, {})} for part, values in DEFAULTS.items()}
        return self._known

    async def terms_accepted_at(self, *, remembered: bool = False) -> str | None:
        """When the owner said that the site's terms allow this, or None. Raises StoreDown."""
        at = (await self._stored(remembered=remembered)).get(_TERMS, {}).get("acceptedAt")
        return at if isinstance(at, str) else None

    async def accept_terms(self, at: datetime) -> None:
        """Keep that the owner said so. Raises StoreDown."""
        await self._keep({**await self._stored(), _TERMS: {"acceptedAt": at.isoformat(timespec="seconds")}})

    async def known(self) -> dict[str, dict[str, Any]]:
        """All settings; as last known while Redis is away."""
        try:
            return await self.read()
        except StoreDown:
            return self._known

    async def change(self, body: object) -> dict[str, dict[str, Any]]:
        """Merge *body* (nested, wrapped or flat) into what is stored. Raises WrongSettings, StoreDown."""
        wanted = changes(body)
        settings = {part: dict(values) for part, values in (await self.read()).items()}
        for part, name, value in wanted:
            settings[part][name] = value
        await self._keep({**await self._stored(), **settings})
        self._known = settings
        return settings

    async def _stored(self, *, remembered: bool = False) -> dict[str, dict[str, Any]]:
        """What is in the store, also what is no setting."""
        try:
            text = await self._redis.get(self._key)
        except RedisError as error:
            if remembered and self._last is not None and memory.means_away(error):
                memory.used()
                return self._last
            raise StoreDown(str(error)) from error
        try:
            self._last = msgspec.json.decode(text, type=dict[str, dict[str, Any]]) if text else {}
        except (msgspec.DecodeError, msgspec.ValidationError):
            self._last = {}
        return self._last

    async def _keep(self, everything: dict[str, dict[str, Any]]) -> None:
        try:
            await self._redis.set(self._key, msgspec.json.encode(everything))
        except RedisError as error:
            raise StoreDown(str(error)) from error


def changes(body: object) -> list[tuple[str, str, Any]]:
    """What *body* (nested, wrapped or flat) sets: part, name and value. Raises WrongSettings."""
    if isinstance(body, Mapping) and isinstance(body.get("settings"), Mapping):
        body = body["settings"]
    if not isinstance(body, Mapping):
        raise WrongSettings(["settings must be an object with general and bidding"])
    found: list[tuple[str, str, Any]] = []
    wrong: list[str] = []
    for key, value in body.items():
        if key in DEFAULTS:
            if not isinstance(value, Mapping):
                wrong.append(f"{key} must be an object")
                continue
            found += [(key, name, v) for name, v in value.items() if name in DEFAULTS[key]]
            wrong += [f"{key}.{name} is not a setting" for name in value if name not in DEFAULTS[key]]
        elif key in _FLAT:
            found.append(("general", _FLAT[key], value))
        elif key not in _IGNORED:
            wrong.append(f"{key} is not a setting")
    made = [(part, name, _value(name, value, wrong)) for part, name, value in found]
    if wrong:
        raise WrongSettings(wrong)
    return made


def _value(name: str, value: object, wrong: list[str]) -> object:
    if name in _BOUNDS:
        least, most = _BOUNDS[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1 or not least <= value <= most:
            wrong.append(f"{name} must be a whole number from {least} to {most:,}")
            return value
        return int(value)
    if name == "defaultStrategy":
        word = STRATEGIES.get(value.lower()) if isinstance(value, str) else None
        if word not in ("auto", "sniping"):
            wrong.append("defaultStrategy must be increment or sniping")
        return {"auto": "increment"}.get(word or "", word)
    if not isinstance(value, bool):
        wrong.append(f"{name} must be true or false")
    return value
