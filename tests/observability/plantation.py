"""A whole system that trades on the simulated site while a real Prometheus watches it; the tests of this folder share one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "chaos"))
from plant import HOST, TOKEN, Plant

from bidwright.trace import Trace
from bidwright_cli import readiness
from bidwright_cli.children import Spec
from bidwright_cli.ports import any_free
from bidwright_gateway.testing import wired

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "observability/prometheus/rules"
DASHBOARDS = ROOT / "observability/grafana/dashboards"
FAST_S = 1
"""Seconds between two scrapes: a test has no time for ten."""


def program(name: str) -> str:
    """Where one of Prometheus' programs is; empty where there is none."""
    ran = subprocess.run([str(ROOT / "tools/prometheus"), name], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own
    return ran.stdout.strip()


def queries() -> list[str]:
    """Everything that the dashboards ask, each once."""
    boards = [json.loads(file.read_text("utf-8")) for file in sorted(DASHBOARDS.glob("*.json"))]
    return list(dict.fromkeys(ask["expr"] for board in boards for panel in board["panels"] for ask in panel["targets"]))


class Watched:
    """
    The running system. Its loop runs in a thread of its own: children's words are read all the time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._forever, daemon=True)
        self._thread.start()
        self.plant = Plant(folder / "plant")
        self.prometheus: subprocess.Popen[bytes] | None = None
        self.trace = Trace.begun()
        self._since = time.monotonic()
        self.traced_lot = ""
        self._trading: asyncio.Task[None] | None = None

    def _forever(self) -> None:
        asyncio.set_event_loop(self._loop)  # gRPC asks for it
        self._loop.run_forever()

    def run(self, work: Coroutine[Any, Any, Any], within_s: float = 120) -> Any:
        """The result of *work* in the system's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within_s)

    def start(self) -> None:
        """Everything, trading."""
        self.run(self._start())

    async def _start(self) -> None:
        await self.plant.start()
        await self._add_notifier()
        self._trading = asyncio.create_task(self._trade())

    async def _add_notifier(self) -> None:
        plant = self.plant
        plant.metrics["notifier"] = any_free(HOST)
        env = plant.specs["bidder-1"].env | {"BIDWRIGHT_METRICS_PORT": str(plant.metrics["notifier"]), "BIDWRIGHT_NOTIFY_URLS": "log:"}
        ready = readiness.beat(plant.store_url, "notifier")
        plant.specs["notifier"] = Spec("notifier", (sys.executable, "-m", "bidwright_notifier"), env, ready, 5)
        await plant._up("notifier")

    async def _trade(self) -> None:
        """Lots that close one after the other, bid on by rules and by hand; a little of everything that clients do."""
        plant, number = self.plant, 0
        async with wired(plant.url.replace("http", "ws") + "/ws", token=TOKEN) as wire:
            while True:
                number += 1
                lot = await plant.open_lot(
                    first_close_s=25 + 5 * (number % 3), rivals=[{"kind": "patient", "limit": 30}] if number % 2 else []
                )
                if number % 3 == 1:  # an answer that never comes: for a while nobody knows what became of that bid
                    hang = {"kind": "hang", "on": ["bids"], "lots": [int(lot)], "count": 1, "params": {"seconds": 6, "when": "after"}}
                    await plant.sim("faults", hang)
                await plant.watch(lot, 60, ("sniping", "auto")[number % 2])
                held = await plant.open_lot(first_close_s=90, start=50)
                await plant.watch(held, 5)
                topped = await plant.open_lot(first_close_s=60, rivals=[{"kind": "increment", "limit": 40 - n} for n in (0, 1)])
                await plant.watch(topped, 12, "auto")
                if number % 3 == 0:
                    await plant.sim("faults", {"kind": "live-drop", "on": ["live"], "seconds": 2})
                await wire.ask("getMonitoredAuctions")
                await plant.told("GET", f"/api/auctions/{lot}")
                await plant.told("GET", "/api/auctions/404")
                await plant.told("GET", "/api/strategies")
                if number % 4 == 2:
                    halted = await plant.insist("POST", "/api/halt", {"why": "a test"})
                    await asyncio.sleep(3)
                    await plant.insist("POST", "/api/resume", {"gen": halted.json()["gen"]})
                await asyncio.sleep(6)

    async def _stop(self) -> None:
        if self._trading:
            self._trading.cancel()
            await asyncio.gather(self._trading, return_exceptions=True)  # its connection closes before the gateway does
        await self.plant.stop()

    async def bid_in_a_trace(self) -> None:
        """Switch traces on and bid by hand, as a click does, in a trace of the client's."""
        plant = self.plant
        await plant.redis.set("feature:distributed_tracing", "true")
        await asyncio.sleep(1.5)
        self.traced_lot = lot = await plant.open_lot(first_close_s=120, rivals=[])
        await plant.watch(lot, 60, "manual")
        await asyncio.sleep(3)  # a price older than two seconds is read again before a bid
        answer = await plant.api.post(f"/api/auctions/{lot}/bid", json={"amount": 20}, headers={"traceparent": self.trace.header})
        answer.raise_for_status()
        await asyncio.sleep(1)
        await plant.redis.set("feature:distributed_tracing", "false")

    def patience(self) -> float:
        """Seconds that a test may still wait for something to come: what has not come within three minutes of work does not come."""
        return max(2.0, 180 - (time.monotonic() - self._since))

    def watch_with(self, binary: str) -> None:
        """Start Prometheus over every part, with the rules as they are shipped."""
        ports = {"nellis-backend": self.plant.gateway_port, **{name.removesuffix("-1"): port for name, port in self.plant.metrics.items()}}
        config = {
            "global": {"scrape_interval": f"{FAST_S}s", "evaluation_interval": f"{FAST_S}s"},
            "rule_files": [str(self.folder / "recorded.yml"), str(RULES / "alerts.yml")],
            "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [f"{HOST}:{port}"]}]} for job, port in ports.items()],
        }
        faster = (RULES / "recorded.yml").read_text("utf-8").replace("interval: 15s", f"interval: {FAST_S}s")
        (self.folder / "recorded.yml").write_text(faster, "utf-8")
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
        self.port = any_free(HOST)
        self._since = time.monotonic()
        words = [f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.folder / 'tsdb'}"]
        words += [f"--web.listen-address={HOST}:{self.port}", "--log.level=warn"]
        with (self.folder / "prometheus.log").open("wb") as out:
            self.prometheus = subprocess.Popen([binary, *words], stdout=out, stderr=out)  # noqa: S603 - found by our own tool

    def ask(self, query: str) -> list[dict[str, Any]]:
        """What Prometheus answers to *query* now. Raises for a query that it does not understand."""
        answer = httpx.get(f"http://{HOST}:{self.port}/api/v1/query", params={"query": query}, timeout=20, trust_env=False)
        body = answer.json()
        assert body["status"] == "success", f"{query}: {body.get('error')}"
        found: list[dict[str, Any]] = body["data"]["result"]
        return found

    def spans(self) -> Iterator[dict[str, Any]]:
        """Every part of our trace that any service has told, with the service's name."""
        for file in sorted(self.folder.glob("plant/log/*.log")):
            for line in file.read_text("utf-8").splitlines():
                if '"span.ended"' in line and self.trace.id in line:
                    yield json.loads(line[line.index("{") :])

    def stop(self) -> None:
        """End everything that was started here."""
        if self.prometheus:
            self.prometheus.terminate()
            self.prometheus.wait(20)
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def until(look: Callable[[], Any], within_s: float) -> Any:
    """What *look* gives once it gives anything, else what it gives in the end."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except httpx.HTTPError:
            pass  # it is only starting
        time.sleep(1)
    return look()
