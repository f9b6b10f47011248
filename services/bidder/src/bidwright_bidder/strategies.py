"""Strategies: those that plugins offer, asked under guard: whatever one does, the worst that comes of it is "hold"."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from bidwright import Decision, Hold, LotView, Params, Strategy
from bidwright.plugins import Plugins
from bidwright.proper import improper, unusable, wants_history
from bidwright.runtime.logging import get_logger

log = get_logger(__name__)
LIMIT_S = 0.25
"""How long a drop-in's decision may take."""
STRIKES = 3
"""A drop-in that overran this often is not asked any more until the next start."""
_STARTED_IN = "dropin:"


@dataclass(slots=True)
class Offered:
    """
    One strategy, who offers it, and how often it overran its time.
    """

    strategy: Strategy
    plugin: str
    overran: int = 0

    @property
    def trusted(self) -> bool:
        """Installed packages are named by the operator and run in the loop; drop-in files run beside it."""
        return not self.plugin.startswith(_STARTED_IN)


class Strategies:
    """
    Everything a lot's owner can choose from.
    """

    def __init__(self, plugins: Plugins) -> None:
        found = plugins.collect("register_strategies", unusable)
        self._offered = {name: Offered(cast("Strategy", thing), plugin) for name, (thing, plugin) in found.items()}
        self.problems = plugins.problems
        for problem in plugins.problems:
            log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)

    def __iter__(self) -> Any:
        return iter(self._offered.values())

    def version(self, name: str) -> str:
        """The version of the strategy *name*; empty when there is none."""
        offered = self._offered.get(name)
        return str(offered.strategy.version) if offered else ""

    def params(self, name: str, text: str) -> Params | Hold:
        """The owner's settings *text* (JSON) as the strategy's own model, or why it cannot be used."""
        offered = self._offered.get(name)
        if offered is None:
            there = ", ".join(sorted(self._offered))
            return Hold(f"there is no strategy {name!r}; there is: {there}" if name else f"no strategy is chosen; there is: {there}")
        try:
            given = json.loads(text) if text else {}
            return offered.strategy.params.model_validate(given)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors(include_url=False))
            return Hold(f"the settings of strategy {name} do not fit ({wrong})")
        except ValueError:
            return Hold(f"the settings of strategy {name} are not readable")

    def wants_history(self, name: str) -> bool:
        """Whether the strategy *name* asks to be shown the prices seen so far."""
        offered = self._offered.get(name)
        return offered is not None and wants_history(offered.strategy)

    def quarantined(self, name: str) -> str:
        """Why the strategy *name* is not asked any more; empty when it is."""
        offered = self._offered.get(name)
        if offered is None or offered.overran < STRIKES:
            return ""
        return f"strategy {name} ({offered.plugin}) took too long {STRIKES} times and is not asked any more; restart after mending it"

    async def decide(self, name: str, lot: LotView, now: datetime) -> Decision:
        """What the strategy *name* says about *lot*; anything that is no proper answer becomes Hold."""
        offered = self._offered[name]
        who = f"strategy {name} ({offered.plugin})"
        if why := self.quarantined(name):
            return Hold(why)
        try:
            answer = offered.strategy.decide(lot, now) if offered.trusted else await _beside(offered.strategy, lot, now)
        except TimeoutError:
            offered.overran += 1
            log.warning("strategy.overran", strategy=name, plugin=offered.plugin, limit_s=LIMIT_S, times=offered.overran)
            return Hold(f"{who} took longer than {LIMIT_S * 1000:.0f} ms to decide")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises means "hold"
            log.warning("strategy.failed", strategy=name, plugin=offered.plugin, error=repr(error))
            return Hold(f"{who} failed: {type(error).__name__}: {error}")
        if why := improper(answer):
            log.warning("strategy.improper", strategy=name, plugin=offered.plugin, why=why)
            return Hold(f"{who} gave no proper answer: {why}")
        return answer


async def _beside(strategy: Strategy, lot: LotView, now: datetime) -> Decision:
    """Ask in a thread of its own and wait no longer than the limit; a thread that hangs is left behind."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[Decision] = loop.create_future()

    def tell(answer: Any, error: Exception | None) -> None:
        if told.done():
            return
        if error is None:
            told.set_result(answer)
        else:
            told.set_exception(error)

    def ask() -> None:
        answer: Any = None
        wrong: Exception | None = None
        try:
            answer = strategy.decide(lot, now)
        except StopIteration as error:  # a future cannot carry it
            wrong = RuntimeError(f"StopIteration: {error}")
        except BaseException as error:  # noqa: BLE001 - also an exit ends only this thread
            wrong = error if isinstance(error, Exception) else RuntimeError(f"{type(error).__name__}: {error}")
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, answer, wrong)

    threading.Thread(target=ask, name=f"strategy-{strategy.name}", daemon=True).start()
    return await asyncio.wait_for(told, LIMIT_S)
