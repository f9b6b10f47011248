"""Rebuffs: the same amount refused again and again is not sent for ever."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from bidwright.records import IntentRecord

MOST = 3
_FAILED = {"REJECTED", "CANCELLED", "EXPIRED", "ABSENT"}
_PAUSE_S, _LONGEST_S = 1.0, 60.0


def refused_for_good(intents: Sequence[IntentRecord], amount: int) -> str:
    """Why *amount* (cents) is not worth another try: the site did not take just that three times in a row; empty when it is."""
    run = list(takewhile(lambda i: i.state in _FAILED and i.amount == amount, intents))
    rejected = [i for i in run if i.state in {"REJECTED", "ABSENT"}]
    return (rejected[0].why or "no reason given") if len(rejected) >= MOST else ""


def pause_ms(intents: Sequence[IntentRecord], amount: int, steady_ms: int) -> int:
    """How long to wait before trying *amount* (cents) once more: 1 s after the first failure, then 2, 4 … up to 60 s."""
    run = list(takewhile(lambda i: i.state in _FAILED and i.amount == amount, intents))
    if not run:
        return 0
    pause_s = min(_PAUSE_S * 2.0 ** (len(run) - 1), _LONGEST_S)
    return max(0, run[0].ended + round(pause_s * 1000) - steady_ms)
