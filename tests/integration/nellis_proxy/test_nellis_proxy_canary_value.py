"""
One value is followed everywhere: a session that can be recognised in any coating, and a process that meets every trouble and a crash.

Looked through are the process's output, /metrics, replies and errors, live events, every record, and every file on disk.
"""

import asyncio
import base64
import json
import os
import resource
import signal
import socket
import sys
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, unquote

import grpc.aio
import pytest

from bidwright.runtime.engine import Engine
from bidwright.runtime.rpc import channel
from bidwright_proto.v1 import site_pb2, site_pb2_grpc
from bidwright_simulator.accounts import DEMO, user_id
from bidwright_simulator.site import Wish

TOKEN = "canary0f3a91c7d25e48b6canary7d104"
OTHER = "canary-of-another-cookie"
PLANS = [
    {"kind": "status", "params": {"status": 503}},
    {"kind": "status", "params": {"status": 403}},
    {"kind": "html", "params": {}},
    {"kind": "captcha", "params": {}},
    {"kind": "cut", "params": {"bytes": 40}},
    {"kind": "reset", "params": {}},
    {"kind": "loader-error", "params": {}},
    {"kind": "session", "params": {"form": "login"}},
    {"kind": "session", "params": {"form": "redirect"}},
]
BID_TROUBLES = ["reset", "cut", "html", "status", "session"]


@pytest.fixture
def engine(tmp_path):
    """A store that writes everything to disk, since the files are looked through."""
    made = Engine(tmp_path / "engine", durable=True)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def canary(sim):
    """A session value that the site knows: URL-encoded and signed, as its own are."""
    body = base64.urlsafe_b64encode(json.dumps({"userId": user_id(DEMO), "token": TOKEN}).encode()).decode()
    sim.accounts.sessions[TOKEN] = (user_id(DEMO), sim.now() + 86_400_000)
    value = quote(f"{body}.{sim.accounts._sign(body)}", safe="")
    assert unquote(value) != value
    return value


def coats(value):
    """Every form in which *value* or what is inside of it could lie around, as bytes."""
    plain = unquote(value)
    body, _, signature = plain.rpartition(".")
    cores = {value, plain, quote(value, safe=""), body, signature, TOKEN, OTHER}
    found = {core.encode() for core in cores}
    for core in cores:
        found |= {core.encode().hex().encode(), core[: len(core) // 2].encode()}
        for before in range(3):  # base64 looks different at each of three offsets; its edges depend on the neighbours
            middle = base64.b64encode(b"x" * before + core.encode())[4:-4]
            found |= {middle, middle.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def held(haystack, value):
    """The coats of *value* that are in *haystack*."""
    return sorted(coat for coat in coats(value) if coat in haystack)


def files(folder):
    """Everything on disk below *folder*, with the names."""
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def free_port():
    """A port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def no_core():
    """A memory image is the one place where the value must be; none is written here."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Process:
    """
    ``python -m bidwright_nellis_proxy`` at debug level beside the house; notes whatever a caller is told.
    """

    def __init__(self, house, made, stub, metrics_port):
        self.house, self.made, self.stub, self._metrics_port = house, made, stub, metrics_port
        self.told = []

    async def call(self, work):
        """The reply, or the error with its sentence and details."""
        try:
            reply = await work
        except grpc.aio.AioRpcError as error:
            self.told += [repr(error), str(error.details()), repr(list(error.trailing_metadata() or ()))]
            return None
        self.told.append(repr(reply))
        return reply

    async def lot(self, lot):
        return await self.call(self.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id), purpose=site_pb2.PURPOSE_RECONCILE)))

    async def sync(self, cookies):
        return await self.call(self.stub.SetSession(site_pb2.SetSessionRequest(cookies=cookies), wait_for_ready=True))

    async def bid(self, intent, lot, **how):
        await self.house.reserve(intent, str(lot.id), **how)
        return await self.call(self.stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id=intent)))

    async def metrics(self):
        """As /metrics shows them."""
        url = f"http://127.0.0.1:{self._metrics_port}/metrics"
        self.told.append(await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode()))
        return self.told[-1]

    async def everything(self):
        """All that can be seen from outside: what callers were told, every record, every file."""
        redis = self.house.redis
        reads = {
            "hash": redis.hgetall,
            "string": redis.get,
            "stream": redis.xrange,
            "zset": lambda key: redis.zrange(key, 0, -1),
            "list": lambda key: redis.lrange(key, 0, -1),
            "set": redis.smembers,
        }
        records = [f"{key} {await reads[await redis.type(key)](key)!r}" for key in await redis.keys("*")]
        return "\n".join([*self.told, *records]).encode() + b"\n".join(files(self.house.folder).values())


@asynccontextmanager
async def process(house):
    """A process whose output and data lie in the house's folder; killed at the end if it still runs."""
    port, metrics = free_port(), free_port()
    given = {
        "REDIS_URL": house.url,
        "NELLIS_BASE_URL": house.site,
        "NELLIS_SSE_URL": house.site,
        "BIDWRIGHT_DATA_DIR": str(house.folder),
        "BIDWRIGHT_GRPC_PORT": str(port),
        "BIDWRIGHT_METRICS_PORT": str(metrics),
        "BIDWRIGHT_LOG_LEVEL": "debug",
        "BIDWRIGHT_BREAKER_FAILURES": "100",  # every fault below shall reach the site
        "PYTHONFAULTHANDLER": "1",
        "PYTHONASYNCIODEBUG": "1",
        "GRPC_VERBOSITY": "debug",
    }
    with (house.folder / "said").open("wb") as out:
        made = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "dev", "-m", "bidwright_nellis_proxy"),
            env={**os.environ, **given},
            stdout=out,
            stderr=out,
            preexec_fn=no_core,
        )
    try:
        async with channel(f"127.0.0.1:{port}") as calls:
            yield Process(house, made, site_pb2_grpc.SiteStub(calls), metrics)
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()


