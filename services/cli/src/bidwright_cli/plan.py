"""What runs: each child's command line, environment and readiness, worked out once before anything is started."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from bidwright.errors import SetupError
from bidwright.runtime.engine import arguments
from bidwright_cli import ports, readiness
from bidwright_cli.children import Check, Spec
from bidwright_cli.folder import Folder
from bidwright_cli.settings import Site, UpSettings

LOOPBACK = "127.0.0.1"
REDIS, SIMULATOR, PROXY, POLLER, BIDDER, GATEWAY = "redis", "simulator", "nellis-proxy", "poller", "bidder", "gateway"
NOTIFIER = "notifier"
_STAGE = {GATEWAY: 5, NOTIFIER: 5, BIDDER: 4, POLLER: 4, PROXY: 3, SIMULATOR: 2, REDIS: 1}
_METRICS = {PROXY: 9101, BIDDER: 9102, POLLER: 9103, NOTIFIER: 9104}
_DEMO_RETENTION_MS = 900_000
"""Results of the demo stay on the page for a quarter of an hour; a minute is too short to look at what happened."""
_DEMO_BUDGET_DOLLARS = 20_000
"""The simulated site's sales never end; the ordinary budget would be used up after a few."""
_SECRETS = {
    "AUTH_TOKEN": GATEWAY,
    "API_SIGNING_SECRET": GATEWAY,
    "BIDWRIGHT_SECRET_KEY": PROXY,
    "BIDWRIGHT_SECRET_KEY_FILE": PROXY,
    "BIDWRIGHT_NOTIFY_URLS": NOTIFIER,
    "BIDWRIGHT_NOTIFY_URLS_FILE": NOTIFIER,
}
"""Variables that only one child may see."""


@dataclass(frozen=True)
class Plan:
    """
    Everything `up` will start. *ports* by child; *moved* says which of the default ports were taken, for the log.
    """

    site: Site
    site_name: str
    """What the store remembers as the site its data belongs to."""
    url: str
    redis_url: str
    budget_dollars: int
    ports: dict[str, int]
    moved: tuple[str, ...]
    specs: dict[str, Spec]

    @property
    def simulator_url(self) -> str:
        """Address of the simulated site; only when there is one."""
        return f"http://{LOOPBACK}:{self.ports[SIMULATOR]}"


