"""The judge: after every step it compares what was done with what the owner said, what the site may charge and what the clock was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bidwright import Money, Rates

from .store import View
from .upstream import Upstream

LOT_FIELDS = (
    *("watched", "armed", "mode", "cap", "allin", "premium", "tax", "cap_ver", "group", "scopes", "ask"),
    *("status", "price", "next_bid", "leading", "close", "obs_started", "obs_seq", "shown_started", "settled"),
    *("inflight", "exposure", "booked", "high", "final", "outcome"),
    *("fence:poll", "lease:poll", "want:poll", "fence:bid", "lease:bid", "want:bid"),
)
_COLUMNS = (*LOT_FIELDS, "due:poll", "due:bid")
_INTENT = ("state", "lot", "amount", "till", "mode", "created", "prev", "id")
_HEAD = ("now", "gap", "kill", "live", "gen", "session", "format", "limit", "epoch", "events")
SCOPES, GROUPS = ("total", "day:1", "day:2"), ("g1", "g2")
MODES = ("live", "dry")
LONGEST_MS = 2_100_000 + 16 * 9000
APPLIED_WITHIN_S = 5.25
"""The site applies a body at most 5 s after it was written, which is at most 250 ms after the claim."""
AGE_SLACK_S = 2.6
"""What the steady clock may lag behind: the small steps back that count as none, and the way of the request."""


class Broken(Exception):
    """
    A promise was broken; the text says which.
    """


def num(text: str, default: float = 0) -> float:
    """A number of a record, or *default*."""
    return float(text) if text else default


class Records:
    """
    What the records were after one step. Most steps change one lot or none: what *before* has in the same words is taken from there.
    """

    __slots__ = ("books", "budgets", "groups", "head", "intents", "lots", "now")

    def __init__(self, raw: View, lot_ids: Sequence[str], before: Records | None = None) -> None:
        n, b, g = len(lot_ids), len(SCOPES), len(GROUPS)
        self.head = _named(_HEAD, raw[0])
        self.now = num(self.head["now"])
        self.intents = {str(line[-1]): _named(_INTENT, line) for line in raw[1 + n + b + g :]}
        self.books = raw[1 : 1 + n + b + g]
        """The lines of lots, budgets and groups."""
        if before is not None and before.books == self.books:
            self.books, self.lots, self.budgets, self.groups = before.books, before.lots, before.budgets, before.groups
            return
        self.lots = {
            i: before.lots[i] if before is not None and before.books[k] == self.books[k] else _named(_COLUMNS, self.books[k])
            for k, i in enumerate(lot_ids)
        }
        self.budgets = {s: [cell or "" for cell in self.books[n + k]] for k, s in enumerate(SCOPES)}
        self.groups = {s: [cell or "" for cell in self.books[n + b + k]] for k, s in enumerate(GROUPS)}


def _named(names: Sequence[str], line: Sequence[str | None]) -> dict[str, str]:
    return {name: cell or "" for name, cell in zip(names, line, strict=True)}


def cost(hammer: float, lot: dict[str, str]) -> int:
    """The bill of a hammer price at the rates of *lot*, by the product's money type and not by its scripts."""
    return Rates(int(lot["premium"] or 0), int(lot["tax"] or 0)).all_in(Money(int(hammer))).cents


