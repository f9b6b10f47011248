"""A sale as a page sees it: many lots that close one after another, and somebody bids on one of them so many times a second."""

import asyncio
import time

from gateway import RATES, SITE

from bidwright.transitions import Transitions

_FIRST_PRICE, _FIRST_CLOSE_MS, _NEXT_CLOSE_MS, _MOVED_MS = 1400, 120_000, 10_000, 7_200_000
_LOOK_MS = 1200


class Sale:
    """
    Lots in the order in which they close, the first two minutes after *open*, each ten seconds after the one before. A bid raises its
    lot by a dollar and leaves its close alone, as on the site far from the close. A lot whose time is over is read twice, and has ended.
    """

    def __init__(self, t: Transitions, lots: int) -> None:
        self._t = t
        self.ids = [str(70_000_000 + n) for n in range(lots)]
        self._price = dict.fromkeys(self.ids, _FIRST_PRICE)
        self._close: dict[str, int] = {}
        self._open: list[str] = []
        self._turn = self._looked = 0

    async def open(self) -> None:
        """Watch all of them, a third armed, in dry run; each has been read once."""
        began = await self._t.stamp() + _FIRST_CLOSE_MS
        self._close = {lot: began + n * _NEXT_CLOSE_MS for n, lot in enumerate(self.ids)}
        for n, lot in enumerate(self.ids):
            await self._t.watch(lot, {"cap": 4000 + n % 80 * 100, **RATES, "strategy": "sniping", "armed": int(n % 3 == 0), "mode": "dry"})
            await self._read(lot, await self._t.stamp())
        self._open = list(self.ids)

    async def bid(self, *, moves_close: bool = False) -> None:
        """
        One bid, on every seventh lot in turn. *moves_close*: its lot closes in two hours then, so that the list has another order after
        every bid; no sale does that, and it is the dearest that a page can be shown.
        """
        now = await self._t.stamp()
        await self._end(now)
        lot = self._open[self._turn % len(self._open)]
        self._turn += 7
        self._price[lot] += 100
        if moves_close:
            self._close[lot] = now + _MOVED_MS
        await self._read(lot, now)

    async def bids(self, per_second: float, stop: asyncio.Event, *, closes_move: bool = False) -> float:
        """Bid until *stop*; how many there were a second."""
        began, n = time.perf_counter(), 0
        while not stop.is_set():
            await self.bid(moves_close=closes_move)
            n += 1
            await asyncio.sleep(max(0.0, began + n / per_second - time.perf_counter()))
        return n / (time.perf_counter() - began)

    async def _end(self, now: int) -> None:
        """The lot that closes next ends when its time is over: that is believed of a second read, a second later."""
        first = self._open[0]
        if now < max(self._close[first], self._looked + _LOOK_MS):
            return
        await self._read(first, now)
        if self._looked:
            del self._open[0]
        self._looked = 0 if self._looked else now

    async def _read(self, lot: str, now: int) -> None:
        price, close = self._price[lot], self._close[lot]
        status, count = "closed" if close <= now else "open", str((price - _FIRST_PRICE) // 100)
        shown = {"title": "Cordless lamp 18V, open box", "url": f"{SITE}/p/lamp/{lot}", "bid_count": count, "retail": "6950"}
        shown |= {"image": "https://example.invalid/lamp.jpg", "location_name": "Phoenix", "location_id": "7"}
        read = {"read_started": now, "next_bid": price + 100, "price": price, "close": close}
        await self._t.observe(lot, leading=False, status=status, shown=shown, **read)
