"""
How the whole system bears many lots: what it costs at rest, how soon a client sees a rival's bid and a close, how soon it is back.

``python tests/perf/scale.py --lots 1000`` takes some six minutes and writes ``bench/results/scale-1000.json``; ``--lots 10000 --armed 1000
--per-second 50 --bids 3000`` takes twelve. ``make bench-scale`` has all kinds of evenings. The site and this client are not counted. What
the machine can do at all stands below, measured right before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from ceilings import ceilings
from kit import clean_environment, cpu_s, dice, memory_kb, percentile, start, told
from websockets.asyncio.client import connect

TOKEN = "contract-only"
FAR_S, SPACING_S = 7200, 5
NEAR_CLOSE_S, NEAR_SPACING_S = 200, 2
STREAMS = 20
"""Live-event connections at once, as NELLIS_MAX_STREAMS has it by default."""
AT_ONCE, REST_S = 16, 10
BUNCHED = 0.6
CLIENTS = 10
Asked = argparse.Namespace


def arguments() -> Asked:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    ask.add_argument("--lots", type=int, default=1000)
    ask.add_argument("--armed", type=int, default=10**6, help="how many of them may be bid on, at most; the others are watched")
    ask.add_argument("--near", type=int, default=20, help="lots of those that close within minutes, whose ends are timed")
    ask.add_argument("--clients", type=int, default=CLIENTS)
    ask.add_argument("--rest", type=float, default=60, help="seconds at rest that are measured")
    ask.add_argument("--bids", type=int, default=400, help="rivals' bids that are looked for on the screens")
    ask.add_argument("--per-second", type=float, default=10)
    ask.add_argument("--polling", action="store_true", help="no live events")
    ask.add_argument(
        "--bunched", action="store_true", help="three of five of the near lots close within one minute, the others in two before it"
    )
    return ask.parse_args()


class Screen:
    """
    A client of the existing protocol that notes when it hears of what.
    """

    def __init__(self, gateway: str) -> None:
        self._address = gateway.replace("http", "ws") + "/ws"
        self.live: dict[tuple[str, int], float] = {}
        self.read: dict[tuple[str, int], float] = {}
        """When a price (lot, dollars) was first shown as heard, and when as read; Unix seconds."""
        self.ended: dict[str, float] = {}

    async def follow(self) -> None:
        """Listen until cancelled."""
        async with connect(self._address, max_size=None, compression=None, open_timeout=60) as socket:
            await socket.send(json.dumps({"type": "authenticate", "token": TOKEN, "requestId": "1"}))
            async for text in socket:
                at, frame = time.time(), json.loads(text)
                if frame["type"] == "auctionState" and (data := frame["auction"]["data"]):
                    lot = frame["auction"]["id"]
                    where = self.live if data["updateSource"] == "sse" else self.read
                    where.setdefault((lot, data["currentBid"]), at)
                    if frame["auction"]["isClosed"]:
                        self.ended.setdefault(lot, at)


class Scene:
    """
    A whole installation beside a simulated site, in processes of their own.
    """

    def __init__(self, folder: Path, *, polling: bool = False) -> None:
        self.folder = folder
        words = ("bidwright_simulator", "--port", "0", "--lots", "0", "--seed", "1")
        self.simulator, self.site = start(folder, "site", *words, said=r"(http://\S+)", env=clean_environment())
        env = clean_environment() | {"NELLIS_BASE_URL": self.site, "NELLIS_SSE_URL": self.site, "BIDWRIGHT_MODE": "live"}
        env |= {"AUTH_TOKEN": TOKEN, "PORT": "0", "BIDWRIGHT_DATA_DIR": str(folder / "data"), "API_RATE_LIMIT_MAX": "1000000"}
        env |= {"USE_SSE": "false"} if polling else {}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        self.env = env
        self.http = httpx.AsyncClient(
            trust_env=False, timeout=30, headers={"Authorization": TOKEN}, limits=httpx.Limits(max_connections=50)
        )

    def begin(self) -> None:
        """Start everything, or start it again."""
        self.up, self.gateway = start(self.folder, "up", "bidwright_cli", "up", said=r"Dashboard +(http://\S+?)/#", env=self.env)

    @property
    def pids(self) -> dict[str, int]:
        """Every process of the system by its name."""
        run = json.loads(next((self.folder / "data").glob("**/run.json")).read_text())
        return dict(run["pids"])

    async def sim(self, path: str, order: dict[str, Any] | None = None) -> Any:
        """Ask or tell the site's control side."""
        address = f"{self.site}/__sim/{path}"
        answer = await (self.http.get(address) if order is None else self.http.post(address, json=order))
        return answer.raise_for_status().json()

    async def auctions(self) -> list[dict[str, Any]]:
        """The list as a client reads it."""
        found: list[dict[str, Any]] = (await self.http.get(f"{self.gateway}/api/auctions")).raise_for_status().json()["auctions"]
        return found

    async def rests(self) -> bool:
        """Whether the site is asked less than once a second by now: every armed lot has been read in full."""
        before = (await self.sim("summary"))["requests"]
        await asyncio.sleep(REST_S)
        return bool((await self.sim("summary"))["requests"] - before < REST_S)

    async def watch(self, lots: list[str], *, armed: bool = True) -> list[float]:
        """Watch lots, a few at a time; how long each answer took, in seconds."""
        gate, took = asyncio.Semaphore(AT_ONCE), list[float]()

        async def one(lot: str) -> None:
            async with gate:
                began = time.perf_counter()
                config = {"maxBid": 25, "strategy": "sniping", "autoBid": armed}
                answer = await self.http.post(f"{self.gateway}/api/auctions/{lot}/monitor", json={"config": config})
                answer.raise_for_status()
                took.append(time.perf_counter() - began)

        await asyncio.gather(*map(one, lots))
        return took

    async def end(self) -> None:
        """End what was started."""
        await self.http.aclose()
        if self.up.poll() is None:
            self.up.send_signal(signal.SIGINT)
            self.up.wait(20)
        self.simulator.terminate()
        self.simulator.wait(10)