class Judge:
    """
    Knows the owner's orders (as they took effect), every claim, every body and every lease by its own books.
    """

    def __init__(self, upstream: Upstream, lot_ids: Sequence[str], raw: View, *, lax: bool) -> None:
        self.upstream, self.lot_ids = upstream, lot_ids
        self.raw, self.seen = raw, Records(raw, lot_ids)
        self.lax = lax
        """Stalled writes and kills: what cannot hold then is counted and not judged (README)."""
        self.orders: dict[str, dict[str, str]] = {i: {} for i in lot_ids}
        self.asked: dict[str, set[str]] = {i: set() for i in lot_ids}
        self.claimed: dict[str, tuple[str, int, float]] = {}
        self.open_claims: dict[str, tuple[str, int, float]] = {}
        self.bodies: set[str] = set()
        self.holders: dict[tuple[str, str], tuple[str, float]] = {}
        self.marks: dict[tuple[str, str], float] = {}
        self.gapped: set[tuple[str, str]] = set()
        """Lots that were held when the clock jumped: their DONE may not let them sleep."""
        self.stamps: dict[int, float] = {}
        self.snapshot: dict[str, tuple[int, int]] = {}
        self.settled_at: dict[str, float] = {}
        self.paper: dict[str, int] = {}
        """The highest bid made on paper for each lot; it stands until the lot's mode changes."""
        self.paper_leads: dict[str, bool] = {}
        self.halt_heard: float | None = None
        self.spent: dict[str, tuple[int, dict[str, str]]] = {}
        self.added_up: View = []
        """The books that were found to add up last."""
        self.excused = 0
        self.late_writes = 0
        self._after: dict[str, Callable[[list[str], list[str], Records, Records, float], None]] = {
            "take": self._take,
            "done": self._done,
            "put": self._put,
            "renew": self._renew,
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
            for lot_id in self.lot_ids:
                for queue in ("poll", "bid"):
                    held = self.holders.get((queue, lot_id))
                    # (calls that write nothing do not write steady time down, so a step back may undo up to a second of it)
                    if held is not None:
                        self.gapped.add((queue, lot_id))
                    if held is None or held[1] <= min(old.now, new.now):
                        self._mark(queue, lot_id, new.now)
        if reply is None:
            self._resync(new)
        elif (check := self._after.get(name)) is not None:
            check([str(a) for a in args], reply, old, new, at)
        self.look(at)

    def _resync(self, new: Records) -> None:
        """Nobody heard the answer: what the owner wants is what the records say, and leases count from there."""
        for lot_id, lot in new.lots.items():
            self.orders[lot_id] = {f: lot[f] for f in ("watched", "armed", "mode", "cap", "allin", "group", "scopes", "premium", "tax")}
            for queue in ("poll", "bid"):
                fence, lease = lot[f"fence:{queue}"], num(lot[f"lease:{queue}"])
                if lease > new.now:
                    self.holders[queue, lot_id] = (fence, lease)
                else:
                    self.holders.pop((queue, lot_id), None)
                self.marks.pop((queue, lot_id), None)

    # ---- the queue -----------------------------------------------------------------------------------------------------------

    def _take(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        queue = args[0]
        for lot_id, fence in zip(reply[2::5], reply[3::5], strict=True):  # behind two times, each with three words more
            held = self.holders.get((queue, lot_id))
            if held is not None and held[1] > new.now:
                raise Broken(f"two workers within a lease: {queue} {lot_id} given to {fence} while {held[0]} holds it")
            self.holders[queue, lot_id] = (fence, num(new.lots[lot_id][f"lease:{queue}"]))
            self.marks.pop((queue, lot_id), None)
            self.gapped.discard((queue, lot_id))

    def _done(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        queue, lot_id, fence = args[:3]
        if reply[0] == "ok" or reply[1] == "gone":
            held = self.holders.pop((queue, lot_id), None)
            if held is not None and held[0] != fence and held[1] > new.now:
                raise Broken(f"DONE by {fence} took {queue} {lot_id} from {held[0]}, who holds it")
            if (queue, lot_id) in self.gapped:
                self.gapped.discard((queue, lot_id))
                self._mark(queue, lot_id, new.now)

    def _renew(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self.holders[args[0], args[1]] = (args[2], num(new.lots[args[1]][f"lease:{args[0]}"]))
            if (args[0], args[1]) in self.gapped:  # late, but before anybody else took the lot: DONE must obey
                self.marks.pop((args[0], args[1]), None)

    def _put(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self._mark(args[0], args[1], new.now + max(0, float(args[2])))

    def _stamp(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        self.stamps[int(reply[0])] = at

    def _mark(self, queue: str, lot_id: str, when: float) -> None:
        """From now on the lot may not sleep past *when* unless somebody takes it first."""
        if self.seen.lots[lot_id][f"due:{queue}"]:
            self.marks[queue, lot_id] = min(when, self.marks.get((queue, lot_id), when))

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
            self._mark(queue, lot_id, new.now)

    def _unwatched(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok" and len(reply) == 2:
            self.orders[args[2]].update(watched="0", armed="0")
            self.asked[args[2]].clear()
            self._mark("poll", args[2], new.now)

    def _resumed(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self.halt_heard = None
            self._all_woken(args, reply, old, new, at)

    def _all_woken(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            for lot_id in self.lot_ids:
                self._mark("bid", lot_id, new.now)

    # ---- reads ---------------------------------------------------------------------------------------------------------------

    def _shown(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self._applied(args[0], int(args[1]), "shown", new)

    def _applied(self, lot_id: str, started: int, kind: str, new: Records) -> None:
        last = self.snapshot.get(lot_id, (-1, -1))
        if started <= max(last):
            raise Broken(f"the snapshot of {lot_id} went back in time: {started} after {max(last)}")
        self.snapshot[lot_id] = (started, last[1]) if kind == "read" else (last[0], started)
        if new.lots[lot_id]["final"] == "1":
            self.marks.pop(("poll", lot_id), None)
            self.marks.pop(("bid", lot_id), None)

    def _observed(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        lot_id, started = args[0], int(args[1])
        if reply[0] != "ok":
            return
        self._applied(lot_id, started, "read", new)
        lot = new.lots[lot_id]
        if lot["final"] != "1" and (lot["armed"] == "1" or reply[2] or lot["ask"]):
            self._mark("bid", lot_id, new.now)
        if args[4] == "closed" and lot["final"] != "1" and not lot["inflight"]:
            self._mark("poll", lot_id, new.now + 1000)
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
            self._mark("poll", lot_id, new.now)

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
        held = self.holders.get(("bid", lot_id))
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
            self._mark("poll", was["lot"], new.now)
            self._mark("bid", was["lot"], new.now)
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
        held = self.holders.get(("bid", lot_id))
        if held is not None and held[0] != lot["fence:bid"] and held[1] > new.now:
            raise Broken(f"{what} for a worker that had lost {lot_id}")
        if reply[0] == "send":
            self.open_claims[lot_id] = (intent, amount, at)
            self._room(what, lot_id, amount, new)
        else:
            self._paper_room(what, lot_id, was, new)
        self._mark("poll", lot_id, num(new.intents[intent]["till"]) if intent in new.intents else new.now)

    def _room(self, what: str, lot_id: str, amount: int, new: Records) -> None:
        """The sum of what the site could charge after this bid, in each scope and in the group."""
        if self.upstream.unread:
            self.excused += 1
            return
        lot = new.lots[lot_id]
        stands = self.upstream.charge(lot_id)
        if amount <= stands:
            return
        for n, scope in enumerate(SCOPES):
            limit = new.budgets[scope][0]
            if scope in lot["scopes"].split(",") and limit not in ("", "none"):
                total = cost(amount, lot) + sum(self._bill(i, new) for i in self.lot_ids if i != lot_id and scope in self._scopes(i, new))
                if total > int(limit):
                    raise Broken(f"{what}: budget {scope} exceeded, {total} > {limit}")
            del n
        group = lot["group"]
        if group and not stands:
            wanted = sum(num(v) for v in new.groups[group][:2])
            could = 1 + sum(1 for i in self.lot_ids if i != lot_id and new.lots[i]["group"] == group and self._bill(i, new))
            if could > wanted:
                raise Broken(f"{what}: group {group} could win {could}, wanted {wanted:.0f}")

    def _scopes(self, lot_id: str, new: Records) -> list[str]:
        lot = self.spent[lot_id][1] if lot_id in self.spent else new.lots[lot_id]
        return lot["scopes"].split(",")

    def _bill(self, lot_id: str, new: Records) -> int:
        if lot_id in self.spent:
            return self.spent[lot_id][0]
        return cost(self.upstream.charge(lot_id), new.lots[lot_id]) if new.lots[lot_id]["cap_ver"] else 0

    def _paper_room(self, what: str, lot_id: str, was: dict[str, str], new: Records) -> None:
        """On paper nothing is charged: the books themselves have to keep the limits."""
        if int(was["amount"]) <= num(was["prev"]):
            return
        for scope in new.lots[lot_id]["scopes"].split(","):
            limit, _, dry = new.budgets[scope][:3]
            if limit not in ("", "none") and num(dry) > int(limit):
                raise Broken(f"{what} on paper: budget {scope} exceeded, {dry} > {limit}")

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
        self._mark("poll", lot_id, new.now)

    def _swept(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        for lot_id, what in zip(reply[1::4], reply[2::4], strict=True):
            self._mark("poll", lot_id, new.now)
            if what == "expired":
                self._mark("bid", lot_id, new.now)

    def _purged(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        for lot_id in reply:
            if self.upstream.charge(lot_id):
                if not self.upstream.lots[lot_id].closed:
                    if lot_id in self.upstream.unread or self.lax:
                        self.excused += 1
                    else:
                        raise Broken(f"{lot_id} purged with money on it")
                self.spent[lot_id] = (cost(self.upstream.charge(lot_id), old.lots[lot_id]), old.lots[lot_id])
            for queue in ("poll", "bid"):
                self.holders.pop((queue, lot_id), None)
                self.marks.pop((queue, lot_id), None)
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
                self._covered(lot_id, lot)
                self._queued(lot_id, lot, new.now)
        if new.books is not self.added_up:  # purging, too, changes them
            self._books(new)
            self.added_up = new.books
        lots = [intent["lot"] for intent in new.intents.values()]
        if len(lots) != len(set(lots)):
            raise Broken(f"two open intents on one lot: {sorted(new.intents)}")

    def _covered(self, lot_id: str, lot: dict[str, str]) -> None:
        charge = self.upstream.charge(lot_id)
        if charge <= num(lot["exposure"]) or lot_id in self.spent:
            return
        if lot["mode"] == "dry" and not self.lax:
            raise Broken(f"paper and real mix: {lot_id} is on paper and the site could charge {charge}")
        if lot_id in self.upstream.unread or self.lax:
            self.excused += 1
            return
        raise Broken(f"exposure of {lot_id} understated: {lot['exposure']}, the site could charge {charge}")

    def _queued(self, lot_id: str, lot: dict[str, str], now: float) -> None:
        active = lot["watched"] == "1" and lot["final"] != "1"
        money = lot["final"] != "1" and (num(lot["exposure"]) > 0 or lot["inflight"])
        for queue in ("poll", "bid"):
            due = lot[f"due:{queue}"]
            if active and not due:
                raise Broken(f"{lot_id} is watched and not in the queue {queue}")
            if active and float(due) > now + LONGEST_MS:
                raise Broken(f"{lot_id} sleeps out of bounds in {queue}")
            mark = self.marks.get((queue, lot_id))
            if mark is None:
                continue
            if not due:
                del self.marks[queue, lot_id]
                continue
            want = lot[f"want:{queue}"]
            promised = min(float(due), float(want)) if want and lot[f"lease:{queue}"] else float(due)
            if promised > max(mark, now) + 0.5:
                raise Broken(f"{lot_id} sleeps over a change in {queue}: due {due}, want {want!r}, should be looked at by {mark:.0f}")
        if money and not lot["due:poll"]:
            raise Broken(f"money on {lot_id} and nobody polls it")

    def _books(self, new: Records) -> None:
        for scope in SCOPES:
            inside = [lot for lot in new.lots.values() if scope in lot["scopes"].split(",")]
            for n, mode in enumerate(MODES):
                booked = sum(num(lot["booked"]) for lot in inside if lot["mode"] == mode) + num(new.budgets[scope][3 + n])
                if booked != num(new.budgets[scope][1 + n]):
                    raise Broken(f"the books of {scope} do not add up ({mode}): lots {booked:.0f}, scope {new.budgets[scope][1 + n]}")
        for group in GROUPS:
            for n, mode in enumerate(MODES):
                count = sum(1 for lot in new.lots.values() if lot["group"] == group and lot["mode"] == mode and num(lot["exposure"]) > 0)
                count += sum(1 for _, lot in self.spent.values() if lot["group"] == group and lot["mode"] == mode)
                if count < num(new.groups[group][2 + n]) - self._paper_wins(group, mode) or count > num(new.groups[group][2 + n]):
                    raise Broken(f"the count of {group} does not add up ({mode}): lots {count}, group {new.groups[group][2 + n]}")

    def _paper_wins(self, group: str, mode: str) -> int:
        """Lots won on paper and purged since: the site knows nothing of them."""
        return len(self.lot_ids) if group and mode == "dry" else 0
