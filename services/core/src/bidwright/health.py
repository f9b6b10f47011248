"""Health checks as a plugin offers them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Check = Callable[[], str | None] | Callable[[], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """
    One thing to look at. *check* gives None when it is well, else one sentence: what is wrong and what to do.

    It has a second. A synchronous one runs beside the service's loop; an asynchronous one runs in it and must not block. What it says is
    shown to everybody who reaches the port, so no secrets.
    """

    name: str
    check: Check
