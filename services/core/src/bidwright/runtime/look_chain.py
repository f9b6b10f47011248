"""The chain of what plugins put around looks at lots. Whatever one does there, each look is made once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bidwright.around import Around
from bidwright.look import Look
from bidwright.plugins import Plugins
from bidwright.runtime.once_chain import OnceChain

T = TypeVar("T")


class LookChain(OnceChain):
    """
    Asks each plugin's ``wrap_look``.
    """

    def __init__(self, service: str, plugins: Plugins, around: Around) -> None:
        self._service = service
        super().__init__("wrap_look", "look_at", plugins, around)

    async def make(self, lot_ids: Sequence[str], do: Callable[[], Awaitable[T]]) -> T:
        """Do the look through everything that is around it, and give what it gave. Raises what it raised."""
        return await self.through(Look(self._service, lot_ids), do)
