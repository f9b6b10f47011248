"""A store at work: lots watched, read, bid on, won, let go and purged, by the transitions themselves, as fast as they go."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis

from bidwright.runtime.backup.rows import Row
from bidwright.transitions import Transitions

LOTS = [str(70_000_000 + n) for n in range(24)]
RATES = {"premium": 1500, "tax": 850}


async def opened(redis: Redis, *, live: str = "1", schema: str = "1") -> Transitions:
    """A store made ready, logged in, with a group and no limits that matter."""
    t = Transitions(redis)
    await t.init(epoch="e1", known="", site="http://site", schema=schema, total_limit=10**9, live=live, max_bid=100_000, release="0.0.1")
    await t.session("ok", "")
    await t.group("g", 60, name="Drills")
    return t


async def watch(t: Transitions, lot: str, **fields: str | int) -> None:
    """An armed lot with real money."""
    given = {"cap": 90_000, **RATES, "strategy": "auto", "armed": 1, "mode": "live", "group": "g", **fields}
    await t.watch(lot, given)


async def look(t: Transitions, lot: str, *, price: int, leading: bool = False, status: str = "open") -> bool:
    """A read of the site that begins and is applied at once."""
    started = await t.stamp()
    seen = await t.observe(
        lot, read_started=started, next_bid=price + 100, leading=leading, status=status, close=2_000_000_000_000, price=price
    )
    return seen.ok


class Market:
    """
    What goes on, decided by dice. *bids* counts those that were sent.
    """

    def __init__(self, t: Transitions, seed: int) -> None:
        self._t, self._dice, self.bids = t, random.Random(seed), 0

    async def step(self) -> None:
        """Something happens to some lot."""
        lot, dice = self._dice.choice(LOTS), self._dice.random()
        if dice < 0.15:
            await watch(self._t, lot)
        elif dice < 0.2:
            await self._t.unwatch(lot)
        elif dice < 0.22:
            await self._t.purge(older_ms=0, n=3)
        elif dice < 0.3:
            await look(self._t, lot, price=self._dice.randrange(10, 500) * 100, status="closed")
        elif dice < 0.5:
            await look(self._t, lot, price=self._dice.randrange(10, 500) * 100)
        else:
            await self._bid()

    async def _bid(self) -> None:
        redis: Any = self._t.redis
        for ticket in (await self._t.take("bid", n=1, lease_ms=50)).tickets:
            if not await look(self._t, ticket.lot_id, price=self._dice.randrange(10, 500) * 100):
                continue
            cap_ver, obs_seq, amount = await redis.hmget(f"bw:lot:{ticket.lot_id}", "cap_ver", "obs_seq", "next_bid")
            intent = f"i{self._dice.randrange(10**12)}"
            made = await self._t.reserve(
                intent, ticket.lot_id, amount=int(amount), fence=ticket.fence, cap_ver=cap_ver, obs_seq=obs_seq, valid_ms=3000,
                max_obs_age_ms=2000,
            )  # fmt: skip
            if made.ok and (await self._t.claim(intent, "proxy-1")).action == "send":
                self.bids += 1
                await self._t.settle(intent, self._dice.choice(["LEADING", "OUTBID"]), "told")
            await self._t.done("bid", ticket.lot_id, ticket.fence, 0)


def contradictions(rows: Sequence[Row]) -> list[str]:
    """Where what a backup holds does not agree with itself; the books are kept in one step, so they always do."""
    by_key = {row.key: row.value for row in rows}
    lots = {key.removeprefix("lot:"): value for key, value in by_key.items() if key.startswith("lot:") and key.count(":") == 1}
    wrong: list[str] = []
    for mode in ("live", "dry"):
        booked = sum(int(lot.get("booked", 0)) for lot in lots.values() if lot.get("mode") == mode)
        budget = by_key["budget:total"]
        total = int(budget.get(mode, 0)) - int(budget.get(f"kept:{mode}", 0))
        wrong += [f"total {mode}: {total} booked, the lots have {booked}"] * (total != booked)
    counted = sum(lot.get("group") == "g" and int(lot.get("exposure", 0)) > 0 for lot in lots.values())
    purged = int(by_key.get("won") is not None)
    if not purged and int(by_key["group:g"].get("live", 0)) != counted:
        wrong.append(f"group: {by_key['group:g'].get('live')} counted, {counted} lots have money on them")
    for name, lot in lots.items():
        inflight = lot.get("inflight", "")
        if inflight and by_key.get(f"intent:{inflight}", {}).get("lot") != name:
            wrong.append(f"lot {name}: its bid {inflight} is not there")
    for index in ("lots", "gone"):
        wrong += [f"{index}: {name} has no record" for name, _ in by_key.get(index, []) if name not in lots]
    for key, intent in by_key.items():
        if key.startswith("intent:") and intent.get("lot") not in lots:
            wrong.append(f"{key} is of a lot that is not there")
    members = set(by_key.get("members:g", []))
    if members != {name for name, lot in lots.items() if lot.get("group") == "g"}:
        wrong.append("members of the group are not those lots that say so")
    return wrong
