"""Toggles as a running service sees them: live values in Redis, looked at four times a second, over the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, cast

from redis.client import NEVER_DECODE
from redis.exceptions import RedisError

from bidwright import Clock, Subject, Toggle
from bidwright.errors import StoreDown
from bidwright.plugins import Plugins
from bidwright.records import LotRecord
from bidwright.runtime.logging import get_logger
from bidwright.toggle import STATE_MACHINE, Verdict, evaluate, may_be_on, said
from bidwright.toggle_value import LONGEST
from bidwright.transitions import Transitions

log = get_logger(__name__)
KEYS = "feature:"
LOOK_S = 0.25
"""Pause between two looks at the live values: what is set holds everywhere well within a second."""
_FRESH_S = 0.2
_MOST_LOTS = 10_000
_NO_TEXT = "(no text)"
"""Stands for a key of another type than text; no toggle can read it."""
_LOOK = """
local found = {}
for n = 2, #ARGV do
  local text = redis.pcall('GETRANGE', ARGV[n], 0, ARGV[1])
  found[n - 1] = type(text) == 'string' and text
end
return found
"""
"""
The beginnings of all values in one command: a third of what as many commands cost, in every process four times a second.

The keys are plain arguments: naming them as keys would ask for the right to write them, which services do not have.
"""


class Toggles:
    """
    The switches that plugins declared, and the locked one. *changes* counts how often a live value changed.
    """

    def __init__(
        self, transitions: Transitions, clock: Clock, known: Iterable[Toggle], *, env: Mapping[str, str] | None = None, keys: str = KEYS
    ) -> None:
        self._transitions, self._redis = transitions, cast("Any", transitions.redis if transitions else None)
        self._clock, self.keys = clock, keys
        self._env = os.environ if env is None else env
        self._live: dict[str, str | None] = {}
        self._entered: dict[str, str | None] = {}
        self._lots: dict[str, Subject] = {}
        self._warned: set[str] = set()
        self.known(known)
        self.changes = 0

    def __iter__(self) -> Iterator[Toggle]:
        return iter(self._known.values())

    def get(self, name: str) -> Toggle | None:
        """The switch called *name*, by its own name or its variable's; None when nobody declared it."""
        return self._known.get(name) or self.by_env.get(name)

    @property
    def by_env(self) -> dict[str, Toggle]:
        """The declared ones by the names of their variables."""
        return {toggle.env: toggle for toggle in self._known.values()}

    @property
    def looked(self) -> bool:
        """Whether Redis was asked at all."""
        return bool(self._live)

    def known(self, toggles: Iterable[Toggle]) -> None:
        """From now on these are the switches there are."""
        self._known = {toggle.name: toggle for toggle in (*toggles, STATE_MACHINE)}
        self._looked = float("-inf")
        self._found: tuple[list[bytes | None], date] | None = None
        """What the last look found, and on which day, once everything that follows from it was done."""

    def live(self, toggle: Toggle) -> str | None:
        """What the live key held at the last look; None for nothing."""
        return self._live.get(toggle.name)

    def env(self, toggle: Toggle) -> str | None:
        """What the environment of this process says."""
        return self._env.get(toggle.env)

    def meet(self, lot: LotRecord) -> None:
        """Remember what rules may ask about *lot*: plugins name it by its id alone."""
        if len(self._lots) >= _MOST_LOTS:
            self._lots.clear()
        self._lots[lot.id] = subject_of(lot)

    async def refresh(self, *, at_once: bool = False) -> bool:
        """
        Look the live values up if the last look is old, or *at_once*, and enter what was set by hand in the audit. True when one changed.

        Raises redis errors: the last known values stand.
        """
        if not at_once and self._clock.monotonic() - self._looked < _FRESH_S:
            return False
        names = list(self._known)
        found = await self._values(names)
        self._looked, today = self._clock.monotonic(), self._clock.now().date()
        if self._found == (found, today):
            return False
        self._found = None
        live = dict(zip(names, map(_text, found), strict=True))
        changed = any(live[name] != self._live.get(name) for name in names)
        for name in names if self.looked else ():
            if live[name] != self._live.get(name):
                log.info("toggle.flipped", toggle=name, was=self._live.get(name), now=live[name])
        self._live = live
        self.changes += changed
        self._warn(today)
        with suppress(RedisError, StoreDown):  # the value holds all the same; it is entered after the next look
            await self._enter()
            self._found = found, today
        return changed

    async def _enter(self) -> None:
        """Have what was set by hand entered in the audit."""
        for name, value in self._live.items():
            if name not in self._entered or self._entered[name] != value:
                await self._transitions.toggle_seen(name, keys=self.keys)
                self._entered[name] = value

    async def _values(self, names: list[str]) -> list[bytes | None]:
        """The values, whatever somebody put there: nothing is empty, None is no text."""
        keys = [self.keys + name for name in names]
        found: list[bytes | None] = await self._redis.execute_command("EVAL", _LOOK, 0, LONGEST, *keys, **{NEVER_DECODE: []})
        return found

    def verdict(self, toggle: Toggle, subject: str | Subject = "") -> Verdict:
        """What holds for *subject* (a lot, or its id), and why. A toggle that no loaded plugin declared is evaluated all the same."""
        if toggle.money and toggle.name not in self._live and not toggle.locked:
            return Verdict(on=False, reason="unread: Redis was not asked yet", variant=toggle.choices[0])
        who = self._lots.get(subject, subject) if isinstance(subject, str) else subject
        return evaluate(toggle, live=self._live.get(toggle.name), env=self._env.get(toggle.env), subject=who)

    def is_on(self, toggle: Toggle, subject: str | Subject = "") -> bool:
        """Whether it is on for *subject*."""
        return self.verdict(toggle, subject).on

    def may_be_on(self, toggle: Toggle) -> bool:
        """Whether there may be a lot for which it is on."""
        return may_be_on(toggle, live=self._live.get(toggle.name), env=self._env.get(toggle.env))

    def troubles(self, toggle: Toggle) -> list[str]:
        """What cannot be read of *toggle*, and what stands in for it; empty when all is well."""
        found = []
        for where, text in ((self.keys + toggle.name, self.live(toggle)), (f"the variable {toggle.env}", self.env(toggle))):
            if why := toggle.trouble(text):
                stands = "off stands in, since money moves by it" if toggle.money else "it counts as not set"
                found.append(f"{where} holds no value of this toggle ({why}); {stands}")
        return found

    def _warn(self, today: date) -> None:
        """Say once each way what cannot be read, what is switched that cannot be, and whose review is due."""
        found = {sentence for toggle in self for sentence in self.troubles(toggle)}
        found |= {f"{toggle.name} is locked and stays on: {toggle.locked}" for toggle in self if toggle.locked and said(self.live(toggle))}
        found |= {f"the review of {toggle.name} was due on {toggle.review}; ask {toggle.owner}" for toggle in self if toggle.stale(today)}
        for sentence in sorted(found - self._warned):
            log.warning("toggle.doubtful", why=sentence)
        for sentence in sorted(self._warned - found):
            log.info("toggle.settled", was=sentence)
        self._warned = found


def subject_of(lot: LotRecord) -> Subject:
    """A lot as rules see it."""
    return Subject(lot.id, lot.strategy, lot.shown.get("location_name", ""), lot.mode)


def _text(value: bytes | None) -> str | None:
    return _NO_TEXT if value is None else value.decode("utf-8", "replace") or None


def declared(plugins: Plugins) -> list[Toggle]:
    """The toggles of all loaded plugins; a second one of the same name is a problem of its plugin."""
    found = plugins.collect("register_toggles", lambda thing: None if isinstance(thing, Toggle) else f"{thing!r} is no Toggle")
    return [cast("Toggle", thing) for thing, _ in found.values()]
