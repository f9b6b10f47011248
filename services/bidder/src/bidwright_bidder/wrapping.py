"""Wrapping: what installed plugins put around strategies."""

from __future__ import annotations

from typing import cast

from bidwright import Clock, Strategy, Toggle
from bidwright.plugins import Plugins, where
from bidwright.proper import unusable
from bidwright.runtime.logging import get_logger
from bidwright.runtime.toggles import Toggles

log = get_logger(__name__)


class Wrapping:
    """
    Asks each plugin's ``wrap_strategy``, anew after any toggle's change. It is what they are told is around them.
    """

    def __init__(self, plugins: Plugins, toggles: Toggles, clock: Clock) -> None:
        self.clock = clock
        self._implementations = plugins.manager.hook.wrap_strategy.get_hookimpls()
        self._toggles = toggles
        self._wrapped: dict[int, tuple[Strategy, Strategy]] = {}
        self._built_at = -1

    @property
    def any(self) -> bool:
        """Whether there is anything that wraps."""
        return bool(self._implementations)

    def is_on(self, toggle: Toggle, subject: str = "") -> bool:
        """Whether *toggle* is on."""
        return self._toggles.is_on(toggle, subject)

    def around(self, strategy: Strategy) -> Strategy:
        """*strategy* with everything around it; the same object until a toggle changes."""
        if self._built_at != self._toggles.changes:
            self._wrapped, self._built_at = {}, self._toggles.changes
        known = self._wrapped.get(id(strategy))
        if known is None or known[0] is not strategy:
            if len(self._wrapped) > _MOST:
                self._wrapped.clear()
            known = self._wrapped[id(strategy)] = (strategy, self._build(strategy))
        return known[1]

    def _build(self, strategy: Strategy) -> Strategy:
        whole = strategy
        for implementation in self._implementations:
            given = {"strategy": whole, "around": self}
            try:
                made = implementation.function(*(given[name] for name in implementation.argnames))
            except Exception as error:  # noqa: BLE001 - whatever it raises, this wrapping is left out until the next time
                log.warning("plugin.wrap_failed", plugin=implementation.plugin_name, strategy=strategy.name, why=where(error))
                continue
            if made is None:
                continue
            if why := unusable(made):
                log.warning("plugin.wrap_failed", plugin=implementation.plugin_name, strategy=strategy.name, why=why)
                continue
            whole = cast("Strategy", made)
        return whole


_MOST = 100
"""Foreign strategies come as a new object per answer: they need not be kept."""
