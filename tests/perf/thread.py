"""What a page's main thread does, read from Chromium itself: how busy it is, on two clocks, with what, and what memory the page holds."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, CDPSession, Page

KINDS = {
    "script": ("FunctionCall", "EvaluateScript", "TimerFire", "FireAnimationFrame", "RunMicrotasks", "EventDispatch", "v8.callFunction"),
    "style": ("UpdateLayoutTree",),
    "layout": ("Layout", "HitTest"),
    "paint": ("PrePaint", "Paint", "PaintImage", "Layerize", "UpdateLayer", "Commit"),
}
"""Events of Chromium's trace by what a person calls them. Reading a frame's JSON is script; what is named nowhere is *other*, such as
taking a message in."""
_CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8"]


@dataclass(frozen=True)
class Work:
    """
    Seconds until now: on the clock on the *wall*; the main thread's tasks by that clock (*busy*) and by its own processor time (*spent*),
    which other processes on the machine do not lengthen; the processor time of all of Chromium's processes (*chromium*).
    """

    wall: float
    busy: float
    spent: float
    chromium: float

    def since(self, other: "Work") -> "Work":
        """What came between."""
        return Work(*(now - then for now, then in zip(vars(self).values(), vars(other).values(), strict=True)))

    def and_(self, other: "Work") -> "Work":
        """Both stretches together."""
        return Work(*(one + more for one, more in zip(vars(self).values(), vars(other).values(), strict=True)))

    def percent(self, what: str) -> float:
        """*what* as a share of one core."""
        return round(100 * float(getattr(self, what)) / self.wall, 1)


class Watch:
    """
    Chromium's own counters of one page. Two sessions, since each counts on one clock.
    """

    def __init__(self, browser: CDPSession, wall: CDPSession, thread: CDPSession) -> None:
        self._browser, self._wall, self._thread = browser, wall, thread

    @classmethod
    async def on(cls, page: Page, browser: Browser) -> "Watch":
        """Begin to count what *page* does."""
        wall, thread = [await page.context.new_cdp_session(page) for _ in range(2)]
        await wall.send("Performance.enable", {"timeDomain": "timeTicks"})
        await thread.send("Performance.enable", {"timeDomain": "threadTicks"})
        return cls(await browser.new_browser_cdp_session(), wall, thread)

    async def work(self) -> Work:
        """What was done so far."""
        wall, thread = await _counters(self._wall), await _counters(self._thread)
        processes = (await self._browser.send("SystemInfo.getProcessInfo"))["processInfo"]
        return Work(wall["Timestamp"], wall["TaskDuration"], thread["TaskDuration"], sum(one["cpuTime"] for one in processes))

    async def memory(self) -> dict[str, float]:
        """What is held once garbage is collected: *heap* in bytes, *nodes*, *listeners*."""
        for _ in range(2):  # what the first round lets go of may have held nodes
            await self._wall.send("HeapProfiler.collectGarbage")
        found = await _counters(self._wall)
        return {"heap": found["JSHeapUsedSize"], "nodes": found["Nodes"], "listeners": found["JSEventListeners"]}


async def _counters(session: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}


async def started(browser: Browser, page: Page) -> None:
    """Begin to write down each thing the main thread does; this costs as well, so that the parts say more than their sum."""
    await browser.start_tracing(page=page, categories=_CATEGORIES)


async def kinds(browser: Browser) -> dict[str, float]:
    """Seconds of the main thread's processor time by kind of work since *started*."""
    named = {name: kind for kind, names in KINDS.items() for name in names}
    found = dict.fromkeys([*KINDS, "garbage", "other"], 0.0)
    for name, spent in _own(json.loads(await browser.stop_tracing())["traceEvents"]).items():
        found[named.get(name, "garbage" if "GC" in name else "script" if name.lower().startswith("v8") else "other")] += spent
    return found


def _own(events: list[dict[str, Any]]) -> dict[str, float]:
    """Seconds by name of event on the main thread that has most of them, each event without those inside it."""
    mains = {(one["pid"], one["tid"]) for one in events if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"}
    threads: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for one in events:
        if one["ph"] == "X" and (one["pid"], one["tid"]) in mains:
            threads[one["pid"], one["tid"]].append(one)
    found: dict[str, float] = defaultdict(float)
    around: list[dict[str, Any]] = []
    busiest = max(threads.values(), key=len) if threads else []
    for one in sorted(busiest, key=lambda one: (one["ts"], -one["dur"])):
        spent = one.get("tdur", one["dur"]) / 1e6
        while around and around[-1]["ts"] + around[-1]["dur"] <= one["ts"]:
            around.pop()
        if around:
            found[around[-1]["name"]] -= spent
        found[one["name"]] += spent
        around.append(one)
    return found
