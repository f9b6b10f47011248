"""
What the dashboard costs: its weight, its first paint, and the browser's main thread and memory with many lots and many updates a second.
Then the gateway is killed and started again: how soon the page says so, and how soon it is back.

``python tests/perf/page.py`` takes two minutes; ``--lots``, ``--per-second`` and ``--seconds`` change its size. It ends with 1 when a
target is missed.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from gateway import RATES, SITE, TOKEN, calm, see
from kit import engine, free_port, told
from playwright.async_api import CDPSession, Page, async_playwright

from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect as store_at
from bidwright.transitions import Transitions

MOST_BUSY, MOST_PAINT_MS, MOST_WEIGHT, MOST_SAYS_MS, MOST_GROWTH = 0.30, 1000, 150_000, 2000, 0.10
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


async def updates(t: Transitions, lots: list[str], asked: Asked, stop: asyncio.Event) -> int:
    """So many reads a second, each at another price, until *stop*; how many there were."""
    began, count = time.perf_counter(), 0
    while not stop.is_set():
        await see(t, lots[count * 7 % len(lots)], 1000 + count % 90 * 100)
        count += 1
        await asyncio.sleep(max(0.0, began + count / asked.per_second - time.perf_counter()))
    return count


async def metrics(cdp: CDPSession) -> dict[str, float]:
    """The browser's own figures, after its memory was tidied up."""
    await cdp.send("HeapProfiler.collectGarbage")
    return {one["name"]: one["value"] for one in (await cdp.send("Performance.getMetrics"))["metrics"]}


async def under_load(page: Page, cdp: CDPSession, asked: Asked) -> dict[str, Any]:
    """How busy the main thread is, and what the memory does; the list is scrolled now and then, as a person does."""
    await page.wait_for_timeout(5000)
    first = last = await metrics(cdp)
    heaps, began = [first["JSHeapUsedSize"]], time.perf_counter()
    while time.perf_counter() - began < asked.seconds:
        await page.mouse.wheel(0, 700 if int(time.perf_counter()) % 8 < 4 else -700)
        await page.wait_for_timeout(asked.seconds * 1000 / 10)
        last = await metrics(cdp)
        heaps.append(last["JSHeapUsedSize"])
    passed = last["Timestamp"] - first["Timestamp"]
    return {
        "busy": (last["TaskDuration"] - first["TaskDuration"]) / passed,
        "script": (last["ScriptDuration"] - first["ScriptDuration"]) / passed,
        "heaps": heaps,
        "nodes": (first["Nodes"], last["Nodes"]),
        "rows": await page.locator(".lot").count(),
    }


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
    t, port, lots = Transitions(redis), free_port(), [str(70_000_000 + n) for n in range(asked.lots)]
    process = await started(url, folder, port)
    for lot in lots:
        await t.watch(lot, {"cap": 4000, **RATES, "strategy": "sniping", "armed": int(int(lot) % 3 == 0), "mode": "dry"})
        await see(t, lot, 1400)
    await see(t, lots[0], 1500)  # so that its page has a chart to draw
    await calm(redis)
    stop = asyncio.Event()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        cdp = await page.context.new_cdp_session(page)
        weight = Weight()
        cdp.on("Network.responseReceived", weight.begin)
        cdp.on("Network.loadingFinished", weight.end)
        await cdp.send("Network.enable")
        await cdp.send("Performance.enable")
        began = time.perf_counter()
        await page.goto(f"http://127.0.0.1:{port}/#token={TOKEN}")
        await page.locator(".lot").first.wait_for()
        rows_ms = (time.perf_counter() - began) * 1e3
        paint = await page.evaluate("performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint').startTime")
        first = weight.content
        for name in (f"lot/{lots[0]}", "find", "money", "strategies", "health", "settings"):
            await page.goto(f"http://127.0.0.1:{port}/#/{name}")
            await page.locator(".chart canvas" if name.startswith("lot") else "main > h2").or_(page.locator(".prices")).first.wait_for()
        await page.goto(f"http://127.0.0.1:{port}/#/lots")
        work = asyncio.create_task(updates(t, lots, asked, stop))
        load = await under_load(page, cdp, asked)
        stop.set()
        count = await work
        process, again = await restarted(page, process, url, folder, port)
        await browser.close()
    process.terminate()
    await process.wait()
    await redis.aclose()
    return {
        "first": first,
        "weight": weight.content,
        "wire": weight.wire,
        "paint": paint,
        "rows": rows_ms,
        "count": count,
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
    load = found["load"]
    heaps = [round(heap / 1e6, 1) for heap in load["heaps"]]
    growth = sum(load["heaps"][-3:]) / sum(load["heaps"][:3]) - 1
    rows = [
        _row("weight of all pages and the chart, gzip, bytes", found["weight"], MOST_WEIGHT, found["weight"] < MOST_WEIGHT),
        _row("of that until the first lot is there", found["first"], "", ok=True),
        _row("the same as it travels, with the headers of each answer", round(found["wire"]), "", ok=True),
        _row("first paint, ms", round(found["paint"]), MOST_PAINT_MS, found["paint"] < MOST_PAINT_MS),
        _row("first lot on the page, ms", round(found["rows"]), "", ok=True),
        _row("main thread busy, % of a core", round(load["busy"] * 100, 1), round(MOST_BUSY * 100), load["busy"] < MOST_BUSY),
        _row("of that script, %", round(load["script"] * 100, 1), "", ok=True),
        _row("memory: last three looks against first three, %", round(growth * 100, 1), round(MOST_GROWTH * 100), growth < MOST_GROWTH),
        _row("gateway killed: the page says so after, ms", round(found["says"]), MOST_SAYS_MS, found["says"] < MOST_SAYS_MS),
        _row("what still looks fresh or can be pressed then", found["fresh"], 0, found["fresh"] == 0 and found["stop"]),
        _row("gateway back: the page is, after, ms", round(found["back"]), "", ok=True),
    ]
    rest = {"updates": found["count"], "heap MB": heaps, "nodes": load["nodes"], "rows drawn": load["rows"]}
    told("page", vars(asked), rows, **rest)
    return int(not all(row["ok"] for row in rows))


def _row(what: str, is_: object, target: object, ok: bool) -> dict[str, Any]:  # noqa: FBT001 - the last column
    return {"what": what, "is": is_, "target": target, "ok": ok}


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
