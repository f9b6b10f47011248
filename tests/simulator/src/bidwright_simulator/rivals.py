"""
Seeded rivals. Each looks at its lot at planned times and answers with a bid or none, and when it looks again.

What a rival does depends on the seed, its number and how often it looked, never on a shared generator:
so a saved sale goes on exactly where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot

Kind = Literal["increment", "proxy", "sniper", "patient"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass
class Rival:
    """
    Somebody who wants a lot, up to *limit* whole dollars.

    increment outbids by the next amount, again and again; proxy leaves its limit once; sniper comes in the last
    seconds of every close; patient answers an outbid in the last minutes, slowly.
    """

    user: int
    kind: Kind
    limit: int
    seed: str
    next: int | None = None
    looks: int = 0

    def plan(self, lot: Lot, now: int) -> None:
        """Choose the first look."""
        left = max(0, lot.close - now)
        rng = self._rng()
        if self.kind == "sniper":
            self.next = max(now, lot.close - self._lead())
        elif self.kind == "patient":
            self.next = max(now, lot.close - rng.randint(60_000, 120_000))
        elif self.kind == "proxy":
            self.next = now + int(left * rng.uniform(0.05, 0.6))
        else:
            self.next = now + int(left * rng.uniform(0.02, 0.4))

    def look(self, lot: Lot, now: int) -> int | None:
        """An amount to bid now, or None; *next* is set to the next look, None when there is none."""
        rng = self._rng()
        self.looks += 1
        self.next = None
        if lot.closed or (self.kind == "proxy" and self.looks > 1):
            return None
        leading = lot.leader == self.user
        least = lot.next_for(self.user)
        if not leading and least > self.limit:
            return None
        if self.kind == "sniper":
            return self._snipe(lot, now, leading=leading, amount=min(self.limit, least + rng.randint(0, 3)))
        if self.kind == "proxy":
            return None if leading else self.limit
        low, high = (8_000, 16_000) if self.kind == "patient" else (6_000, 20_000)
        self.next = now + max(rng.randint(low, high), int((lot.close - now) * rng.uniform(0.02, 0.06)))
        return None if leading else least

    def _snipe(self, lot: Lot, now: int, *, leading: bool, amount: int) -> int | None:
        """Wait for the present close to be near; come back after an extension."""
        lead = self._lead()
        if lot.close - now > lead + 500:
            self.next = lot.close - lead
            return None
        # The bid extends the close, so the next look is that much later.
        self.next = now + lot.extension_s * 1000 - lead
        return None if leading else amount

    def _lead(self) -> int:
        return Random(f"{self.seed}:lead").randint(1_500, 8_000)

    def _rng(self) -> Random:
        return Random(f"{self.seed}:{self.looks}")
