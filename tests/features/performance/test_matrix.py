"""Steps of matrix.feature. One system serves the whole matrix: to start sixteen would take longer than all the rest."""

import json

import pytest
from pytest_bdd import given, parsers, scenarios, then
from system import System

scenarios("matrix.feature")
FOUR = ("polling_queue", "circuit_breaker", "sse", "performance_metrics")


@pytest.fixture(scope="module")
def system(engine, tmp_path_factory):
    """Everything, started once."""
    made = System(engine.url, tmp_path_factory.mktemp("toggles"))
    made.log_in()
    yield made
    made.close()


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


@given(parsers.parse("it is watched with {strategy} up to ${cap:d}"))
def _watched(system, story, strategy, cap):
    params = '{"snipeSeconds": 4}'  # short: each second of it is paid sixteen times
    system.watch(story.lot, strategy=strategy, cap=cap * 100, params=params)


@then(parsers.parse("the first is won at ${price:d} and its close was told once"))
def _won(system, story, price):
    record = system.lot(story.lots[0])
    assert (True, "won", price * 100, 1) == (record.final, record.outcome, record.price, system.events("lot.closed", story.lots[0]))


@then("the second is lost without a bid")
def _lost(system, story):
    assert ("lost", []) == (system.lot(story.lots[1]).outcome, system.bids(story.lots[1]))


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
def _decided(system, lot, strategy):
    (receipt,) = system.receipts(lot)
    assert 1 == len(system.bids(lot))
    assert ("sniping", "challenger") == (receipt.strategy, json.loads(receipt.toggles)["challenger"])
    assert "headroom" in receipt.reason or "above the next bid" in receipt.reason


@then(parsers.parse("the lot is assigned to {variant}"))
def _assigned(system, lot, variant):
    assert {"challenger": variant} == dict(system.lot(lot).variants)
    assert 1 == system.events("toggle.assigned", lot)
