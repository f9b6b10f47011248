"""Channels: where notices go, chosen by the addresses in the settings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bidwright import Notifier
from bidwright.errors import PluginError
from bidwright.plugins import Plugins
from bidwright.runtime.logging import get_logger

log = get_logger(__name__)
LOG = "log"
_SETTING = "BIDWRIGHT_NOTIFY_URLS"


@dataclass(frozen=True, slots=True)
class Channel:
    """
    A notifier and the address it sends to. *key* remembers it in the outbox without giving the address away.
    """

    key: str
    notifier: Notifier
    address: str


def choose(plugins: Plugins, addresses: Sequence[str]) -> list[Channel]:
    """
    The channels that *addresses* name; the log when they name none that is there.

    What cannot be used is left out and noted as a problem: a wrong address never keeps the notifier from telling the log.
    """
    plugins.problems[:] = [problem for problem in plugins.problems if problem.plugin != _SETTING]
    found = {name: cast("Notifier", thing) for name, (thing, _) in plugins.collect("register_notifiers", _no_notifier).items()}
    chosen = []
    for address in addresses:
        name = address.split(":", 1)[0]
        if name in found:
            chosen.append(Channel(f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:8]}", found[name], address))
        else:  # the rest of the address may hold a password
            there = ", ".join(sorted(found)) or "none"
            plugins.problems.append(PluginError(_SETTING, f"there is no channel {name!r}; there is: {there}"))
    if not chosen and LOG in found:
        chosen = [Channel(LOG, found[LOG], f"{LOG}:")]
    for problem in plugins.problems:
        log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)
    return chosen


def _no_notifier(thing: object) -> str | None:
    usable = callable(getattr(thing, "send", None)) and isinstance(getattr(thing, "name", None), str)
    return None if usable else f"{thing!r} is no notifier"
