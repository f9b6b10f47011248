"""The due queue by the judge's own books: who holds which lot, and by when somebody has to look at one."""

from __future__ import annotations

from collections.abc import Sequence

from .seen import Broken, Records, num

LONGEST_MS = 2_100_000 + 16 * 9000


class Leases:
    """
    Knows every lease, and until when each lot may sleep.
    """

    def __init__(self) -> None:
        self.holders: dict[tuple[str, str], tuple[str, float]] = {}
        self.marks: dict[tuple[str, str], float] = {}
        self.gapped: set[tuple[str, str]] = set()
        """Lots that were held when the clock jumped: their DONE may not let them sleep."""

    # ---- after a script ------------------------------------------------------------------------------------------------------

    def take(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        queue = args[0]
        for lot_id, fence in zip(reply[2::5], reply[3::5], strict=True):  # behind two times, each with three words more
            held = self.holders.get((queue, lot_id))
            if held is not None and held[1] > new.now:
                raise Broken(f"two workers within a lease: {queue} {lot_id} given to {fence} while {held[0]} holds it")
            self.holders[queue, lot_id] = (fence, num(new.lots[lot_id][f"lease:{queue}"]))
            self.marks.pop((queue, lot_id), None)
            self.gapped.discard((queue, lot_id))

    def done(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        queue, lot_id, fence = args[:3]
        if reply[0] == "ok" or reply[1] == "gone":
            held = self.holders.pop((queue, lot_id), None)
            if held is not None and held[0] != fence and held[1] > new.now:
                raise Broken(f"DONE by {fence} took {queue} {lot_id} from {held[0]}, who holds it")
            if (queue, lot_id) in self.gapped:
                self.gapped.discard((queue, lot_id))
                self.mark(queue, lot_id, new.now, new)

    def renew(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self.holders[args[0], args[1]] = (args[2], num(new.lots[args[1]][f"lease:{args[0]}"]))
            if (args[0], args[1]) in self.gapped:  # late, but before anybody else took the lot: DONE must obey
                self.marks.pop((args[0], args[1]), None)

    def put(self, args: list[str], reply: list[str], old: Records, new: Records, at: float) -> None:
        if reply[0] == "ok":
            self.mark(args[0], args[1], new.now + max(0, float(args[2])), new)

    def mark(self, queue: str, lot_id: str, when: float, new: Records) -> None:
        """From now on the lot may not sleep past *when* unless somebody takes it first."""
        if new.lots[lot_id][f"due:{queue}"]:
            self.marks[queue, lot_id] = min(when, self.marks.get((queue, lot_id), when))

    def jumped(self, lot_ids: Sequence[str], old: Records, new: Records) -> None:
        """The clock jumped: who is not held may not sleep."""
        for lot_id in lot_ids:
            for queue in ("poll", "bid"):
                held = self.holders.get((queue, lot_id))
                # (calls that write nothing do not write steady time down, so a step back may undo up to a second of it)
                if held is not None:
                    self.gapped.add((queue, lot_id))
                if held is None or held[1] <= min(old.now, new.now):
                    self.mark(queue, lot_id, new.now, new)

    def resync(self, lot_id: str, lot: dict[str, str], new: Records) -> None:
        """Nobody heard the answer: leases count from what the records say."""
        for queue in ("poll", "bid"):
            fence, lease = lot[f"fence:{queue}"], num(lot[f"lease:{queue}"])
            if lease > new.now:
                self.holders[queue, lot_id] = (fence, lease)
            else:
                self.holders.pop((queue, lot_id), None)
            self.marks.pop((queue, lot_id), None)

    def ended(self, lot_id: str) -> None:
        """Nobody has to look at the lot any more."""
        self.marks.pop(("poll", lot_id), None)
        self.marks.pop(("bid", lot_id), None)

    def forget(self, lot_id: str) -> None:
        """The lot was purged."""
        for queue in ("poll", "bid"):
            self.holders.pop((queue, lot_id), None)
            self.marks.pop((queue, lot_id), None)

    # ---- always --------------------------------------------------------------------------------------------------------------

    def queued(self, lot_id: str, lot: dict[str, str], now: float) -> None:
        """A lot that is watched or has money on it is in its queue, and not asleep over a change."""
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
