"""Looks at lots as a plugin may wrap them, and which lots' live events are listened to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Listen = Callable[[Sequence[str]], Sequence[str]]
"""Given the lots that close soonest, those whose live events to listen to."""


@dataclass(frozen=True, slots=True)
class Look:
    """
    One look that is about to be made. *service*: ``poller`` reads the lots, ``bidder`` decides on one.
    """

    service: str
    lot_ids: Sequence[str]


LookAt = Callable[[Look], Awaitable[None]]
"""Makes a look. Raises what the look raises: pass it on."""
