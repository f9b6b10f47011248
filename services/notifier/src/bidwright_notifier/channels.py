"""Channels: where notices go, chosen by the addresses in the settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from bidwright import Notifier, Screens
from bidwright.errors import PluginError
from bidwright.plugins import Plugins
from bidwright.runtime.logging import get_logger, hide
from bidwright.runtime.notices.lanes import Told
from bidwright.runtime.notices.secrecy import cleaner

log = get_logger(__name__)
LOG = "log"
_SETTING = "BIDWRIGHT_NOTIFY_URLS"
_NAMED = re.compile(r"(?:([A-Za-z0-9-]+)=)?([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Channel:
    """
    A notifier and the address it sends to. *key* is its name in rules, in the outbox and on the page; it says nothing of the address.
    """

    key: str
    notifier: Notifier
    address: str = field(repr=False)

    @property
    def told(self) -> Told:
        """What may be told of it."""
        return Told(self.key, self.notifier.name, self.notifier.description)


def choose(plugins: Plugins, addresses: Sequence[str], screens: Screens) -> list[Channel]:
    """
    The channels that *addresses* name, each by the name before ``=``, else by its plugin's word, counted where there are several; the log
    when they name none that is there.

    What cannot be used is left out and noted as a problem: a wrong address never keeps the notifier from telling the others.
    """
    hide(cleaner(addresses))
    plugins.problems[:] = [problem for problem in plugins.problems if problem.plugin != _SETTING]
    offered = plugins.collect("register_notifiers", _no_notifier, given={"screens": screens})
    found = {name: cast("Notifier", thing) for name, (thing, _) in offered.items()}
    chosen: dict[str, Channel] = {}
    for number, given in enumerate(dict.fromkeys(addresses), 1):
        try:
            channel = _channel(number, given, found, chosen)
        except PluginError as error:
            plugins.problems.append(error)
        else:
            chosen[channel.key] = channel
    if not chosen and LOG in found:
        chosen[LOG] = Channel(LOG, found[LOG], f"{LOG}:")
    for problem in plugins.problems:
        log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)
    return list(chosen.values())


def _channel(number: int, given: str, found: dict[str, Notifier], taken: dict[str, Channel]) -> Channel:
    """The channel of one address. Raises PluginError; the rest of the address may hold a password, so it is never quoted."""
    place, match = f"address {number}", _NAMED.match(given)
    if match is None:
        raise PluginError(_SETTING, f"{place} begins with no channel's name and colon, such as log: or webhook:https://…")
    label, word, address = match[1] or "", match[2], given[match.start(2) :]
    notifier = found.get(word)
    if notifier is None:
        notifier = next((one for one in found.values() if getattr(one, "takes_any", False)), None)
    if notifier is None:
        raise PluginError(_SETTING, f"{place}: there is no channel {word!r}; there is: {', '.join(sorted(found)) or 'none'}")
    try:
        check = getattr(notifier, "check", None)
        why = check(address) if callable(check) else None
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its own fault, never ours
        why = f"it cannot be checked ({type(error).__name__})"
    if why:
        raise PluginError(_SETTING, cleaner([address])(f"{place} ({word}): {why}"))
    if label and not _NAME.fullmatch(label):
        raise PluginError(_SETTING, f"{place}: its name before = may have lower-case letters, digits and hyphens, at most 32")
    if label and label in taken:
        raise PluginError(_SETTING, f"{place}: the name {label!r} is taken; give each address its own")
    return Channel(label or _free(notifier.name, taken), notifier, address)


def _free(word: str, taken: dict[str, Channel]) -> str:
    name, n = word, 1
    while name in taken:
        n += 1
        name = f"{word}-{n}"
    return name


def _no_notifier(thing: object) -> str | None:
    usable = callable(getattr(thing, "send", None)) and isinstance(getattr(thing, "name", None), str)
    if not usable:
        return f"{thing!r} is no notifier"
    name = str(thing.name)  # type: ignore[attr-defined]
    return None if _NAME.fullmatch(name) else f"{name!r} is no channel's name: lower-case letters, digits and hyphens, at most 32"
