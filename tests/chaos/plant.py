"""The plant: every part of the system as a process of its own, in replicas, on one durable store, with lines that can be bad."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from redis.asyncio import Redis

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
sys.path.insert(0, str(Path(__file__).parent))
from contract_client import clean_environment
from tcp_faults import Line

from bidwright.runtime.engine import arguments
from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect
from bidwright_cli import readiness
from bidwright_cli.children import Child, Spec
from bidwright_cli.folder import Folder
from bidwright_cli.ports import any_free
from bidwright_cli.supervisor import Supervisor

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # children are only ever started to run another program
ROOT = Path(__file__).resolve().parents[2]
TOKEN = "contract-only"
HOST = "127.0.0.1"
_BODY = re.compile(rb'"productId":(\d+),"bid":(\d+)')


@dataclass(frozen=True, slots=True)
class Sent:
    """
    A request as it left nellis-proxy. *lot* and *amount* (dollars) for bids, else 0.
    """

    at: float
    by: str
    bid: bool
    lot: int = 0
    amount: int = 0


@dataclass
class Plant:
    """
    A whole installation in *folder*. *lines*: services reach the store and the site over lines that can be spoilt.
    """

    folder: Path
    bidders: int = 1
    proxies: int = 1
    pollers: int = 1
    lines: bool = False
    budget_dollars: int = 20_000
    seed: int = 1
    more: dict[str, dict[str, str]] = field(default_factory=dict)
    """Further variables by part, e.g. ``{"nellis-proxy-1": {"BIDWRIGHT_FAILPOINTS": "F2"}}``."""
    say: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        self.to_site: dict[str, Line] = {}
        self.to_store: dict[str, Line] = {}
        self.sent: list[Sent] = []
        self.specs: dict[str, Spec] = {}
        self.metrics: dict[str, int] = {}
        made = Folder(self.folder)
        self.supervisor = Supervisor(made, say=self.say, changed=lambda: None)
        self._token = made.redis

    # ---- start and end -------------------------------------------------------------------------------------------------------

    async def start(self) -> Plant:
        """Everything, ready and logged in to the site."""
        self.redis_port, self.site_port, self.gateway_port = any_free(HOST), any_free(HOST), any_free(HOST)
        socket = Folder(self.folder).socket()
        self.store_url, self.site, self.url = f"unix://{socket}", f"http://{HOST}:{self.site_port}", f"http://{HOST}:{self.gateway_port}"
        (self.folder / "redis").mkdir(parents=True, exist_ok=True)
        self.redis: Redis = connect(self.store_url, connections=100)
        self.http = httpx.AsyncClient(trust_env=False, timeout=20, limits=httpx.Limits(max_connections=200))
        self.api = httpx.AsyncClient(
            base_url=self.url, trust_env=False, timeout=10, headers={"Authorization": TOKEN}, limits=httpx.Limits(max_connections=100)
        )
        argv = tuple(arguments(self.folder / "redis", socket, port=self.redis_port))
        bare = {"PATH": os.environ.get("PATH", os.defpath)}
        self.specs["redis"] = Spec("redis", argv, bare, readiness.redis(self.store_url), 1)
        words = ("bidwright_simulator", "--port", str(self.site_port), "--lots", "0", "--seed", str(self.seed), "--format", "plain")
        self.specs["site"] = Spec("site", (sys.executable, "-m", *words), clean_environment(), readiness.http(f"{self.site}/robots.txt"), 2)
        await self._up("redis", "site")
        await initialise(
            self.redis,
            data_dir=self.folder,
            site=self.site,
            live="1",
            max_bid_cents=100_000,
            total_limit_cents=self.budget_dollars * 100,
        )
        await self._services()
        await self._up(*(name for name in self.specs if name not in ("redis", "site")))
        await self.log_in()
        return self

    async def _services(self) -> None:
        groups = {"nellis-proxy": self.proxies, "bidder": self.bidders, "poller": self.pollers}
        names = {kind: [f"{kind}-{n}" for n in range(1, count + 1)] for kind, count in groups.items()}
        ports = {name: any_free(HOST) for group in names.values() for name in group}
        targets = {kind: "ipv4:///" + ",".join(f"{HOST}:{ports[name]}" for name in group) for kind, group in names.items()}
        if all(len(group) == 1 for group in names.values()):
            targets = {kind: f"{HOST}:{ports[group[0]]}" for kind, group in names.items()}
        for kind, group in names.items():
            for name in group:
                self.metrics[name] = any_free(HOST)
                own = {"BIDWRIGHT_GRPC_PORT": str(ports[name]), "BIDWRIGHT_METRICS_PORT": str(self.metrics[name])}
                env = await self._environment(name, targets, own)
                module = "bidwright_" + kind.replace("-", "_")
                ready = readiness.beat(self.store_url, kind)
                self.specs[name] = Spec(name, (sys.executable, "-m", module), env, ready, {"nellis-proxy": 3}.get(kind, 4))
        env = await self._environment("gateway", targets, {"PORT": str(self.gateway_port), "AUTH_TOKEN": TOKEN})
        self.specs["gateway"] = Spec(
            "gateway", (sys.executable, "-m", "bidwright_gateway"), env, readiness.http(f"{self.url}/health/ready"), 5
        )

    async def _environment(self, name: str, targets: dict[str, str], own: dict[str, str]) -> dict[str, str]:
        store, site = self.redis_port, self.site_port
        if self.lines:
            self.to_store[name] = await Line(self.redis_port).start()
            store = self.to_store[name].port_here
        if name.startswith("nellis-proxy"):
            self.to_site[name] = await Line(self.site_port, tap=partial(self._tap, name)).start()
            site = self.to_site[name].port_here
        env = clean_environment() | {
            "REDIS_URL": f"redis://{HOST}:{store}/0",
            "BIDWRIGHT_DATA_DIR": str(self.folder),
            "BIDWRIGHT_SUPERVISED": "1",
            "BIDWRIGHT_SIMULATED": "1",
            "BIDWRIGHT_MODE": "live",
            "BIDWRIGHT_LOG_FORMAT": "json",
            "NELLIS_BASE_URL": f"http://{HOST}:{site}",
            "NELLIS_SSE_URL": f"http://{HOST}:{site}",
            "NELLIS_PROXY_ADDR": targets["nellis-proxy"],
            "BIDDER_ADDR": targets["bidder"],
            "POLLER_ADDR": targets["poller"],
            "ENDED_AUCTION_RETENTION_MS": "86400000",
            "API_RATE_LIMIT_MAX": "1000000",
            "BID_RATE_LIMIT_MAX": "1000000",
            "PYTHONUNBUFFERED": "1",
        }
        return {**env, **own, **self.more.get(name, {})}

    def _tap(self, name: str, piece: bytes) -> None:
        if piece.startswith((b"GET ", b"POST ")):
            bid = piece.startswith(b"POST /api/bids")
            found = _BODY.search(piece) if bid else None
            self.sent.append(Sent(time.time(), name, bid, int(found[1]) if found else 0, int(found[2]) if found else 0))

    async def _up(self, *names: str) -> None:
        for name in names:
            self.supervisor.start(self.specs[name])
        await asyncio.gather(*(asyncio.wait_for(self.part(name).ready.wait(), 60) for name in names))

    async def stop(self) -> None:
        """End what this object started, stopped ones too."""
        for child in self.supervisor.children.values():
            if child.pid:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGCONT)
        await self.supervisor.stop()
        for line in (*self.to_site.values(), *self.to_store.values()):
            await line.stop()
        await self.http.aclose()
        await self.api.aclose()
        await self.redis.aclose()

    # ---- parts ---------------------------------------------------------------------------------------------------------------

    def part(self, name: str) -> Child:
        """The child *name*, running or being started again."""
        return self.supervisor.children[name]

    def names(self, *kinds: str) -> list[str]:
        """The parts of these kinds."""
        return [name for name in self.supervisor.children if name.rstrip("-0123456789") in kinds]

    def signal(self, name: str, what: signal.Signals) -> bool:
        """Send *what* to a part; False when it does not run at the moment."""
        pid = self.part(name).pid
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, what)
                return True
        return False

    def kill(self, name: str) -> bool:
        """End a part without a word, as a crash would; False when it does not run. It is started again."""
        hit = self.signal(name, signal.SIGKILL)
        if hit:
            self.part(name).ready.clear()
        return hit

    async def ready(self, name: str, within_s: float = 30) -> bool:
        """Wait until a part does its work (again)."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.part(name).ready.wait(), within_s)
        return self.part(name).ready.is_set()

    # ---- the site and the owner ----------------------------------------------------------------------------------------------

    async def sim(self, path: str, order: dict[str, Any] | None = None, **query: Any) -> Any:
        """Ask (or with *order*, tell) the site's control side."""
        address = f"{self.site}/__sim/{path}"
        answer = await (self.http.get(address, params=query) if order is None else self.http.post(address, json=order))
        return answer.raise_for_status().json()

    async def ledger(self, since: int = 0, **equal: Any) -> list[dict[str, Any]]:
        """All entries after *since* whose fields equal what is given."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.sim("ledger", since=since, limit=10_000, **equal)
            found += page["entries"]
            if len(page["entries"]) < 10_000:
                return found
            since = page["cursor"]

    async def told(self, method: str, path: str, body: Any = None, key: str = "") -> httpx.Response | None:
        """One command to the gateway, or None when no whole answer came."""
        try:
            return await self.api.request(method, path, json=body, headers={"Idempotency-Key": key} if key else {})
        except httpx.HTTPError:
            return None

    async def insist(self, method: str, path: str, body: Any = None, key: str = "", within_s: float = 60) -> httpx.Response:
        """The same until it is answered with something other than "ask again": a 5xx, 429, or that it is under way."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            answer = await self.told(method, path, body, key)
            if answer is not None and answer.status_code < 500 and answer.status_code != 429 and b"UNDER_WAY" not in answer.content:
                return answer
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{method} {path} was not answered")

    async def log_in(self) -> None:
        """The owner logs in to the site and syncs the session."""
        cookie = (await self.sim("session", {}))["cookie"]
        answer = await self.insist("POST", "/api/auth", {"cookies": f"a=b; {cookie}"})
        if answer.json() != {"success": True}:
            raise RuntimeError(f"the session was not taken: {answer.text}")

    async def open_lot(self, **order: Any) -> str:
        """A lot on the site."""
        return str((await self.sim("lots", {"count": 1, **order}))["lots"][0]["id"])

    async def watch(self, lot: str, cap: int, strategy: str = "sniping", *, key: str = "") -> httpx.Response:
        """Watch and arm a lot."""
        config = {"maxBid": cap, "strategy": strategy, "autoBid": True}
        return await self.insist("POST", f"/api/auctions/{lot}/monitor", {"config": config}, key)


def results(name: str, figures: dict[str, Any], *, parts: bool = False) -> None:
    """Keep and print *figures*; *parts*: those of a part that was not run this time stay."""
    file = ROOT / "bench/results" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(file.read_text()) if parts and file.exists() else {}
    file.write_text(json.dumps({**before, **figures}, indent=1) + "\n")
    sys.stdout.write(f"{name}\n" + "".join(f"  {key:<46} {value}\n" for key, value in figures.items()))
    sys.stdout.flush()


def spread(values: list[float], digits: int = 3) -> dict[str, float]:
    """Count, median, 99th percentile and most of *values*."""
    if not values:
        return {"n": 0}
    ordered = sorted(values)
    rank = lambda p: ordered[min(len(ordered) - 1, int(len(ordered) * p))]  # noqa: E731 - used twice, here
    return {"n": len(ordered), "p50": round(rank(0.5), digits), "p99": round(rank(0.99), digits), "max": round(ordered[-1], digits)}
