"""Parts of the system that die, are stopped, or start again."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from pytest_bdd import given, parsers, step, then

from bidwright.runtime.store import SCHEMA
from bidwright_proto.v1 import site_pb2


@given("a bidder took the lot and died")
def _took_and_died(system, lot):
    assert [lot] == [ticket.lot_id for ticket in system.run(system.transitions.take("bid", n=10, lease_ms=2000)).tickets]


@given(parsers.re(r"1 bid was (?P<what>decided by a bidder that died before it was sent)"))
@given(parsers.re(r"1 bid was (?P<what>sent by a proxy that died before the answer, and the site took it)"))
def _died_in_between(system, lot, what):
    submit = system.stub.SubmitIntent

    async def lost(request, timeout, metadata=None):  # noqa: ASYNC109 - as gRPC has it
        return await submit(site_pb2.SubmitIntentRequest(intent_id="nothing"), timeout=timeout, metadata=metadata)

    system.stub.SubmitIntent = lost
    while not system.receipts(lot):
        system.go(0.25)
    system.stub.SubmitIntent = submit
    if what.startswith("sent"):
        receipt = system.receipts(lot)[-1]
        assert "send" == system.run(system.transitions.claim(receipt.id, "dead")).action
        assert system.site.bid(system.site.demo_user, system.at_site(lot), receipt.amount // 100).accepted
    _bidder_again(system)


@step("the bidder starts again")
def _bidder_again(system):
    system.end_bidders()
    system.add_bidder()


@step("the poller starts again")
def _poller_again(system):
    system.restart_poller()


@step("a second bidder is started")
def _second(system):
    system.add_bidder()


@given(parsers.parse("{count:d} more lots like it"))
def _more(system, story, count):
    for _ in range(count):
        story.lots.append(system.open_lot(300, rivals=[]))
        system.watch(story.lots[-1], strategy="auto")


@step(parsers.parse("no proxy answers for {seconds:d} seconds"))
def _no_proxy(system, seconds, tmp_path):
    system.end_proxy()
    system.go(seconds)
    system.restart_proxy(tmp_path)


@step("the services are made ready again")
def _ready_again(system):
    given = {"site": system.url, "schema": SCHEMA, "total_limit": 2_000_000, "live": "1", "max_bid": 100_000}
    assert system.run(system.transitions.init(epoch="e2", known="e", **given)).ok


@step("the bidder is told to stop in the middle of a look")
def _stop_bidder(system, story):
    assert system.run(system.bidder.worker.step())
    story.stopped = system.bidder
    system.end_bidders()


@then("it has nothing under way")
def _nothing_under_way(story):
    assert 0 == story.stopped.worker.under_way


@step("the proxy is told to stop while a bid is on the wire")
def _stop_proxy(system, lot):
    system.site.faults.add({"kind": "slow", "on": ["bids"], "params": {"ms": 1500}}, system.site.now())
    while not system.bid_requests():
        system.go(0.25)
    assert "SENDING" == system.receipts(lot)[-1].state
    system._with_time(system.proxy.parts.bids.finish())


@given("another watched lot whose record is spoilt")
def _spoilt(system):
    other = system.open_lot(300, rivals=[])
    system.watch(other, strategy="auto")
    for field in ("obs_started", "close", "price", "next_bid", "exposure", "params"):
        system.run(system.redis.hset(f"bw:lot:{other}", field, "{spoilt"))


@given("another watched lot whose record is a plain text")
def _of_another_kind(system):
    other = system.open_lot(300, rivals=[])
    system.watch(other, strategy="auto")
    system.run(system.redis.set(f"bw:lot:{other}", "not a record"))


# ---- a process of its own --------------------------------------------------------------------------------------------------------


@pytest.fixture
def process(engine, books, tmp_path):
    """A poller as an operator runs it."""
    books.do(books.house.open())
    books.do(books.house.watch())
    env = {**os.environ, "REDIS_URL": engine.url, "BIDWRIGHT_DATA_DIR": str(tmp_path), "BIDWRIGHT_GRPC_PORT": "0"}
    env |= {"BIDWRIGHT_METRICS_PORT": "0", "NELLIS_BASE_URL": "http://127.0.0.1:9"}
    made = subprocess.Popen([sys.executable, "-m", "bidwright_poller"], env=env)
    yield made
    if made.poll() is None:
        made.kill()
        made.wait()


@given("a poller in a process of its own")
def _a_process(books, process):
    while not books.do(books.redis.keys("bw:svc:poller:*")):
        assert process.poll() is None
        books.do(asyncio.sleep(0.05))


@step("it is sent SIGTERM")
def _sigterm(process):
    process.send_signal(signal.SIGTERM)


@then("it ends with success")
def _success(process):
    assert 0 == process.wait()


@then("its lots are in the queue for others")
def _for_others(books):
    assert None is not books.due("poll")
