"""
Graded faults: what goes wrong, on which paths and lots, how often, how many times and for how long.

Choosing is here and pure; doing is in ``door``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, get_args

from bidwright_simulator.settings import Settings
from bidwright_simulator.spoil import REFUSALS

Kind = Literal[
    "slow",
    "status",
    "hang",
    "reset",
    "cut",
    "html",
    "captcha",
    "session",
    "refusal",
    "loader-error",
    "skew",
    "format",
    "stale",
    "live-drop",
    "live-silent",
]
KINDS: tuple[str, ...] = get_args(Kind)
_NUMBERS = ("ms", "seconds", "bytes", "status", "retry_after", "age_s", "after_s")
PATHS = ("any", "page", "data", "loader", "bids", "live", "account", "listings", "search", "list", "login", "other")


@dataclass
class Fault:
    """
    One thing that goes wrong. *count* left (None: without end), *until* in site ms (None: until taken away).
    """

    id: int
    kind: str
    on: tuple[str, ...] = ("any",)
    lots: tuple[int, ...] = ()
    probability: float = 1.0
    count: int | None = None
    until: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    @property
    def after(self) -> bool:
        """Whether the request is carried out before its answer is spoilt."""
        return bool(self.params.get("when") == "after")

    def shown(self) -> dict[str, Any]:
        """As the control API lists it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Faults:
    """
    The faults in force.
    """

    def __init__(self, seed: str) -> None:
        self.active: list[Fault] = []
        self._made = 0
        self._seed = seed
        self._dice: dict[int, Random] = {}

    def add(self, order: dict[str, Any], now: int) -> Fault:
        """Put a fault in force. Raises ValueError naming what is wrong with the order."""
        known = {"kind", "on", "lots", "probability", "count", "seconds", "params"}
        if unknown := set(order) - known:
            raise ValueError(f"{', '.join(sorted(unknown))} is no field of a fault; there are {', '.join(sorted(known))}")
        if order.get("kind") not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        on = order.get("on", "any")
        on = (on,) if isinstance(on, str) else tuple(on)
        if not set(on) <= set(PATHS):
            raise ValueError(f"on is one or some of {', '.join(PATHS)}")
        params = dict(order.get("params") or {})
        _check(order["kind"], params)
        lots = order.get("lots", ())
        seconds = order.get("seconds")
        self._made += 1
        fault = Fault(
            self._made,
            order["kind"],
            on,
            tuple(int(lot) for lot in (lots if isinstance(lots, list | tuple) else [lots])),
            float(order.get("probability", 1)),
            None if order.get("count") is None else int(order["count"]),
            None if seconds is None else now + round(float(seconds) * 1000),
            params,
        )
        self._dice[fault.id] = Random(f"{self._seed}:fault:{fault.id}")
        self.active.append(fault)
        return fault

    def remove(self, fault_id: int | None = None) -> int:
        """Take one fault away, or all; how many there were."""
        before = len(self.active)
        self.active = [fault for fault in self.active if fault_id is not None and fault.id != fault_id]
        return before - len(self.active)

    def pick(self, path: str, lot: int | None, now: int) -> list[Fault]:
        """The faults that hit one request, in the order in which they were made; each is counted."""
        if not self.active:
            return []
        self.active = [fault for fault in self.active if (fault.until is None or fault.until > now) and fault.count != 0]
        hit = []
        for fault in self.active:
            if "any" not in fault.on and path not in fault.on:
                continue
            if (fault.lots and lot not in fault.lots) or self._dice[fault.id].random() >= fault.probability:
                continue
            fault.hits += 1
            if fault.count is not None:
                fault.count -= 1
            hit.append(fault)
        return hit


def _check(kind: str, params: dict[str, Any]) -> None:
    """Find out now, and not at the first request. Raises ValueError naming what is wrong."""
    for name in _NUMBERS:
        if name in params and (isinstance(params[name], bool) or not isinstance(params[name], int | float)):
            raise ValueError(f"params.{name} is a number, not {params[name]!r}")
    if kind == "format":
        Settings().changed(params)
    if kind == "session" and params.get("form"):
        Settings().changed({"logged_out": params["form"]})
    if kind == "refusal" and params.get("type", "too-low") not in REFUSALS:
        raise ValueError(f"params.type is one of {', '.join(REFUSALS)}")
