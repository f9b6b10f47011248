"""
What the dashboard costs: its weight, its first paint, and the browser's main thread and memory with many lots and many updates a second.
Then the gateway is killed and started again: how soon the page says so, and how soon it is back.

``python tests/perf/page.py`` takes six minutes; ``--lots``, ``--per-second`` and ``--seconds`` change its size (``--seconds 600`` for what
memory does in ten minutes). It ends with 1 when a target is missed.
"""

import argparse
import asyncio
import functools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import thread
from gateway import SITE, TOKEN, calm
from kit import engine, free_port, told
from playwright.async_api import Browser, Page, async_playwright
from sale import Sale
from thread import Watch, Work

from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect as store_at
from bidwright.transitions import Transitions

MOST_BUSY, MOST_PAINT_MS, MOST_WEIGHT, MOST_SAYS_MS, MOST_GROWTH = 30, 1000, 150_000, 2000, 0.05
LOOKS, WARM_S, TRACED_S, HARD_S = 10, 150, 10, 20
Asked = argparse.Namespace


def arguments() -> Asked:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    ask.add_argument("--lots", type=int, default=1000)
    ask.add_argument("--per-second", type=float, default=100)
    ask.add_argument("--seconds", type=float, default=90)
    return ask.parse_args()


async def started(url: str, folder: Path, port: int) -> asyncio.subprocess.Process:
    """A gateway on *port*, ready."""
    env = {
        **os.environ,
        "REDIS_URL": url,
        "PORT": str(port),
        "AUTH_TOKEN": TOKEN,
        "BIDWRIGHT_DATA_DIR": str(folder),
        "NELLIS_BASE_URL": SITE,
    }
    env |= {"API_RATE_LIMIT_MAX": "1000000", "BIDWRIGHT_LOG_LEVEL": "warning"}
    with (folder / "gateway.log").open("ab") as out:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bidwright_gateway", env=env, stdout=out, stderr=out)
    async with httpx.AsyncClient() as client:
        while True:
            with suppress(httpx.TransportError):
                if (await client.get(f"http://127.0.0.1:{port}/health/ready")).is_success:
                    return process
            await asyncio.sleep(0.05)


async def under_load(browser: Browser, page: Page, watch: Watch, sale: Sale, asked: Asked) -> dict[str, Any]:
    """How busy the main thread is, and what memory does, while a person scrolls down and up; then with what; then the dearest load."""
    async with _bidding(sale, asked.per_second) as usual:
        await _looked_at(page, watch, WARM_S)  # by then code is compiled and kept, and the list of what happened lately is full
        held, parts = [await watch.memory()], []
        for _ in range(LOOKS):
            parts.append(await _looked_at(page, watch, asked.seconds / LOOKS))
            held.append(await watch.memory())
        rows = await page.locator(".lot").count()
        await thread.started(browser, page)
        await page.wait_for_timeout(TRACED_S * 1000)
    kinds = await thread.kinds(browser)
    async with _bidding(sale, asked.per_second, closes_move=True) as moving:
        await page.wait_for_timeout(5000)
        hard = await _looked_at(page, watch, HARD_S)
    return {
        "work": functools.reduce(Work.and_, parts),
        "hard": hard,
        "kinds": {kind: round(100 * spent / TRACED_S, 1) for kind, spent in kinds.items()},
        "held": held,
        "rows": rows,
        "rates": [round(load.result(), 1) for load in (usual, moving)],
    }


@asynccontextmanager
async def _bidding(sale: Sale, per_second: float, *, closes_move: bool = False) -> AsyncIterator[asyncio.Task[float]]:
    """Bids for as long as the block lasts; how many a second is the task's result."""
    stop = asyncio.Event()
    task = asyncio.create_task(sale.bids(per_second, stop, closes_move=closes_move))
    yield task
    stop.set()
    await task


async def _looked_at(page: Page, watch: Watch, seconds: float) -> Work:
    """What is done while a person scrolls down, and up again where they came from."""
    before = await watch.work()
    for way in (700, -700):
        await page.mouse.wheel(0, way)
        await page.wait_for_timeout(seconds * 500)
    return (await watch.work()).since(before)


class Weight:
    """
    What belongs to the page itself: no answers of the API, no photos. *content* as it is packed, *wire* with headers; bytes.
    """

    def __init__(self) -> None:
        self.content, self.wire = 0, 0.0
        self._known: set[str] = set()

    def begin(self, one: dict[str, Any]) -> None:
        """An answer begins."""
        answer = one["response"]
        if ("/static/" in answer["url"] or urlsplit(answer["url"]).path == "/") and answer["status"] == 200:
            self._known.add(one["requestId"])
            self.content += int({name.lower(): value for name, value in answer["headers"].items()}.get("content-length", 0))

    def end(self, one: dict[str, Any]) -> None:
        """It is there."""
        if one["requestId"] in self._known:
            self.wire += one["encodedDataLength"]