async def wait_for(what: Callable[[], Awaitable[bool]], within_s: float, why: str, *, every_s: float = 0.1) -> float:
    """Wait until *what* holds; how long that took. Raises TimeoutError with *why*."""
    began = time.monotonic()
    while not await what():
        if time.monotonic() - began > within_s:
            raise TimeoutError(why)
        await asyncio.sleep(every_s)
    return time.monotonic() - began


def spread(what: str, seconds: list[float]) -> dict[str, Any]:
    """A row of percentiles, in ms."""
    ms = {f"p{p} ms": round(percentile(seconds, p) * 1e3, 1) for p in (50, 95, 99)} if seconds else {}
    return {"what": what, "n": len(seconds), **{name: ms.get(name, "-") for name in ("p50 ms", "p95 ms", "p99 ms")}}


async def rest(scene: Scene, seconds: float) -> dict[str, Any]:
    """Processor and memory of each part while nothing closes."""
    before, began = {name: cpu_s(pid) for name, pid in scene.pids.items()}, time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - began
    cores = {name: round(100 * (cpu_s(pid) - before[name]) / passed, 2) for name, pid in scene.pids.items()}
    return {"CPU at rest, % of a core": {**cores, "sum": round(sum(cores.values()), 2)}, "memory, PSS in MiB": memory_of(scene)}


def memory_of(scene: Scene) -> dict[str, float]:
    """Proportional set size of each part, and the sum."""
    memory = {name: round(memory_kb(pid)["Pss"] / 1024, 1) for name, pid in scene.pids.items()}
    return {**memory, "sum": round(sum(memory.values()), 1)}


async def rivals(scene: Scene, prices: dict[str, int], asked: Asked) -> dict[tuple[str, int], float]:
    """
    Rivals bid at an even pace on lots of which *prices* says what they stand at; when each new price was made, by lot and dollars.

    A bid of who leads already leaves the price where it is: there is nothing new for a screen.
    """
    rng, made, lots = dice(1), dict[tuple[str, int], float](), list(prices)
    due = time.monotonic()
    for _ in range(asked.bids):
        lot = rng.choice(lots)
        at = time.time()
        shown = await scene.sim("rival-bid", {"lot": int(lot), "user": rng.randint(9001, 9050)})
        if shown["price"] > prices[lot]:
            made[lot, shown["price"]] = at
            prices[lot] = shown["price"]
        due += 1 / asked.per_second
        await asyncio.sleep(max(0, due - time.monotonic()))
    return made


def closes_of(asked: Asked) -> list[dict[str, Any]]:
    """What to ask the site for, so that the near lots close as wished."""
    if not asked.bunched:
        return [{"count": asked.near, "first_close_s": NEAR_CLOSE_S, "spacing_s": NEAR_SPACING_S, "rivals": []}]
    crowd = round(asked.near * BUNCHED)
    early = {"count": asked.near - crowd, "first_close_s": NEAR_CLOSE_S, "spacing_s": 120 / max(1, asked.near - crowd), "rivals": []}
    return [early, {"count": crowd, "first_close_s": NEAR_CLOSE_S + 120, "spacing_s": 60 / max(1, crowd), "rivals": []}]


