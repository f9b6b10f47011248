"""Wrapping: what installed plugins put around strategies."""

from __future__ import annotations

from bidwright import Clock, Strategy, Subject, Toggle
from bidwright.plugins import Plugins
from bidwright.proper import unusable
from bidwright.runtime.toggles import Toggles
from bidwright.runtime.wrapping import wrapped

_MOST = 100
"""Foreign strategies come as a new object per answer: they need not be kept."""


class Wrapping:
    """
    Asks each plugin's ``wrap_strategy``, anew after any toggle's change. It is what they are told is around them.
    """

    def __init__(self, plugins: Plugins, toggles: Toggles, clock: Clock) -> None:
        self.clock = clock
        self._plugins, self._toggles = plugins, toggles
        self.any = bool(plugins.implementations("wrap_strategy"))
        """Whether there is anything that wraps."""
        self._wrapped: dict[int, tuple[Strategy, Strategy]] = {}
        self._built_at = -1

    def is_on(self, toggle: Toggle, subject: str | Subject = "") -> bool:
        """Whether *toggle* is on."""
        return self._toggles.is_on(toggle, subject)

    def may_be_on(self, toggle: Toggle) -> bool:
        """Whether *toggle* is on for any lot at all."""
        return self._toggles.may_be_on(toggle)

    def around(self, strategy: Strategy) -> Strategy:
        """*strategy* with everything around it; the same object until a toggle changes."""
        if self._built_at != self._toggles.changes:
            self._wrapped, self._built_at = {}, self._toggles.changes
        known = self._wrapped.get(id(strategy))
        if known is None or known[0] is not strategy:
            if len(self._wrapped) > _MOST:
                self._wrapped.clear()
            outermost, _ = wrapped(self._plugins, "wrap_strategy", strategy, self, called="strategy", unusable=unusable)
            known = self._wrapped[id(strategy)] = (strategy, outermost)
        return known[1]
