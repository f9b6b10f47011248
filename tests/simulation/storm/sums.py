"""Sums of money and of lots: what the site could charge, what is booked for it, and what the owner allowed."""

from __future__ import annotations

from collections.abc import Sequence

from .seen import GROUPS, SCOPES, Broken, Records, cost, num
from .store import View
from .upstream import Upstream

MODES = ("live", "dry")


class Sums:
    """
    Adds up by the site's ledger, and by the records of lots that are gone since.
    """

    def __init__(self, upstream: Upstream, lot_ids: Sequence[str], *, lax: bool) -> None:
        self.upstream, self.lot_ids = upstream, lot_ids
        self.lax = lax
        """Stalled writes and kills: what cannot hold then is counted and not judged (README)."""
        self.spent: dict[str, tuple[int, dict[str, str]]] = {}
        self.added_up: View = []
        """The books that were found to add up last."""
        self.excused = 0

    # ---- at a claim ----------------------------------------------------------------------------------------------------------

    def room(self, what: str, lot_id: str, amount: int, new: Records) -> None:
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

    def paper_room(self, what: str, lot_id: str, was: dict[str, str], new: Records) -> None:
        """On paper nothing is charged: the books themselves have to keep the limits."""
        if int(was["amount"]) <= num(was["prev"]):
            return
        for scope in new.lots[lot_id]["scopes"].split(","):
            limit, _, dry = new.budgets[scope][:3]
            if limit not in ("", "none") and num(dry) > int(limit):
                raise Broken(f"{what} on paper: budget {scope} exceeded, {dry} > {limit}")

    # ---- after a purge -------------------------------------------------------------------------------------------------------

    def purged(self, lot_id: str, lot: dict[str, str]) -> None:
        """What a lot that is gone has cost, or may still, goes on counting."""
        if self.upstream.charge(lot_id):
            if not self.upstream.lots[lot_id].closed:
                if lot_id in self.upstream.unread or self.lax:
                    self.excused += 1
                else:
                    raise Broken(f"{lot_id} purged with money on it")
            self.spent[lot_id] = (cost(self.upstream.charge(lot_id), lot), lot)

    # ---- always --------------------------------------------------------------------------------------------------------------

    def covered(self, lot_id: str, lot: dict[str, str]) -> None:
        """What is booked for a lot covers what the site could charge for it."""
        charge = self.upstream.charge(lot_id)
        if charge <= num(lot["exposure"]) or lot_id in self.spent:
            return
        if lot["mode"] == "dry" and not self.lax:
            raise Broken(f"paper and real mix: {lot_id} is on paper and the site could charge {charge}")
        if lot_id in self.upstream.unread or self.lax:
            self.excused += 1
            return
        raise Broken(f"exposure of {lot_id} understated: {lot['exposure']}, the site could charge {charge}")

    def add_up(self, new: Records) -> None:
        """The books of scopes and groups are the sums of their lots."""
        if new.books is not self.added_up:  # purging, too, changes them
            self._books(new)
            self.added_up = new.books

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
