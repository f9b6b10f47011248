"""The chain of what plugins put around clients' orders. Whatever one does there, each order is carried out once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bidwright.around import Around
from bidwright.order import Order
from bidwright.plugins import Plugins
from bidwright.runtime.once_chain import OnceChain
from bidwright.trace import Trace

T = TypeVar("T")
_ID = re.compile(r"(?<=/)(?=[^/]*[0-9])[^/]+")
_LOT = re.compile(r"/(?:auctions|lots)/([0-9]{1,18})(?:/|$)")


class OrderChain(OnceChain):
    """
    Asks each plugin's ``wrap_order``.
    """

    def __init__(self, plugins: Plugins, around: Around) -> None:
        super().__init__("wrap_order", "take", plugins, around)

    async def request(self, method: str, path: str, traceparent: str, do: Callable[[], Awaitable[T]]) -> T:
        """Carry out what a request asks."""
        if not self.names:
            return await do()
        found = _LOT.search(path)
        order = Order(f"{method} {_ID.sub('{}', path)}"[:200], found[1] if found else "", Trace.read(traceparent))
        return await self.through(order, do)

    async def message(self, kind: str, lot_id: str, do: Callable[[], Awaitable[T]]) -> T:
        """Carry out what a message over the WebSocket asks."""
        return await self.through(Order(f"WS {kind}", lot_id), do) if self.names else await do()