def said(house):
    """What the process wrote so far."""
    return (house.folder / "said").read_text(errors="replace")


def test_every_coat_is_recognised(canary):
    """The search finds the value raw, encoded, decoded and inside base64 at any offset, and nothing in other text."""
    plain = unquote(canary)
    for text in (canary, plain, quote(canary), json.dumps({"c": plain}), *("x" * n + plain + "y" for n in range(3))):
        assert held(text.encode(), canary)
        assert held(base64.b64encode(text.encode()), canary)
        assert held(base64.urlsafe_b64encode(text.encode()), canary)
    assert [] == held(b"canary" + base64.b64encode(b"something else, and longer than that"), canary)


async def test_the_value_is_nowhere(house, sim, canary):
    """Reads, bids, every fault on the way, a lost site: the session's value is in nothing that can be seen from outside."""
    lots = [sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,))) for _ in range(9)]
    async with process(house) as running:
        assert "ok" == (await running.sync(f"__other={OTHER}; __session={canary}")).state
        events = running.stub.WatchLots()
        await events.write(site_pb2.WatchLotsRequest(lot_ids=[str(lots[0].id)]))
        running.told.append(repr(await events.read()))
        assert (await running.lot(lots[0])).lot.has_user_state
        assert "LEADING" == (await running.bid("live", lots[0])).state
        assert "LEADING" == (await running.bid("paper", lots[1], mode="dry")).state
        for kind, lot in zip(BID_TROUBLES, lots[2:], strict=False):
            fault = sim.faults.add({"kind": kind, "on": ["bids"], "params": {"bytes": 20, "form": "login"}}, sim.now())
            await running.bid(kind, lot)
            sim.faults.active.remove(fault)
            await house.redis.delete("bw:block")
            await running.sync(f"__session={canary}")
        repeated = {"text": f"Your session {canary} ({unquote(canary)}) was refused"}
        fault = sim.faults.add({"kind": "refusal", "on": ["bids"], "params": repeated}, sim.now())
        assert "was refused" in (await running.bid("repeated", lots[7])).message
        sim.faults.active.remove(fault)
        for plan in PLANS:
            fault = sim.faults.add({**plan, "on": ["page", "data", "loader", "list"]}, sim.now())
            await running.lot(lots[0])
            await running.call(running.stub.ListMyLots(site_pb2.ListMyLotsRequest()))
            sim.faults.active.remove(fault)
            await house.redis.delete("bw:block")
        await house.transitions.format("ok", "")  # the captcha is answered; the canary would find out within a quarter of a minute
        await running.sync(f"__session={canary}; __session={canary} {canary}")
        await running.sync(f"__session={canary}")
        sim.server.should_exit = True
        await asyncio.sleep(0.5)
        await running.lot(lots[0])
        await running.bid("away", lots[8])
        await running.sync(f"__session={canary}")
        await running.call(running.stub.CheckSession(site_pb2.CheckSessionRequest()))
        await running.call(running.stub.GetStatus(site_pb2.GetStatusRequest()))
        events.cancel()
        assert "bidwright_bids_total" in await running.metrics()
        everything = await running.everything()
    assert "site.answered" in said(house)
    assert "not-connected" in said(house)
    assert [path for path in files(house.folder) if "appendonly" in path.name]
    assert [] == held(everything, canary)


async def test_nor_in_what_a_bug_leaves(house, sim, canary):
    """Exceptions that nobody expected, in a call and in a loop, print where they were and not what they held."""
    lot = sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,)))
    async with process(house) as running:
        assert "ok" == (await running.sync(f"__session={canary}")).state
        await running.lot(lot)
        await house.redis.hset("bw:session", "checked_at", "no number")
        while "loop.failed" not in said(house):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
        await running.lot(lot)
        await house.redis.hset("bw:session", "checked_at", "0")
        resource.prlimit(running.made.pid, resource.RLIMIT_NOFILE, (8, 8))
        await running.lot(lot)
        await running.bid("no-files", lot)
        everything = await running.everything()
    assert "Traceback" in said(house)
    assert [] == held(everything, canary)


@pytest.mark.parametrize("how", [signal.SIGABRT, signal.SIGSEGV])
async def test_nor_in_a_crash(house, sim, canary, how):
    """The fault handler's output and what lies on disk afterwards do not show the value, even with a request under way."""
    lot = sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,)))
    async with process(house) as running:
        assert "ok" == (await running.sync(f"__session={canary}")).state
        await running.lot(lot)
        sim.faults.add({"kind": "hang", "on": ["page"], "params": {"seconds": 5}}, sim.now())
        under_way = asyncio.ensure_future(running.lot(lot))
        await asyncio.sleep(0.3)
        running.made.send_signal(how)
        assert -how == await running.made.wait()
        await under_way
        everything = await running.everything()
    assert "Fatal Python error" in said(house)
    assert [] == held(everything, canary)
