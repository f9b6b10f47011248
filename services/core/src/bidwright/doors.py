"""
Doors: which hook is asked where, who may come in by it, and the version of the interface.

The list is data, in one place: loading refuses by it, the plugins' page shows it, and a test keeps hookspecs, list and page in step.
"""

from __future__ import annotations

from dataclasses import dataclass

API = 1
"""The interface's version. A plugin may say ``BIDWRIGHT_API = 1``; it grows when a plugin that keeps to this one would break."""
SUPPORTED = frozenset({API})
PAGE = "plugins/README.md"
SERVICES = ("gateway", "poller", "nellis-proxy", "bidder", "notifier")


@dataclass(frozen=True, slots=True)
class Door:
    """
    Where a hook is asked. *why_not*: why a drop-in file may not use it, after "because"; empty when it may.
    """

    runs_in: tuple[str, ...]
    why_not: str = ""

    @property
    def dropin(self) -> bool:
        """Whether a drop-in file may use it."""
        return not self.why_not

    @property
    def where(self) -> str:
        """The services, for people."""
        return "every service" if self.runs_in == SERVICES else ", ".join(self.runs_in)


DOORS = {
    "register_strategies": Door(("bidder",)),
    "hold_bid": Door(("bidder",)),
    "wrap_strategy": Door(("bidder",), "it runs inside the bidder, not in a process of its own"),
    "register_schedules": Door(("poller",)),
    "wrap_schedule": Door(("poller",)),
    "wrap_look": Door(("poller", "bidder"), "it runs around decisions about money"),
    "wrap_listening": Door(("poller",)),
    "register_notifiers": Door(("notifier",)),
    "register_toggles": Door(SERVICES),
    "wrap_site": Door(("nellis-proxy",), "it runs beside the session of the site"),
    "wrap_order": Door(("gateway",), "it runs around everything that clients ask"),
    "register_routes": Door(("gateway",), "it answers requests on the port that people use"),
    "register_cli": Door(("cli",), "it runs with the rights of whoever types"),
    "register_health_checks": Door(SERVICES, "it runs in every service, also beside the session of the site"),
    "on_event": Door(("gateway",), "it hears everything that happens"),
}


def refusal(hook: str) -> str:
    """What a drop-in file is told that uses *hook* and may not; empty when it may."""
    door = DOORS[hook]
    if door.dropin:
        return ""
    return f"{hook} is closed to drop-in files because {door.why_not}: only an installed package named in BIDWRIGHT_PLUGINS may use it"


def unsupported(said: object) -> str:
    """Why a plugin that says ``BIDWRIGHT_API = said`` cannot be used; empty when it can."""
    if type(said) is int and said in SUPPORTED:
        return ""
    offered = ", ".join(map(str, sorted(SUPPORTED)))
    return f'it asks for BIDWRIGHT_API {said!r} and this Bidwright offers {offered}; see "The interface\'s version" in {PAGE}'
