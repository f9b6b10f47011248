"""The service as a process of its own."""

import asyncio
import os
import signal
import socket
import sys
import urllib.request
from contextlib import asynccontextmanager

import grpc.aio
import pytest

from bidwright.runtime.rpc import channel
from bidwright.runtime.telemetry import beats
from bidwright_proto.v1 import site_pb2, site_pb2_grpc
from bidwright_simulator.site import Wish


def free_port():
    """A port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@asynccontextmanager
async def process(house, **more):
    """``python -m bidwright_nellis_proxy`` beside the house; ends it in order."""
    given = {
        "REDIS_URL": house.url,
        "NELLIS_BASE_URL": house.site,
        "NELLIS_SSE_URL": house.site,
        "BIDWRIGHT_DATA_DIR": str(house.folder),
        "BIDWRIGHT_GRPC_PORT": str(free_port()),
        "BIDWRIGHT_METRICS_PORT": "0",
        "BIDWRIGHT_LOG_LEVEL": "debug",
        **more,
    }
    made = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bidwright_nellis_proxy",
        env={**os.environ, **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with channel(f"127.0.0.1:{given['BIDWRIGHT_GRPC_PORT']}") as calls:
        yield made, site_pb2_grpc.SiteStub(calls)
    if made.returncode is None:
        made.send_signal(signal.SIGTERM)
        await made.wait()


async def output(made):
    """Everything it said, once it has ended; its exit code."""
    if made.returncode is None:
        made.send_signal(signal.SIGTERM)
    said, _ = await asyncio.wait_for(made.communicate(), 15)
    return said.decode(), made.returncode


async def test_the_session_is_nowhere(house, sim):
    """At debug level, through reads, bids, faults and errors: the cookie's value is in no log, metric, error, reply or record."""
    lot = sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,)))
    canary = sim.accounts.open("demo@example.invalid", sim.now())
    metrics = free_port()
    seen = []

    async def call(work):
        try:
            seen.append(repr(await work))
        except grpc.aio.AioRpcError as error:
            seen.append(repr(error))

    async with process(house, BIDWRIGHT_METRICS_PORT=str(metrics)) as (made, stub):
        reply = await stub.SetSession(site_pb2.SetSessionRequest(cookies=f"a=b; __session={canary}"), wait_for_ready=True)
        assert "ok" == reply.state
        await house.reserve(lot=str(lot.id))
        await call(stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id="i1")))
        assert "LEADING" == await house.state()
        for kind in ("none", "status", "reset", "cut", "html", "captcha", "session", "hang"):
            if kind != "none":
                params = {"status": 500, "bytes": 10, "seconds": 0.2}
                sim.faults.add({"kind": kind, "on": ["page", "data", "loader", "list"], "params": params}, sim.now())
            await call(stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id))))
            await call(stub.ListMyLots(site_pb2.ListMyLotsRequest()))
            sim.faults.active.clear()
            await house.redis.delete("bw:block")
        await call(stub.SetSession(site_pb2.SetSessionRequest(cookies=f"__session={canary} {canary}")))
        seen.append(await asyncio.to_thread(lambda: urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics").read().decode()))
        assert 'bidwright_bids_total{state="LEADING"} 1.0' in seen[-1]
        seen += [repr(await content(house.redis, key)) for key in await house.redis.keys("*")]
        said, code = await output(made)
    assert 0 == code
    assert "site.answered" in said
    assert canary not in "\n".join([*seen, said])


async def content(redis, key):
    """Everything a key holds."""
    reads = {
        "hash": redis.hgetall,
        "string": redis.get,
        "stream": redis.xrange,
        "zset": lambda k: redis.zrange(k, 0, -1),
        "list": lambda k: redis.lrange(k, 0, -1),
        "set": redis.smembers,
    }
    return await reads[await redis.type(key)](key)


async def test_heartbeat_and_a_clean_end(house):
    """It says that it is there, and ends with 0 when told to."""
    async with process(house) as (made, stub):
        status = await stub.GetStatus(site_pb2.GetStatusRequest(), wait_for_ready=True)
        assert (house.site, "closed", 10.0, "missing") == (
            status.site,
            status.breaker_state,
            status.requests_per_second,
            status.session_state,
        )
        while not (there := await beats(house.redis)):  # noqa: ASYNC110 - another process beats
            await asyncio.sleep(0.05)
        assert [("nellis-proxy", made.pid)] == [(beat.service, beat.pid) for beat in there]
        _, code = await output(made)
    assert 0 == code


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"NELLIS_REQUESTS_PER_SECOND": "11"}, "NELLIS_REQUESTS_PER_SECOND"),
        ({"NELLIS_BASE_URL": "nellis"}, "http://"),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL"),
        ({"BIDWRIGHT_SECRET_KEY_FILE": "/nowhere/key"}, "BIDWRIGHT_SECRET_KEY_FILE"),
    ],
)
async def test_wrong_settings(house, more, sentence):
    """What the operator must change ends the start with a sentence and exit code 78."""
    async with process(house, **more) as (made, _):
        await made.wait()
        said, code = await output(made)
    assert 78 == code
    assert sentence in said
    assert "Traceback" not in said


async def test_port_in_use(house):
    """So does a port that something else has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with process(house, BIDWRIGHT_GRPC_PORT=port) as (made, _):
            await made.wait()
            said, code = await output(made)
    assert (78, True) == (code, port in said)


async def test_waits_for_the_store(house):
    """A store that is not initialised yet is waited for, in words."""
    await house.redis.flushall()
    async with process(house) as (made, stub):
        while b"store.waiting" not in await made.stdout.readline():
            pass
        await house.transitions.init(epoch="e", known="", site=house.site, schema="1", total_limit=1, live="0", max_bid=1)
        status = await stub.GetStatus(site_pb2.GetStatusRequest(), wait_for_ready=True)
        assert "missing" == status.session_state