async def measure(asked: Asked, scene: Scene) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One run; rows of times, and the rest."""
    rows, rest_of_it = list[dict[str, Any]](), dict[str, Any]()
    await scene.http.post(f"{scene.gateway}/api/auth", json={"cookies": (await scene.sim("session", {}))["cookie"]})
    order = {"count": asked.lots - asked.near, "first_close_s": FAR_S, "spacing_s": SPACING_S, "rivals": []}
    far = [str(lot["id"]) for lot in (await scene.sim("lots", order))["lots"]]
    began, patience = time.monotonic(), 300 + asked.lots / 5
    took = await scene.watch(far[: asked.armed]) + await scene.watch(far[asked.armed :], armed=False)
    rows.append(spread("a watch acknowledged", took))

    async def all_read() -> bool:
        return all(lot["data"] for lot in await scene.auctions())

    await wait_for(all_read, patience, "some lots were never read", every_s=asked.lots / 10_000)
    rest_of_it["all lots read, s after the first was watched"] = round(time.monotonic() - began, 1)
    rest_of_it["at rest, s after that"] = round(await wait_for(scene.rests, patience, "the system never came to rest"), 1)
    rest_of_it |= await rest(scene, asked.rest)

    near = [str(lot["id"]) for order in closes_of(asked) for lot in (await scene.sim("lots", order))["lots"]]
    await scene.watch(near, armed=False)

    async def heard() -> bool:
        return bool((await scene.sim("state"))["streams"] >= min(asked.near, STREAMS))

    if not asked.polling:
        rest_of_it["live events on, s after the watch"] = round(await wait_for(heard, 60, "live events did not come up"), 1)
    screens = [Screen(scene.gateway) for _ in range(asked.clients)]
    following = [asyncio.create_task(screen.follow()) for screen in screens]
    await asyncio.sleep(3)
    spent = {name: cpu_s(pid) for name, pid in scene.pids.items()}
    began = time.monotonic()
    lots = (await scene.sim("summary"))["lots"]
    made = await rivals(scene, {str(lot["id"]): lot["price"] for lot in lots if str(lot["id"]) in near}, asked)
    cores = {name: round(100 * (cpu_s(pid) - spent[name]) / (time.monotonic() - began), 1) for name, pid in scene.pids.items()}
    rest_of_it["CPU while rivals bid, % of a core"] = {**cores, "sum": round(sum(cores.values()), 1)}
    rest_of_it["memory after that, with the clients, PSS in MiB"] = memory_of(scene)
    await asyncio.sleep(3)
    live = [screen.live[what] - at for what, at in made.items() for screen in screens if what in screen.live]
    read = [min(times) - at for what, at in made.items() if (times := [screen.read[what] for screen in screens if what in screen.read])]
    rows += [spread(f"a rival's bid on {asked.clients} screens, live", live), spread("the same confirmed by a read", read)]
    rest_of_it["bids never shown live"] = sum(1 for what in made if what not in screens[0].live and what not in screens[0].read)

    async def closed() -> bool:
        return all(screen.ended.keys() >= set(near) for screen in screens)

    await wait_for(closed, 400, "some ends were not told")
    closes = {str(lot["id"]): lot["close"] for lot in (await scene.sim("summary"))["lots"]}
    rows.append(spread("an end told after the close", [at - closes[lot] / 1000 for screen in screens for lot, at in screen.ended.items()]))
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    rest_of_it |= await again(scene)
    summary = await scene.sim("summary")
    rest_of_it["most requests in a second"] = summary["max_requests_in_a_second"]
    rest_of_it["requests"] = summary["requests_by_kind"]
    return rows, rest_of_it


async def again(scene: Scene) -> dict[str, Any]:
    """Kill -9 of everything, then a start: how soon it serves, and has read an armed lot that closes within the next minute."""
    order = {"count": 5, "first_close_s": 75, "spacing_s": 1, "rivals": []}
    soon = {str(lot["id"]) for lot in (await scene.sim("lots", order))["lots"]}
    await scene.watch(list(soon))
    await asyncio.sleep(20)
    for pid in scene.pids.values():
        os.kill(pid, signal.SIGKILL)
    scene.up.wait(10)
    (scene.folder / "up").rename(scene.folder / "up-before")
    wall, began = time.time() * 1000, time.monotonic()
    scene.begin()
    serving = time.monotonic() - began

    async def fresh() -> bool:
        return any((lot["data"] or {}).get("seenAt", 0) > wall for lot in await scene.auctions() if lot["id"] in soon)

    await wait_for(fresh, 50, "none of them was read after the start")
    return {
        "after kill -9 of all: served, s": round(serving, 2),
        "after kill -9 of all: first lot of the next minute read, s": round(time.monotonic() - began, 2),
    }


def main() -> None:
    """Run, print, keep."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="bidwright-scale-") as folder:
        scene = Scene(Path(folder), polling=asked.polling)

        async def whole() -> tuple[list[dict[str, Any]], dict[str, Any]]:
            bare = await ceilings()
            scene.begin()
            try:
                rows, rest_of_it = await measure(asked, scene)
                return [*rows, *bare], rest_of_it
            finally:
                await scene.end()

        rows, rest_of_it = asyncio.run(whole())
    kind = [str(asked.lots), *["polling"] * asked.polling, *["bunched"] * asked.bunched]
    kind += [f"{asked.clients}-clients"] * (asked.clients != CLIENTS)
    told("-".join(["scale", *kind]), vars(asked), rows, **rest_of_it)


if __name__ == "__main__":
    sys.exit(main())
