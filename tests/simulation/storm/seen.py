"""What the records were after a step, and what one may work out from them without the scripts."""

from __future__ import annotations

from collections.abc import Sequence

from bidwright import Money, Rates

from .store import View

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
