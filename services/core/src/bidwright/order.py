"""Orders of clients as a plugin may wrap them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bidwright.trace import Trace


@dataclass(frozen=True, slots=True)
class Order:
    """
    One thing that a client asks of the gateway. *what*: method and path, or ``WS`` and the kind of message, without ids.

    *lot_id* is empty when it is about no lot; *trace* is the one that the caller named, if any.
    """

    what: str
    lot_id: str
    trace: Trace | None = None


TakeOrder = Callable[[Order], Awaitable[None]]
"""Carries an order out. Raises what that raises: pass it on."""
