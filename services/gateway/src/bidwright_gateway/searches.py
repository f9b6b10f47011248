"""
Saved searches: what the owner looks for again and again, looked for by the gateway now and then, and told when something new is listed.

One search is one request to the site's index, which knows no prices. Of several gateways one looks.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import BadInput, BidwrightError, Conflict, NotFound, StoreDown
from bidwright.transitions import Transitions
from bidwright_gateway import clean
from bidwright_gateway.calls import Calls
from bidwright_gateway.shape import iso, number
from bidwright_proto.v1 import site_pb2

MOST = 20
EVERY_MS = 900_000
"""How often each is looked for."""
_HITS = 50
_LONGEST = 100


class Searches:
    """
    The owner's saved searches. Every function raises StoreDown.
    """

    def __init__(self, redis: Redis, transitions: Transitions, calls: Calls, clock: Clock) -> None:
        self._redis: Any = redis
        self._transitions, self._calls, self._clock = transitions, calls, clock
        self._index, self._prefix = f"{transitions.prefix}searches", f"{transitions.prefix}search:"

    async def all(self) -> list[dict[str, Any]]:
        """All of them, by name."""
        try:
            ids = sorted(str(one) for one in await self._redis.smembers(self._index))
            rows = [(one, await self._redis.hgetall(self._prefix + one)) for one in ids]
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return sorted((_shown(one, row) for one, row in rows if row), key=lambda found: (found["name"].casefold(), found["id"]))

    async def add(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Keep one more and look for it at once, so that what is listed today is no news tomorrow. Raises BadInput, Conflict."""
        words, place = _text(body, "q"), _text(body, "location")
        if not words and not place:
            raise BadInput("Say what to look for, or where.", "q")
        name = _text(body, "name") or words or place
        if len(await self.all()) >= MOST:
            raise Conflict(f"{MOST} searches are saved already; drop one first.")
        search = secrets.token_hex(6)
        row = {"name": name, "q": words, "location": place, "notify": "1" if _flag(body, "notify", usual=True) else "0"}
        try:
            await self._redis.hset(self._prefix + search, mapping=row)
            await self._redis.sadd(self._index, search)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        await self._look(search, row, first=True)
        return await self.one(search)

    async def change(self, search: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Another name, or told or not; what is not named stays. Raises BadInput, NotFound."""
        await self.one(search)
        row: dict[str, str] = {}
        if "name" in body:
            row["name"] = _text(body, "name")
            if not row["name"]:
                raise BadInput("Give the search a name.", "name")
        if "notify" in body:
            row["notify"] = "1" if _flag(body, "notify", usual=True) else "0"
        try:
            if row:
                await self._redis.hset(self._prefix + search, mapping=row)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return await self.one(search)

    async def drop(self, search: str) -> None:
        """Forget it. Raises NotFound."""
        await self.one(search)
        try:
            await self._redis.srem(self._index, search)
            await self._redis.delete(self._prefix + search, f"{self._prefix}{search}:seen")
        except RedisError as error:
            raise StoreDown(str(error)) from error

    async def one(self, search: str) -> dict[str, Any]:
        """A saved search. Raises NotFound."""
        try:
            row = await self._redis.hgetall(self._prefix + search) if search.isalnum() else {}
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if not row:
            raise NotFound("There is no such search; it may have been dropped.")
        return _shown(search, row)

    async def round(self) -> None:
        """Look for those whose time has come."""
        now = to_ms(self._clock.now())
        for found in await self.all():
            row = {"q": found["q"], "location": found["location"], "notify": "1" if found["notify"] else "0"}
            try:
                if await self._redis.set(f"{self._prefix}{found['id']}:turn", str(now), nx=True, px=EVERY_MS):
                    await self._look(found["id"], row)
            except RedisError as error:
                raise StoreDown(str(error)) from error

    async def _look(self, search: str, row: Mapping[str, str], *, first: bool = False) -> None:
        try:
            reply = await self._calls.search(site_pb2.SearchRequest(query=row["q"], location=row["location"], hits_per_page=_HITS))
        except BidwrightError as error:  # the site is away: said where the search is shown, and tried again
            await self._redis.hset(self._prefix + search, mapping={"why": str(error)[:300]})
            return
        lots = [(hit.lot_id, clean.text(hit.title, 80)) for hit in reply.hits if hit.lot_id]
        await self._transitions.found(search, lots, how="begin" if first else "tell" if row["notify"] == "1" else "quiet")


def _shown(search: str, row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": search,
        "name": row.get("name", ""),
        "q": row.get("q", ""),
        "location": row.get("location", ""),
        "notify": row.get("notify") == "1",
        "lookedAt": iso(number(row.get("looked"))),
        "foundAt": iso(number(row.get("at"))),
        "fresh": [one for one in row.get("fresh", "").split(",") if one],
        "why": row.get("why", ""),
    }


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise BadInput(f'"{name}" is a text of at most {_LONGEST} characters.', name)
    return clean.text(value, _LONGEST).strip()


def _flag(body: Mapping[str, Any], name: str, *, usual: bool) -> bool:
    value = body.get(name, usual)
    if not isinstance(value, bool):
        raise BadInput(f'"{name}" must be true or false.', name)
    return value
