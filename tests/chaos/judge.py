"""The judge: what the site's ledger, the lines, the owner's notes and the event log say about a run."""

from __future__ import annotations

import asyncio
import json
import re
import time
from bisect import bisect_left
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from owner import Owner
from plant import Plant, Sent
from redis.exceptions import RedisError

QUIET_S = 0.25
TOLD_S = 30
"""A lot that closed shortly before the run was judged need not have been read again yet."""
ALL_IN = 1.15 * 1.085
_EARLY_MS = 250
_ON_THE_WAY_S = 20.0
"""From CLAIM to the site's ledger: write window, a held-back line and a slow site together stay below it."""
_INTENT = re.compile(r"^intent:(.+)$")


@dataclass
class Claim:
    """
    An intent that may be on the wire: who, what and when, by the event log.
    """

    intent: str
    lot: str
    amount: int
    at: float
    used: int = 0


@dataclass
class Watcher:
    """
    Follows the event log and the site's ledger while the run lasts: both forget.
    """

    plant: Plant
    claims: list[Claim] = field(default_factory=list)
    bids: list[dict[str, Any]] = field(default_factory=list)
    rivals: list[dict[str, Any]] = field(default_factory=list)
    """Bids of others that took a lead."""
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    """The state each intent was in last."""
    lots: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Every lot as the site had it last."""
    _amounts: dict[str, int] = field(default_factory=dict)
    _last: str = "-"
    _bid_cursor: int = 0
    _post_cursor: int = 0

    async def run(self) -> None:
        """Follow for ever."""
        while True:
            await self.step()
            await asyncio.sleep(1.0)

    async def step(self) -> None:
        """Read what is new."""
        with suppress(RedisError):  # it is being started again
            await self._events()
        await self._ledger()
        self.lots.update((str(lot["id"]), lot) for lot in (await self.plant.sim("summary"))["lots"])

    async def _events(self) -> None:
        while True:
            start = "-" if self._last == "-" else f"({self._last}"
            rows = await self.plant.redis.xrange("bw:ev", min=start, count=1000)
            for number, fields in rows:
                self._last = number
                self._event(fields)
            if len(rows) < 1000:
                return

    def _event(self, fields: dict[str, str]) -> None:
        for key, changed in json.loads(fields["d"] or "{}").items() if "intent:" in fields["d"] else ():
            if not (found := _INTENT.match(key)):
                continue
            intent = found[1]
            if "amount" in changed:
                self._amounts[intent] = int(changed["amount"])
            if "state" in changed:
                self.ends[intent] = changed["state"]
            if changed.get("state") == "SENDING":
                self.claims.append(Claim(intent, fields["lot"], self._amounts.get(intent, 0) // 100, int(changed["sent_at"]) / 1000))

    async def _ledger(self) -> None:
        new = await self.plant.ledger(self._bid_cursor, what="bid")
        self.bids += [bid for bid in new if bid["who"] == "account"]
        self.rivals += [bid for bid in new if bid["who"] != "account" and bid["outcome"] == "winning"]
        if new:
            self._bid_cursor = new[-1]["n"]
        posts = await self.plant.ledger(self._post_cursor, what="request", kind="bids")
        for post in posts:
            self.posts[post["n"]] = post
        under_way = [post["n"] for post in posts if post["ms"] is None]
        if posts:
            self._post_cursor = (under_way[0] - 1) if under_way else posts[-1]["n"]


@dataclass
class Verdict:
    """
    Figures, and the rules that were broken with what broke them.
    """

    figures: dict[str, Any]
    broken: dict[str, list[str]]


async def judge(plant: Plant, owner: Owner, watcher: Watcher) -> Verdict:
    """All rules over a run that has ended."""
    summary = await plant.sim("summary")  # the site forgets lots that closed long ago; the watcher does not
    rows = watcher.lots
    broken: dict[str, list[str]] = defaultdict(list)
    claimed = defaultdict(list)
    for claim in watcher.claims:
        claimed[claim.lot].append(claim)
    for bid in watcher.bids:
        _one_bid(bid, claimed[str(bid["lot"])], owner, broken)
    for lot, posts in _by_lot(watcher).items():
        if len(posts) > len(claimed[lot]):
            broken["more requests than claims"].append(f"{lot}: {len(posts)} requests, {len(claimed[lot])} claims")
        for one, other in pairwise(posts):
            if other["t"] < one["t"] + (one["ms"] or 0):
                broken["two bid requests at once on a lot"].append(f"{lot}: {one['t']}+{one['ms']} and {other['t']}")
    amounts: dict[tuple[str, int], int] = defaultdict(int)
    for bid in watcher.bids:
        amounts[str(bid["lot"]), bid["amount"]] += bid["outcome"] in ("winning", "outbid")
    broken["same amount accepted twice on a lot"] += [f"{lot}: ${amount}" for (lot, amount), times in amounts.items() if times > 1]
    broken["a bid after a halt"] += _after_halts(plant.sent, owner.halts)
    broken["over the budget"] += _over_budget(watcher, rows, owner)
    busiest = _busiest([sent.at for sent in plant.sent])
    if busiest > 10:
        broken["more than ten requests in a second"].append(str(busiest))
    _closes(rows, owner, broken)
    broken["a command was answered strangely"] += owner.wrong
    broken["an intent without an end"] += [
        f"{i}: {state}" for i, state in watcher.ends.items() if state in ("RESERVED", "SENDING", "UNKNOWN")
    ]
    ours = [row for row in rows.values() if row["closed"] and row["our_bids"]]
    figures = {
        "lots": len(rows),
        "lots won / lost": f"{sum(row['won'] for row in ours)} / {sum(not row['won'] for row in ours)}",
        "commands acknowledged": owner.commands,
        "audits of what was acknowledged": owner.looks,
        "intents": len(watcher.ends),
        "intents on the wire": len(watcher.claims),
        "bids in the site's ledger": len(watcher.bids),
        "intents by end": dict(sorted(_counts(watcher.ends.values()).items())),
        "lots bid on": len(ours),
        "halts": len(owner.halts),
        "requests": summary["requests"],
        "most requests in a second, leaving nellis-proxy": busiest,
        "most requests in a second, at the site": summary["max_requests_in_a_second"],
        "ends told": len(owner.ended),
    }
    rest = {
        "bids": watcher.bids,
        "rivals": watcher.rivals,
        "posts": list(watcher.posts.values()),
        "lots": list(rows.values()),
        "halts": owner.halts,
    }
    sent = [[one.at, one.by, one.bid, one.lot, one.amount] for one in plant.sent]
    (plant.folder / "evidence.json").write_text(json.dumps({**rest, "sent": sent}))
    return Verdict(figures, {rule: what for rule, what in broken.items() if what})


def _one_bid(bid: dict[str, Any], claims: list[Claim], owner: Owner, broken: dict[str, list[str]]) -> None:
    """A bid belongs to one claim, and was allowed when it was claimed."""
    at, lot, amount = bid["t"] / 1000, str(bid["lot"]), bid["amount"]
    claim = next((one for one in claims if one.amount == amount and not one.used and at - _ON_THE_WAY_S <= one.at <= at + 0.05), None)
    if claim is None:
        broken["a bid without a claim of its own"].append(f"{lot}: ${amount} at {at}")
        return
    claim.used += 1
    most = owner.notes[lot].most(claim.at) if lot in owner.notes else 0
    if amount > most:
        broken["over the limit in force"].append(f"{lot}: ${amount} claimed at {claim.at}, limit ${most}")


def _by_lot(watcher: Watcher) -> dict[str, list[dict[str, Any]]]:
    """Requests that carried a whole bid, by lot, in order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for post in sorted(watcher.posts.values(), key=lambda post: post["t"]):
        if post["lot"] is not None:
            found[str(post["lot"])].append(post)
    return found