def make(settings: UpSettings, site: Site, folder: Folder, token: str) -> Plan:
    """Work it out. Raises SetupError when a port that the owner chose, or the gateway's, is taken."""
    gateway_port = ports.public(settings.bind, settings.port)
    taken = {GATEWAY: gateway_port}
    moved: list[str] = []
    grpc = {PROXY: ("proxy_addr", "NELLIS_PROXY_ADDR"), BIDDER: ("bidder_addr", "BIDDER_ADDR"), POLLER: ("poller_addr", "POLLER_ADDR")}
    for name, (setting, variable) in grpc.items():
        wanted = _port_of(getattr(settings, setting))
        taken[name] = ports.internal(LOOPBACK, wanted, chosen=settings.given(setting), name=variable)
        moved += [f"{name} listens on {taken[name]}, {wanted} is taken"] * (taken[name] != wanted)
    metrics = {
        name: 0 if settings.metrics_port == 0 else ports.internal(LOOPBACK, port, chosen=False, name="") for name, port in _METRICS.items()
    }
    if site == "sim":
        chosen = settings.given("simulator_port")
        taken[SIMULATOR] = ports.internal(LOOPBACK, settings.simulator_port, chosen=chosen, name="BIDWRIGHT_SIMULATOR_PORT")
        moved += [f"the simulated site listens on {taken[SIMULATOR]}, {settings.simulator_port} is taken"] * (
            settings.simulator_port not in (0, taken[SIMULATOR])
        )

    own_redis = not settings.given("redis_url")
    socket = folder.socket() if own_redis else Path()
    redis_url = f"unix://{socket}" if own_redis else settings.redis_url.get_secret_value()
    common = _environment(settings, site, folder, redis_url, taken)

    def service(name: str, ready: Check, **more: str) -> Spec:
        env = {**{key: value for key, value in common.items() if _SECRETS.get(key, name) == name}, **more}
        module = "bidwright_" + name.replace("-", "_")
        return Spec(name, (sys.executable, "-m", module), env, ready, _STAGE[name])

    specs: dict[str, Spec] = {}
    if own_redis:
        bare = {"PATH": os.environ.get("PATH", os.defpath), "TMPDIR": os.environ.get("TMPDIR", "/tmp")}  # noqa: S108 - the system's own default
        specs[REDIS] = Spec(REDIS, tuple(arguments(folder.redis, socket)), bare, readiness.redis(redis_url), _STAGE[REDIS])
    if site == "sim":
        address = f"http://{LOOPBACK}:{taken[SIMULATOR]}"
        command = ["--demo", "--state", str(folder.simulator), "--port", str(taken[SIMULATOR]), *shlex.split(settings.simulator_options)]
        spec = service(SIMULATOR, readiness.http(f"{address}/robots.txt"))
        specs[SIMULATOR] = Spec(SIMULATOR, (*spec.argv, *command), spec.env, spec.ready, spec.stage)
    for name in (PROXY, POLLER, BIDDER):
        more = {"BIDWRIGHT_GRPC_PORT": str(taken[name]), "BIDWRIGHT_METRICS_PORT": str(metrics[name])}
        specs[name] = service(name, readiness.beat(redis_url, name), **more)
    if settings.notifies:
        specs[NOTIFIER] = service(NOTIFIER, readiness.beat(redis_url, NOTIFIER), BIDWRIGHT_METRICS_PORT=str(metrics[NOTIFIER]))
    url = f"http://{_reachable(settings.bind)}:{gateway_port}"
    more = {"PORT": str(gateway_port), "AUTH_TOKEN": token, "BIDWRIGHT_BIND": settings.bind}
    specs[GATEWAY] = service(GATEWAY, readiness.http(f"{url}/health/ready"), **more)

    budget = _DEMO_BUDGET_DOLLARS if site == "sim" and not settings.given("budget_total_dollars") else settings.budget_total_dollars
    name = "simulated site" if site == "sim" else settings.site  # its port may differ from run to run
    return Plan(site, name, url, redis_url, budget, taken, tuple(moved), specs)


def _environment(settings: UpSettings, site: Site, folder: Folder, redis_url: str, taken: dict[str, int]) -> dict[str, str]:
    env = dict(os.environ)
    address = f"http://{LOOPBACK}:{taken[SIMULATOR]}" if site == "sim" else settings.site
    env.update(
        {
            "REDIS_URL": redis_url,
            "BIDWRIGHT_DATA_DIR": str(folder.path),
            "BIDWRIGHT_SUPERVISED": "1",
            "BIDWRIGHT_HALT_FILE": os.environ.get("BIDWRIGHT_HALT_FILE") or str(settings.data_dir.absolute() / "HALT"),
            "BIDWRIGHT_SIMULATED": "1" if site == "sim" else "0",  # only we know what answers at that address
            "BIDWRIGHT_BIND": LOOPBACK,  # only the gateway asks for a token, so only the gateway may face a network
            "NELLIS_BASE_URL": address,
            "NELLIS_PROXY_ADDR": f"{LOOPBACK}:{taken[PROXY]}",
            "BIDDER_ADDR": f"{LOOPBACK}:{taken[BIDDER]}",
            "POLLER_ADDR": f"{LOOPBACK}:{taken[POLLER]}",
            "PYTHONUNBUFFERED": "1",
        }
    )
    env.setdefault("BIDWRIGHT_LOG_FORMAT", "json")
    if site != "live":
        env["NELLIS_SSE_URL"] = env.get("NELLIS_SSE_URL") or address  # never the real site's live events for another site's lots
    if site == "sim":
        env["ENDED_AUCTION_RETENTION_MS"] = env.get("ENDED_AUCTION_RETENTION_MS") or str(_DEMO_RETENTION_MS)
    return env


def _port_of(address: str) -> int:
    try:
        return int(address.rsplit(":", 1)[1])
    except (IndexError, ValueError):
        raise SetupError(f"{address!r} is no gRPC address; it looks like 127.0.0.1:50051") from None


def _reachable(bind: str) -> str:
    return LOOPBACK if bind in ("0.0.0.0", "::") else f"[{bind}]" if ":" in bind else bind  # noqa: S104 - compared, not bound
