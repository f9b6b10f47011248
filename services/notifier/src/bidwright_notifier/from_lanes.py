"""The screens as channels see them: out of their threads, back into the notifier's own loop, where the store's connections are."""

from __future__ import annotations

import asyncio

from bidwright import Notice, Screens


class FromLanes:
    """
    Screens that may be used in any thread. Made in the loop in which *screens* work.
    """

    def __init__(self, screens: Screens) -> None:
        self._screens, self._home = screens, asyncio.get_running_loop()

    async def show(self, notice: Notice) -> int:
        """Show *notice* and give on how many screens."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._show(notice), self._home))

    async def _show(self, notice: Notice) -> int:
        return await self._screens.show(notice)