def _after_halts(sent: list[Sent], halts: list[tuple[float, float]]) -> list[str]:
    found = []
    for began, ended in halts:
        late = [one for one in sent if one.bid and began + QUIET_S < one.at < ended]
        found += [f"{one.lot}: ${one.amount} {one.at - began:.3f} s after the halt" for one in late]
    return found


def _over_budget(watcher: Watcher, rows: dict[str, dict[str, Any]], owner: Owner) -> list[str]:
    """At each bid of ours: the most the site could charge for all lots together, all-in, against the limit in force."""
    exposed: dict[str, int] = {}
    found = []
    for bid in sorted([*watcher.bids, *watcher.rivals], key=lambda bid: bid["n"]):
        lot, at = str(bid["lot"]), bid["t"]
        if bid["who"] != "account" or bid["outcome"] == "outbid":
            exposed.pop(lot, None)
            continue
        if bid["outcome"] != "winning":
            continue
        exposed[lot] = bid["amount"]
        over = {other for other in exposed if rows[other]["closed"] and rows[other]["close"] <= at}
        total = ALL_IN * sum(rows[other]["hammer"] if other in over else amount for other, amount in exposed.items())
        limit = max(dollars for since, dollars in owner.budgets if since <= at / 1000)
        if total > limit:
            found.append(f"${total:.2f} of ${limit} at {at}")
    return found


def _closes(rows: dict[str, dict[str, Any]], owner: Owner, broken: dict[str, list[str]]) -> None:
    over = {lot for lot, row in rows.items() if row["closed"]}
    for lot, note in owner.notes.items():
        if (
            lot not in over
            or rows[lot]["close"] / 1000 >= time.time() - TOLD_S
            or note.doubt
            or not any(wish.acked for wish in note.wishes)
        ):
            continue
        if note.last.watched and lot not in owner.ended:
            broken["an end was not told"].append(lot)
    for lot, times in owner.ended.items():
        if times > 1:
            broken["an end was told twice"].append(lot)
        if lot not in over or owner.ended_at[lot] * 1000 < rows[lot]["close"] - _EARLY_MS:
            broken["an end was told early"].append(lot)


def _busiest(times: list[float]) -> int:
    ordered = sorted(times)
    return max((n + 1 - bisect_left(ordered, at - 0.9999) for n, at in enumerate(ordered)), default=0)


def _counts(values: Any) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for value in values:
        found[value] += 1
    return found
