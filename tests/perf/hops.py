"""
Where the time goes, hop by hop: orders by hand, decisions of plans, rivals' bids and ends on the screens, taken apart by their traces.

``python tests/perf/hops.py`` takes some eight minutes and writes ``bench/results/hops.json``. Traces are on for every lot, which costs some
25 µs a span. What is heard live has no trace: its hops are told by the site's ledger, an ear of our own on the site's live events, the
event's place in the log, and the frame. The simulated site ends a lot at its next tick, up to 50 ms after its close.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from kit import dice, percentile, told
from scale import Scene, Screen, rivals, wait_for
from spans import Span, Spans, own_times

from bidwright.event import Event
from bidwright.runtime import streams
from bidwright.runtime.store import connect
from bidwright.trace import Trace

FAR_S, SPACING_S = 7200, 5
NEAR_CLOSE_S, NEAR_SPACING_S = 60, 2
PLANNED_CLOSE_S, PLANNED_SPACING_S = 45, 1.5
MARGIN_S = 60
RIVALS_AFTER_S = 3
LIVE = ("site tells it", "nellis-proxy, poller, HEAR", "event log, gateway, WebSocket")
Asked = argparse.Namespace
Times = dict[str, tuple[float, float]]


def arguments() -> Asked:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    ask.add_argument("--lots", type=int, default=100, help="lots far from their close; each is watched, refreshed and bid on by hand once")
    ask.add_argument("--near", type=int, default=20, help="lots heard live, on which rivals bid, and whose ends are timed")
    ask.add_argument("--planned", type=int, default=50, help="armed lots, each bid on by its plan")
    ask.add_argument("--clients", type=int, default=10)
    ask.add_argument("--bids", type=int, default=300, help="rivals' bids")
    ask.add_argument("--per-second", type=float, default=5, help="rivals' bids a second")
    ask.add_argument("--pause", type=float, default=0.5, help="seconds between two orders of ours, on average")
    ask.add_argument("--beside", default="nothing that is known", help="what else ran on the machine: kept with the figures")
    return ask.parse_args()


class Ear:
    """
    Listens to the site's live events of one lot, as nellis-proxy does, and notes when each arrives (Unix seconds).
    """

    def __init__(self, scene: Scene, lot: str) -> None:
        self._scene, self._lot = scene, lot
        self.prices: dict[int, float] = {}
        """By dollars."""
        self.closed = 0.0

    async def listen(self) -> None:
        """Listen until cancelled."""
        address, kind = f"{self._scene.site}/live-products", ""
        async with self._scene.http.stream("GET", address, params={"productId": self._lot}, timeout=None) as stream:
            async for line in stream.aiter_lines():
                at, (field, _, value) = time.time(), line.partition(": ")
                if field == "event":
                    kind = value.partition(":")[0]
                elif field == "data" and kind == "ch_product_closed":
                    self.closed = self.closed or at
                elif field == "data" and kind == "ch_product_bids":
                    self.prices.setdefault(json.loads(value)["currentPrice"], at)
                elif not line:
                    kind = ""


class Table:
    """
    What each kind of order came to: its total and the own time of each hop.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, list[tuple[float, Times]]] = defaultdict(list)
        self.left_out: dict[str, int] = defaultdict(int)
        """Orders whose traces have a gap."""

    def add(self, kind: str, whole: Span, hops: Times) -> None:
        """One order."""
        self._kinds[kind].append((whole.ended - whole.began, hops))

    def rows(self) -> list[dict[str, Any]]:
        """The total of each kind, then its hops in the order in which they happen; share: of the mean total."""
        rows = []
        for kind, orders in self._kinds.items():
            totals = [total for total, _ in orders]
            rows.append(_row(kind, "total", totals, sum(totals)))
            hops: dict[str, list[tuple[float, float]]] = defaultdict(list)
            for _, times in orders:
                for name, one in times.items():
                    hops[name].append(one)
            for name, found in sorted(hops.items(), key=lambda hop: percentile([first for _, first in hop[1]], 50)):
                rows.append(_row(kind, name, [own for own, _ in found], sum(totals)))
        return rows


def _row(kind: str, hop: str, seconds: list[float], of_s: float) -> dict[str, Any]:
    ms = {f"p{p} ms": round(percentile(seconds, p) * 1e3, 2) for p in (50, 95, 99)}
    return {"order": kind, "hop": hop, "n": len(seconds), **ms, "share %": round(100 * sum(seconds) / of_s, 1)}


