"""The judge: after every step it compares what was done with what the owner said, what the site may charge and what the clock was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .leases import Leases
from .seen import Broken, Records, cost, num
from .store import View
from .sums import Sums
from .upstream import Upstream

APPLIED_WITHIN_S = 5.25
"""The site applies a body at most 5 s after it was written, which is at most 250 ms after the claim."""
AGE_SLACK_S = 2.6
"""What the steady clock may lag behind: the small steps back that count as none, and the way of the request."""


class Judge:
    """
    Knows the owner's orders (as they took effect), every claim and every body by its own books, with those of leases and sums beside it.
    """

    def __init__(self, upstream: Upstream, lot_ids: Sequence[str], raw: View, *, lax: bool) -> None:
        self.upstream, self.lot_ids = upstream, lot_ids
        self.raw, self.seen = raw, Records(raw, lot_ids)
        self.lax = lax
        """Stalled writes and kills: what cannot hold then is counted and not judged (README)."""
        self.leases, self.sums = Leases(), Sums(upstream, lot_ids, lax=lax)
        self.orders: dict[str, dict[str, str]] = {i: {} for i in lot_ids}
        self.asked: dict[str, set[str]] = {i: set() for i in lot_ids}
        self.claimed: dict[str, tuple[str, int, float]] = {}
        self.open_claims: dict[str, tuple[str, int, float]] = {}
        self.bodies: set[str] = set()
        self.stamps: dict[int, float] = {}
        self.snapshot: dict[str, tuple[int, int]] = {}
        self.settled_at: dict[str, float] = {}
        self.paper: dict[str, int] = {}
        """The highest bid made on paper for each lot; it stands until the lot's mode changes."""
        self.paper_leads: dict[str, bool] = {}
        self.halt_heard: float | None = None
        self.late_writes = 0
        self._after: dict[str, Callable[[list[str], list[str], Records, Records, float], None]] = {
            "take": self.leases.take,
            "done": self.leases.done,
            "put": self.leases.put,
            "renew": self.leases.renew,
            "stamp": self._stamp,
            "watch": self._configured,
            "configure": self._configured,
            "unwatch": self._unwatched,
            "observe": self._observed,
            "show": self._shown,
            "reserve": self._reserved,
            "claim": self._claim,
            "settle": self._settled,
            "sweep": self._swept,
            "purge": self._purged,
            "resume": self._resumed,
            "mode": self._all_woken,
        }

    # ---- after a script ------------------------------------------------------------------------------------------------------

    def after(self, name: str, args: Sequence[Any], reply: list[str] | None, raw: View, at: float) -> None:
        """A script ran at true time *at* (s). *reply* None: nobody heard what it did. Raises Broken."""
        old = self.seen
        if raw != self.raw:
            self.raw, self.seen = raw, Records(raw, self.lot_ids, old)
        new = self.seen
        if new.head["gap"] != old.head["gap"]:
            self.leases.jumped(self.lot_ids, old, new)
        if reply is None:
            self._resync(new)
        elif (check := self._after.get(name)) is not None:
            check([str(a) for a in args], reply, old, new, at)
        self.look(at)

    def _resync(self, new: Records) -> None:
        """Nobody heard the answer: what the owner wants is what the records say, and leases count from there."""
        for lot_id, lot in new.lots.items():
            self.orders[lot_id] = {f: lot[f] for f in ("watched", "armed", "mode", "cap", "allin", "group", "scopes", "premium", "tax")}
            self.leases.resync(lot_id, lot, new)

    # ---- the owner -----------------------------------------------------------------------------------------------------------

    def _configured(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        lot_id = args[2]
        watching = len(args) % 2 == 1  # WATCH has no version before its fields
        if reply[0] != "ok" or len(reply) > 2:
            return
        fields = args[3:] if watching else args[4:]
        given = dict(zip(fields[::2], fields[1::2], strict=True))
        orders = self.orders[lot_id]
        if watching:
            for field, usual in (("armed", "0"), ("mode", "dry"), ("scopes", "total"), ("group", "")):
                orders.setdefault(field, usual)
            orders["watched"] = "1"
        if given.get("mode", orders["mode"]) != orders["mode"]:
            if self.upstream.charge(lot_id) and not self.lax:
                raise Broken(f"paper and real mix: {lot_id} went from {orders['mode']} to {given['mode']} with money on the site")
            self.paper.pop(lot_id, None)
            self.paper_leads.pop(lot_id, None)
        orders.update(given)
        if given.get("ask"):
            self.asked[lot_id].add(given["ask"])
        for queue in ("poll", "bid"):
            self.leases.mark(queue, lot_id, new.now, new)

    def _unwatched(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok" and len(reply) == 2:
            self.orders[args[2]].update(watched="0", armed="0")
            self.asked[args[2]].clear()
            self.leases.mark("poll", args[2], new.now, new)

    def _resumed(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self.halt_heard = None
            self._all_woken(args, reply, old, new, at)

    def _all_woken(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            for lot_id in self.lot_ids:
                self.leases.mark("bid", lot_id, new.now, new)

    # ---- reads ---------------------------------------------------------------------------------------------------------------

    def _stamp(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        self.stamps[int(reply[0])] = at

    def _shown(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self._applied(args[0], int(args[1]), "shown", new)

    def _applied(self, lot_id: str, started: int, kind: str, new: Records) -> None:
        last = self.snapshot.get(lot_id, (-1, -1))
        if started <= max(last):
            raise Broken(f"the snapshot of {lot_id} went back in time: {started} after {max(last)}")
        self.snapshot[lot_id] = (started, last[1]) if kind == "read" else (last[0], started)
        if new.lots[lot_id]["final"] == "1":
            self.leases.ended(lot_id)

    def _observed(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        lot_id, started = args[0], int(args[1])
        if reply[0] != "ok":
            return
        self._applied(lot_id, started, "read", new)
        lot = new.lots[lot_id]
        if lot["final"] != "1" and (lot["armed"] == "1" or reply[2] or lot["ask"]):
            self.leases.mark("bid", lot_id, new.now, new)
        if args[4] == "closed" and lot["final"] != "1" and not lot["inflight"]:
            self.leases.mark("poll", lot_id, new.now + 1000, new)
        if lot["mode"] == "dry":
            high = self.paper.get(lot_id, 0)
            # a closed page may not say what would have been needed: what the last open one said, and more than the price
            least = max(int(args[2]), int(args[6])) if int(args[2]) else max(num(old.lots[lot_id]["next_bid"]), int(args[6]) + 1)
            self.paper_leads[lot_id] = 0 < least <= high
            if self.paper_leads[lot_id] != (lot["leading"] == "1"):
                raise Broken(f"{lot_id} leads on paper: {lot['leading']}; the highest bid on paper was {high}, needed was {least}")
        began = self.stamps[started]
        if self.upstream.unread.get(lot_id, at + 1) <= began and not lot["inflight"]:
            del self.upstream.unread[lot_id]
        if reply[2] in ("LEADING", "MOOT") and lot["mode"] == "dry":
            was = next(i for i in old.intents.values() if i["lot"] == lot_id)
            self.paper[lot_id] = max(self.paper.get(lot_id, 0), int(was["amount"]))
        if reply[2]:
            claim = self.open_claims.pop(lot_id, None)
            if claim is not None and began < claim[2] + APPLIED_WITHIN_S and not self.lax:
                raise Broken(f"{reply[2]} on {lot_id} by a read begun {began - claim[2]:.2f} s after the claim: the bid may still come")
            self.leases.mark("poll", lot_id, new.now, new)

    # ---- the life of an intent -----------------------------------------------------------------------------------------------

    def _reserved(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:  # noqa: C901 - one promise a line
        if reply[0] == "refused" and reply[1] == "ask-too-old":
            self.asked[args[1]].clear()
        if reply[0] != "ok":
            return
        intent, lot_id, amount, fence, cap_ver, obs_seq, _, max_age = args
        lot, was, orders = new.lots[lot_id], old.lots[lot_id], self.orders[lot_id]
        if was["inflight"]:
            raise Broken(f"two open intents on {lot_id}: {was['inflight']} and {intent}")
        held = self.leases.holders.get(("bid", lot_id))
        if held is None or held[0] != fence or held[1] <= new.now:
            raise Broken(f"{intent} reserved by a worker that had lost {lot_id}: {fence}, held by {held}")
        if obs_seq != was["obs_seq"]:
            raise Broken(f"{intent} reserved on an old snapshot of {lot_id}")
        if cap_ver != was["cap_ver"]:
            raise Broken(f"{intent} reserved on old orders for {lot_id}")
        self._within_cap(f"{intent} reserved", lot, orders, int(amount), new)
        if int(amount) <= 0 or int(amount) % 100 or int(amount) < num(was["next_bid"], 1e13):
            raise Broken(f"{intent} reserved at {amount}, which the site cannot take")
        self._may(f"{intent} reserved", lot_id, intent, int(amount), lot, new)
        if was["leading"] == "1" or was["status"] != "open":
            raise Broken(f"{intent} reserved on a lot that is {was['status']}, leading {was['leading']}")
        began = self.stamps.get(int(num(was["obs_started"])), -1.0)
        if began < self.settled_at.get(lot_id, -1.0):
            raise Broken(f"{intent} decided on a read of {lot_id} from before its last settlement")
        if at - began > min(int(max_age), 30_000) / 1000 + AGE_SLACK_S:
            raise Broken(f"{intent} decided on a read {at - began:.1f} s old, {max_age} ms allowed")
        if num(was["obs_started"]) < num(new.head["gap"]):
            raise Broken(f"{intent} decided on a read from before the gap")
        if lot["mode"] == "dry" and self.paper_leads.get(lot_id):
            raise Broken(f"{intent} reserved on paper although {lot_id} leads on paper at {self.paper[lot_id]}")

    def _within_cap(self, what: str, lot: dict[str, str], orders: dict[str, str], amount: int, new: Records) -> None:
        if amount > int(orders.get("cap") or 0):
            raise Broken(f"{what} over the cap: {amount} > {orders.get('cap')}")
        if orders.get("allin") and cost(amount, lot) > int(orders["allin"]):
            raise Broken(f"{what} over the all-in cap: {cost(amount, lot)} > {orders['allin']}")
        if amount > num(new.head["limit"], 1e13):
            raise Broken(f"{what} over the limit for a single bid: {amount} > {new.head['limit']}")

    def _may(self, what: str, lot_id: str, intent: str, amount: int, lot: dict[str, str], new: Records) -> None:
        """What both RESERVE and CLAIM must have looked at."""
        orders = self.orders[lot_id]
        if orders.get("watched") != "1":
            raise Broken(f"{what} on {lot_id}, which is not watched")
        if orders.get("armed") != "1" and f"{intent}:{amount}" not in self.asked[lot_id]:
            raise Broken(f"{what} on {lot_id}, neither armed nor asked for")
        if new.head["kill"] != "run":
            raise Broken(f"{what} while halted")
        if lot["mode"] == "live":
            for part, good in (("live", "1"), ("session", "ok")):
                if new.head[part] != good:
                    raise Broken(f"{what} for real money while {part} is {new.head[part]!r}")
            if new.head["format"] == "broken":
                raise Broken(f"{what} for real money while the pages are not understood")

    def _claim(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        intent = args[0]
        was = old.intents.get(intent)
        if reply[0] == "cancel" and was is not None:
            self.leases.mark("poll", was["lot"], new.now, new)
            self.leases.mark("bid", was["lot"], new.now, new)
        if reply[0] not in ("send", "simulate"):
            return
        amount, lot_id = int(reply[1]), reply[2]
        if intent in self.claimed:
            raise Broken(f"{intent} claimed a second time")
        self.claimed[intent] = (lot_id, amount, at)
        lot = new.lots[lot_id]
        what = f"{intent} claimed"
        self._may(what, lot_id, intent, amount, lot, new)
        self._within_cap(what, lot, self.orders[lot_id], amount, new)
        if (reply[0] == "send") != (lot["mode"] == "live"):
            raise Broken(f"paper and real mix: {intent} is to {reply[0]} on a lot in {lot['mode']}")
        if was is None or new.now >= num(was["till"]) or num(was["created"]) < num(new.head["gap"]):
            raise Broken(f"{what} after its deadline, or reserved before the gap")
        if lot["leading"] == "1" or lot["status"] != "open" or num(lot["next_bid"], 1e13) > amount:
            raise Broken(f"{what} although a read since says: {lot['status']}, leading {lot['leading']}, next bid {lot['next_bid']}")
        held = self.leases.holders.get(("bid", lot_id))
        if held is not None and held[0] != lot["fence:bid"] and held[1] > new.now:
            raise Broken(f"{what} for a worker that had lost {lot_id}")
        if reply[0] == "send":
            self.open_claims[lot_id] = (intent, amount, at)
            self.sums.room(what, lot_id, amount, new)
        else:
            self.sums.paper_room(what, lot_id, was, new)
        self.leases.mark("poll", lot_id, num(new.intents[intent]["till"]) if intent in new.intents else new.now, new)

    def _settled(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        intent, state = args[0], args[1]
        if reply[0] != "ok" or state == "UNKNOWN":
            return
        was = old.intents.get(intent)
        if was is None:
            raise Broken(f"{intent} settled as {state} although it had ended")
        lot_id = was["lot"]
        if was["state"] != "RESERVED":
            self.settled_at[lot_id] = at
            claim = self.open_claims.get(lot_id)
            if claim is not None and claim[0] == intent:
                del self.open_claims[lot_id]
        if was["mode"] == "dry" and state in ("LEADING", "OUTBID"):
            self.paper[lot_id] = max(self.paper.get(lot_id, 0), int(was["amount"]))
            self.paper_leads[lot_id] = self.paper_leads.get(lot_id, False) or state == "LEADING"
        self.leases.mark("poll", lot_id, new.now, new)

    def _swept(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        for lot_id, what in zip(reply[1::4], reply[2::4], strict=True):
            self.leases.mark("poll", lot_id, new.now, new)
            if what == "expired":
                self.leases.mark("bid", lot_id, new.now, new)

    def _purged(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        for lot_id in reply:
            self.sums.purged(lot_id, old.lots[lot_id])
            self.leases.forget(lot_id)
            self.snapshot.pop(lot_id, None)
            self.settled_at.pop(lot_id, None)
            self.paper.pop(lot_id, None)
            self.paper_leads.pop(lot_id, None)
            self.orders[lot_id] = {}

    # ---- the wire ------------------------------------------------------------------------------------------------------------

    def written(self, intent: str, lot_id: str, amount: int, at: float) -> None:
        """A body of *intent* leaves for the site. Raises Broken."""
        claim = self.claimed.get(intent)
        if claim is None or claim[:2] != (lot_id, amount):
            raise Broken(f"a body for {intent} ({lot_id}, {amount}) that no claim allows: {claim}")
        if intent in self.bodies:
            raise Broken(f"{intent} written twice")
        self.bodies.add(intent)
        if self.upstream.on_the_way[lot_id] and not self.lax:
            raise Broken(f"two bids on the wire for {lot_id}")
        if self.halt_heard is not None and at > self.halt_heard + 0.2501:
            if self.lax:
                self.late_writes += 1
            else:
                raise Broken(f"{intent} written {at - self.halt_heard:.3f} s after a halt was answered")

    # ---- always --------------------------------------------------------------------------------------------------------------

    def look(self, at: float) -> None:
        """What holds after every step, whoever made it. Raises Broken."""
        new = self.seen
        for lot_id in self.lot_ids:
            lot = new.lots[lot_id]
            if lot["cap_ver"]:
                self.sums.covered(lot_id, lot)
                self.leases.queued(lot_id, lot, new.now)
        self.sums.add_up(new)
        lots = [intent["lot"] for intent in new.intents.values()]
        if len(lots) != len(set(lots)):
            raise Broken(f"two open intents on one lot: {sorted(new.intents)}")