async def restarted(
    page: Page, process: asyncio.subprocess.Process, url: str, folder: Path, port: int
) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    """Kill it: when the page says so, whether anything on it still looks fresh then; start it again: when the page is back by itself."""
    began = time.perf_counter()
    process.kill()
    await page.locator(".alert[data-key=link]").wait_for()
    says_ms = (time.perf_counter() - began) * 1e3
    fresh = await page.evaluate("document.querySelectorAll('.lot[data-stale=\"0\"], .lot button:not(:disabled)').length")
    stop = await page.locator("#stop").is_enabled()
    await process.wait()
    process = await started(url, folder, port)
    began = time.perf_counter()
    await page.locator("#connection[data-state=on]").wait_for()
    return process, {"says": says_ms, "fresh": fresh, "stop": stop, "back": (time.perf_counter() - began) * 1e3}


async def measured(asked: Asked, url: str, folder: Path) -> dict[str, Any]:
    """All of it, on one page."""
    redis = store_at(url)
    await initialise(redis, data_dir=folder, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=20_000_000)
    sale, port = Sale(Transitions(redis), asked.lots), free_port()
    process = await started(url, folder, port)
    try:
        await sale.open()
        await sale.bid()  # so that the first lot's page has a chart to draw
        await calm(redis)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = await browser.new_page(viewport={"width": 1280, "height": 900})
            watch, weight = await Watch.on(page, browser), Weight()
            cdp = await page.context.new_cdp_session(page)
            cdp.on("Network.responseReceived", weight.begin)
            cdp.on("Network.loadingFinished", weight.end)
            await cdp.send("Network.enable")
            began = time.perf_counter()
            await page.goto(f"http://127.0.0.1:{port}/#token={TOKEN}")
            await page.locator(".lot").first.wait_for()
            rows_ms = (time.perf_counter() - began) * 1e3
            paint = await page.evaluate(
                "performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint').startTime"
            )
            first = weight.content
            for name in (f"lot/{sale.ids[0]}", "find", "money", "strategies", "health", "settings"):
                await page.goto(f"http://127.0.0.1:{port}/#/{name}")
                await page.locator(".chart canvas" if name.startswith("lot") else "main > h2").first.wait_for()
            await page.goto(f"http://127.0.0.1:{port}/#/lots")
            await cdp.detach()  # telling us of each photo is no work of the page's
            load = await under_load(browser, page, watch, sale, asked)
            process, again = await restarted(page, process, url, folder, port)
            await browser.close()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        await redis.aclose()
    return {
        "first": first,
        "weight": weight.content,
        "wire": weight.wire,
        "paint": paint,
        "rows": rows_ms,
        **again,
        "load": load,
    }


async def main() -> int:
    """Measure and tell."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "store").mkdir()
        with engine(folder / "store") as made:
            found = await measured(asked, made.url, folder)
    load, work, hard = found["load"], found["load"]["work"], found["load"]["hard"]
    heaps = [round(one["heap"] / 1e6, 1) for one in load["held"]]
    growth = sum(heaps[-3:]) / sum(heaps[:3]) - 1
    busy = work.percent("busy")
    rows = [
        _row("weight of all pages and the chart, gzip, bytes", found["weight"], MOST_WEIGHT, found["weight"] < MOST_WEIGHT),
        _row("of that until the first lot is there", found["first"], "", ok=True),
        _row("the same as it travels, with the headers of each answer", round(found["wire"]), "", ok=True),
        _row("first paint, ms", round(found["paint"]), MOST_PAINT_MS, found["paint"] < MOST_PAINT_MS),
        _row("first lot on the page, ms", round(found["rows"]), "", ok=True),
        _row("main thread busy by the clock on the wall, % of a core", busy, MOST_BUSY, busy < MOST_BUSY),
        _row("the same by its own processor time, %", work.percent("spent"), "", ok=True),
        *(_row(f"of that {kind}, % (while a trace is written)", spent, "", ok=True) for kind, spent in load["kinds"].items()),
        _row("all of Chromium's processes, processor time, %", work.percent("chromium"), "", ok=True),
        _row("list in another order after each update: main thread by the wall, %", hard.percent("busy"), "", ok=True),
        _row("the same by its own processor time, %", hard.percent("spent"), "", ok=True),
        _row("memory: last three looks against first three, %", round(growth * 100, 1), round(MOST_GROWTH * 100), growth < MOST_GROWTH),
        _row("gateway killed: the page says so after, ms", round(found["says"]), MOST_SAYS_MS, found["says"] < MOST_SAYS_MS),
        _row("what still looks fresh or can be pressed then", found["fresh"], 0, found["fresh"] == 0 and found["stop"]),
        _row("gateway back: the page is, after, ms", round(found["back"]), "", ok=True),
    ]
    held = {"heap MB": heaps, **{what: [one[what] for one in load["held"]] for what in ("nodes", "listeners")}}
    told("page", vars(asked), rows, **held, **{"rows drawn": load["rows"], "updates a second, and in another order": load["rates"]})
    return int(not all(row["ok"] for row in rows))


def _row(what: str, is_: object, target: object, ok: bool) -> dict[str, Any]:  # noqa: FBT001 - the last column
    return {"what": what, "is": is_, "target": target, "ok": ok}


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
