"""Steps of toggles.feature. One system serves the whole matrix: to start sixteen would take longer than all the rest."""

import json

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from system import System

scenarios("toggles.feature")
RIVAL = 9_001
FOUR = ("polling_queue", "circuit_breaker", "sse", "performance_metrics")


@pytest.fixture(scope="module")
def system(engine, tmp_path_factory):
    """Everything, started once."""
    made = System(engine.url, tmp_path_factory.mktemp("toggles"))
    made.log_in()
    yield made
    made.close()


@pytest.fixture
def lots():
    """Ids of the lots that the scenario is about, in the order in which they came."""
    return []


def flip(system, **values):
    """By hand, as redis-cli does; every service looks."""
    for name, value in values.items():
        system.run(system.redis.set(f"feature:{name}", value))
    system.follow_toggles()


@given(
    parsers.parse("the polling queue is {queue}, the breaker {breaker}, live events {live} and timings {timings}"),
    target_fixture="switches",
)
def _switches(system, queue, breaker, live, timings):
    flip(system, challenger="off", **dict(zip(FOUR, (queue, breaker, live, timings), strict=True)))
    return dict(zip(FOUR, (queue == "on", breaker == "on", live == "on", timings == "on"), strict=True))


@given("the challenger has every lot, and smart is switched on")
def _challenger(system):
    flip(system, challenger="challenger", smart_bidding="true")


@given(parsers.re(r"a (second )?lot that closes in (?P<seconds>\d+) seconds, bid up to \$(?P<price>\d+) by somebody"))
def _a_lot(system, lots, seconds, price):
    lots.append(system.open_lot(float(seconds), rivals=[]))
    here = system.at_site(lots[-1])
    for who in (RIVAL, RIVAL + 1):  # two with one maximum: the price is theirs
        here.place_bid(who, int(price), system.site.now() - 1000 + who - RIVAL)


@given(parsers.parse("it is watched with {strategy} up to ${cap:d}"))
def _watched(system, lots, strategy, cap):
    params = '{"snipeSeconds": 4}'  # short: each second of it is paid sixteen times
    system.watch(lots[-1], strategy=strategy, cap=cap * 100, params=params)


@when(parsers.parse("both have been closed for {seconds:d} seconds at the site"))
def _closed(system, lots, seconds):
    for lot in lots:
        system.go_to_close(lot, 0)
    system.go(seconds)


@when(parsers.parse("it is {seconds:d} seconds before the close"))
def _before(system, lots, seconds):
    system.go_to_close(lots[-1], seconds)


@then(parsers.parse("the first is won at ${price:d} and its close was told once"))
def _won(system, lots, price):
    record = system.lot(lots[0])
    assert (True, "won", price * 100, 1) == (record.final, record.outcome, record.price, system.events("lot.closed", lots[0]))


@then("the second is lost without a bid")
def _lost(system, lots):
    assert ("lost", []) == (system.lot(lots[1]).outcome, system.bids(lots[1]))


@then("each switch is in force where it works")
def _in_force(system, switches):
    reads, plan, listening = system.proxy.parts.chain.names, system.poller.chain.names, system.poller.live._listening
    timed = {"feature-timings" in names for names in (reads, system.poller.worker._chain.names, system.bidder.look_chain.names)}

    assert switches == {
        "polling_queue": "feature-polling" not in plan,
        "circuit_breaker": "feature-breaker" in reads,
        "sse": ["1"] == listening.of(["1"]),
        "performance_metrics": timed == {True},
    }
    assert len(timed) == 1


@then(parsers.parse("the bid that reached the site was decided by {strategy}"))
def _decided(system, lots, strategy):
    (receipt,) = system.receipts(lots[0])
    assert 1 == len(system.bids(lots[0]))
    assert ("sniping", "challenger") == (receipt.strategy, json.loads(receipt.toggles)["challenger"])
    assert "headroom" in receipt.reason or "above the next bid" in receipt.reason


@then(parsers.parse("the lot is assigned to {variant}"))
def _assigned(system, lots, variant):
    assert {"challenger": variant} == dict(system.lot(lots[0]).variants)
    assert 1 == system.events("toggle.assigned", lots[0])