class Bench:
    """
    One installation with traces on, and what was found there.
    """

    def __init__(self, scene: Scene, asked: Asked) -> None:
        self.scene, self.asked = scene, asked
        self.spans = Spans(scene.folder / "data")
        self.table, self.rng = Table(), dice(2)
        self.orders: list[tuple[str, Span]] = []
        self.refused: dict[str, int] = defaultdict(int)

    # ---- orders of ours ------------------------------------------------------------------------------------------------------

    async def order(self, kind: str, path: str, body: dict[str, Any] | None = None) -> None:
        """One request, the beginning of its trace; then a pause that keeps no step with anybody's."""
        trace, began = Trace.begun(), time.time()
        headers = {"traceparent": trace.header}
        answer = await self.scene.http.post(f"{self.scene.gateway}/api/auctions/{path}", json=body or {}, headers=headers)
        if answer.is_success:
            self.orders.append((kind, Span("client and HTTP", began, time.time(), trace.span, trace=trace.id)))
        else:
            self.refused[f"{kind}: {answer.status_code} {answer.json().get('error', '')[:80]}"] += 1
        await asyncio.sleep(self.asked.pause * self.rng.uniform(0.5, 1.5))

    async def by_hand(self) -> None:
        """Lots far from their close: each watched, refreshed, bid on."""
        order = {"count": self.asked.lots, "first_close_s": FAR_S, "spacing_s": SPACING_S, "rivals": []}
        lots = {str(lot["id"]): lot for lot in (await self.scene.sim("lots", order))["lots"]}
        config = {"maxBid": 25, "strategy": "manual", "autoBid": False}
        for lot in lots:
            await self.order("watch", f"{lot}/monitor", {"config": config})
        for lot in lots:
            await self.order("refresh", f"{lot}/refresh")
        next_bids = {lot["id"]: lot["data"]["nextBid"] for lot in await self.scene.auctions() if lot["data"]}
        for lot in lots:
            await self.order("bid by hand", f"{lot}/bid", {"amount": next_bids[lot]})

    def take_apart_orders(self) -> None:
        """By kind of order: the span whose end it waits for, where it waits for another service at all."""
        waits: dict[str, tuple[str, ...]] = {"bid by hand": ("store.settle",), "refresh": ("store.observe", "store.show")}
        for kind, client in self.orders:
            found = self.spans.by_trace[client.trace]
            top = next((span for span in found if span.name == "gateway.order"), None)
            answers = [span for span in found if span.name in waits.get(kind, ()) and span.ended < client.ended]
            if top is None or (kind in waits and not answers):
                self.table.left_out[kind] += 1
                continue
            answer = min(answers, key=lambda span: span.ended) if answers else top
            way = [top, *self.spans.way(top, answer)]
            if answers:
                way.append(Span("until the gateway hears and answers", answer.ended, top.ended))
            self.table.add(kind, client, own_times(way, client, self.spans.called))

    # ---- what is heard -------------------------------------------------------------------------------------------------------

    async def heard(self) -> list[dict[str, Any]]:
        """Rivals bid on lots that are heard live, then these end; gives what the site's ledger has of it."""
        scene, asked = self.scene, self.asked
        last_s = asked.bids / asked.per_second + NEAR_CLOSE_S
        order = {"count": asked.near, "first_close_s": last_s, "spacing_s": NEAR_SPACING_S, "rivals": []}
        self.near = {str(lot["id"]): lot["price"] for lot in (await scene.sim("lots", order))["lots"]}
        self.ears = {lot: Ear(scene, lot) for lot in self.near}
        listening = [asyncio.create_task(ear.listen()) for ear in self.ears.values()]
        await scene.watch(list(self.near), armed=False)

        async def streamed() -> bool:
            return bool((await scene.sim("state"))["streams"] >= 2 * asked.near)

        await wait_for(streamed, MARGIN_S, "live events did not come up")
        self.screens = [Screen(scene.gateway) for _ in range(asked.clients)]
        following = [asyncio.create_task(screen.follow()) for screen in self.screens]
        await asyncio.sleep(RIVALS_AFTER_S)
        summary = (await scene.sim("summary"))["lots"]
        await rivals(scene, {str(lot["id"]): lot["price"] for lot in summary if str(lot["id"]) in self.near}, asked)

        async def ended() -> bool:
            return all(screen.ended.keys() >= self.near.keys() for screen in self.screens)

        await wait_for(ended, last_s + asked.near * NEAR_SPACING_S + MARGIN_S, "some ends were not told")
        for task in (*following, *listening):
            task.cancel()
        await asyncio.gather(*following, *listening, return_exceptions=True)
        self.closes = {str(lot["id"]): lot["close"] / 1000 for lot in (await scene.sim("summary"))["lots"]}
        answer = await scene.http.get(f"{scene.site}/__sim/ledger", params={"what": "bid", "limit": 50_000})
        bids: list[dict[str, Any]] = answer.raise_for_status().json()["entries"]
        return bids

    def take_apart_heard(self, events: list[Event], bids: list[dict[str, Any]]) -> None:
        """A rival's bid on each screen by three clocks' words, an end by the trace of the look that told it."""
        stored: dict[tuple[str, int], float] = {}
        for event in events:
            at = streams.place(event.id)[0] / 1000
            if event.kind == "lot.heard":
                stored.setdefault((event.lot_id, int(event.changes[f"lot:{event.lot_id}"]["heard"]) // 100), at)
            elif event.kind == "lot.closed" and event.lot_id in self.near:
                self._end(event)
        made: dict[tuple[str, int], float] = {}
        for bid in bids:
            made.setdefault((str(bid["lot"]), bid["price"]), bid["t"] / 1000)
        for (lot, price), at in stored.items():
            told_at = self.ears[lot].prices.get(price) if lot in self.ears else None
            if told_at is None or (lot, price) not in made:
                continue
            for screen in self.screens:
                if (lot, price) in screen.live:
                    whole = Span("rival", made[lot, price], screen.live[lot, price])
                    moments = (whole.began, max(whole.began, told_at), max(told_at, at), whole.ended)
                    hops = {name: (end - begin, begin - whole.began) for name, (begin, end) in zip(LIVE, pairwise(moments), strict=True)}
                    self.table.add("rival's bid to a screen", whole, hops)

    def _end(self, event: Event) -> None:
        trace = Trace.read(event.trace)
        told_by = self.spans.by_id.get(trace.span) if trace else None
        look = next((span for span in self.spans.above(told_by) if span.name.endswith(".look")), None) if told_by else None
        told_at = self.ears[event.lot_id].closed
        if told_by is None or look is None or not 0 < told_at <= look.began:
            self.table.left_out["end"] += 1
            return
        for screen in self.screens:
            whole = Span("end", self.closes[event.lot_id], screen.ended[event.lot_id])
            way = [
                Span("site tells it", whole.began, told_at),
                Span("nellis-proxy, poller, until poller.look begins", told_at, look.began),
                look,
                *self.spans.way(look, told_by),
                Span(LIVE[-1], told_by.ended, whole.ended),
            ]
            self.table.add("close to 'ended' on a screen", whole, own_times(way, whole, self.spans.called))

    # ---- plans ---------------------------------------------------------------------------------------------------------------

    async def planned(self) -> None:
        """Armed lots that nobody else wants: each is bid on at the instant of its plan."""
        asked = self.asked
        order = {"count": asked.planned, "first_close_s": PLANNED_CLOSE_S, "spacing_s": PLANNED_SPACING_S, "rivals": []}
        self.armed = [str(lot["id"]) for lot in (await self.scene.sim("lots", order))["lots"]]
        await self.scene.watch(self.armed)
        await asyncio.sleep(PLANNED_CLOSE_S + asked.planned * PLANNED_SPACING_S + RIVALS_AFTER_S)

    def take_apart_plans(self) -> None:
        """From the planned instant to RESERVE, and to the end of the answer: what the look waited for before is no delay."""
        decided = set()
        waits = (span for span in self.spans.by_id.values() if span.name == "bidder.wait")
        for wait in sorted(waits, key=lambda span: span.began, reverse=True):  # of two for one bid, the last
            look = self.spans.by_id.get(wait.parent)
            if look is None or look.details.get("lots") not in self.armed:
                continue
            after = [span for span in self.spans.within(look) if span.began >= wait.ended]
            reserve = next((span for span in sorted(after, key=lambda span: span.began) if span.name == "store.reserve"), None)
            settle = next((span for span in after if span.name == "store.settle"), None)
            if reserve is None or settle is None or reserve.id in decided:
                continue
            decided.add(reserve.id)
            instant = datetime.fromisoformat(wait.details["until"]).timestamp()
            for kind, end in (("planned to reserved", reserve), ("planned to answered", settle)):
                whole = Span(kind, min(instant, end.ended), end.ended)
                self.table.add(kind, whole, own_times([look, *self.spans.way(look, end)], whole, self.spans.called))
        self.table.left_out["plan"] = len(self.armed) - len(decided)


async def measure(asked: Asked, scene: Scene) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One run; the rows, and the rest."""
    bench = Bench(scene, asked)
    following = asyncio.create_task(bench.spans.follow())
    await scene.http.post(f"{scene.gateway}/api/auth", json={"cookies": (await scene.sim("session", {}))["cookie"]})
    await bench.by_hand()
    bids = await bench.heard()
    await bench.planned()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    bench.spans.read()
    store = json.loads(next((scene.folder / "data").glob("**/run.json")).read_text())["store"]
    redis = connect(store)
    events = [event async for some in streams.since(redis, after="0-0") for event in some]
    await redis.aclose()
    bench.take_apart_orders()
    bench.take_apart_heard(events, bids)
    bench.take_apart_plans()
    asked_of_site = (await scene.sim("summary"))["requests_by_kind"]
    return bench.table.rows(), {
        "left out: no whole trace": dict(bench.table.left_out),
        "orders refused": dict(bench.refused),
        "spans": len(bench.spans.by_id),
        "requests, those of our own ears included": asked_of_site,
    }


def main() -> None:
    """Run, print, keep."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="bidwright-hops-") as folder:
        scene = Scene(Path(folder))
        scene.env |= {"ENABLE_DISTRIBUTED_TRACING": "true", "BIDWRIGHT_BUDGET_TOTAL_DOLLARS": "20000"}

        async def whole() -> tuple[list[dict[str, Any]], dict[str, Any]]:
            scene.begin()
            try:
                return await measure(asked, scene)
            finally:
                await scene.end()

        rows, rest = asyncio.run(whole())
    told("hops", vars(asked), rows, **rest)


if __name__ == "__main__":
    sys.exit(main())
