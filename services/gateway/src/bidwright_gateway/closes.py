"""The closes of the last half minute: each client hears each of them once, also one that comes back, and over a restart of the gateway."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bidwright.clock import Clock
from bidwright.records import LotRecord
from bidwright_gateway.clients import Client

HOLD_S = 30.0
"""How long a close is told to clients that come later: the slowest known client connects again every 5 s and allows 10 s for it."""


@dataclass(slots=True)
class _Close:
    lot: LotRecord
    until: float
    told: bool = False
    gone: Counter[str] = field(default_factory=Counter)
    """Connections by caller that were told and have ended since: whoever comes back from there knows already."""


class Closes:
    """
    Who was told which close. The contract has no names for clients, so one that comes back is known by where it calls from.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lately: dict[str, _Close] = {}
        self.bell = asyncio.Event()
        """Rings when a close was told."""

    def add(self, lot: LotRecord, told: Iterable[Client]) -> None:
        """A lot has closed and these clients were told so."""
        close = self._lately[lot.id] = _Close(lot, self._clock.monotonic() + HOLD_S)
        self.bell.set()
        for client in told:
            close.told = True
            client.closes.add(lot.id)

    def owed(self, client: Client) -> list[LotRecord]:
        """The closes that a client which came just now has not heard; they count as told to it from now on."""
        self._forget()
        found = []
        for lot_id, close in self._lately.items():
            if lot_id in client.closes:
                continue
            client.closes.add(lot_id)
            self.bell.set()
            if close.gone[client.caller] > 0:
                close.gone[client.caller] -= 1
            else:
                close.told = True
                found.append(close.lot)
        return found

    def left(self, client: Client) -> None:
        """A client's connection has ended; what still waited in its queue it has not heard."""
        for lot_id in client.closes & self._lately.keys():
            if not client.waits(f"lot:{lot_id}"):
                self._lately[lot_id].gone[client.caller] += 1

    @property
    def all_told(self) -> bool:
        """True unless a close waits for the first client to come."""
        self._forget()
        return all(close.told for close in self._lately.values())

    def _forget(self) -> None:
        now = self._clock.monotonic()
        for lot_id in [lot_id for lot_id, close in self._lately.items() if close.until <= now]:
            del self._lately[lot_id]
