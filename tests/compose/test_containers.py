"""Steps of containers.feature; `make compose-test` runs it before the rest, on the same stack."""

import time

import pytest
from pytest_bdd import given, scenarios, then, when
from stack import say, until

scenarios("containers.feature")
pytestmark = [pytest.mark.docker, pytest.mark.timeout(600), pytest.mark.xdist_group("docker")]
WINDOW_S = 10
READS = ("page", "data", "loader", "listings", "list", "account", "search")
FEW = 12
"""Reads in that window while the breaker is open: a probe each few seconds, each in the ways there are; thirty lots would ask a hundred."""


@pytest.fixture
def story():
    """What the scenario is about."""
    return {}


def _breaker(stack):
    return stack.api.get("/api/circuit-breaker").raise_for_status().json()["circuitBreaker"]["state"]


@given("every toggle that can be off is off")
def _all_off(stack, story):
    toggles = stack.api.get("/api/toggles").raise_for_status().json()["toggles"]
    story["off"] = [one["name"] for one in toggles if not one["locked"]]
    for name in story["off"]:
        stack.api.put(f"/api/toggles/{name}", json={"value": "false", "why": "the plain system"}).raise_for_status()
    story["decided"] = stack.ended("won", "lost")
    say(f"off: {', '.join(story['off'])}")


@when("two lots have closed since")
def _two_closed(stack, story):
    until(lambda: len(stack.ended("won", "lost") - story["decided"]) >= 2, 200, "two lots decided with every toggle off")


@then("each was decided within its limit")
def _within(stack):
    caps = {lot["id"]: lot["config"]["maxBid"] for lot in stack.auctions()}
    assert not [lot for lot in stack.summary()["lots"] if lot["our_highest"] and lot["our_highest"] > caps.get(str(lot["id"]), 10**9)]


@then("the toggles go back to what they were")
def _back(stack, story):
    for name in story["off"]:
        stack.api.request("DELETE", f"/api/toggles/{name}", json={"why": "done"}).raise_for_status()


@pytest.fixture
def faults(stack):
    """The site's faults, none of which outlives the scenario."""
    yield lambda kind, **params: stack.site.post("/faults", json={"kind": kind, "on": [*READS], "params": params}).raise_for_status()
    stack.site.request("DELETE", "/faults").raise_for_status()


@given("the site answers every read with an error")
def _failing(stack, faults):
    assert "closed" == until(lambda: _breaker(stack), 30, "the breaker's state")
    faults("status", status=503)


@when("the breaker has opened")
def _opened(stack):
    until(lambda: _breaker(stack) != "closed", 90, "an open breaker")


@then("the site is left alone but for one try at a time")
def _left_alone(stack):
    before = _reads(stack)
    time.sleep(WINDOW_S)
    asked = {kind: count - before[kind] for kind, count in _reads(stack).items()}
    say(f"in {WINDOW_S} s while the breaker is open: {asked}")
    assert sum(asked.values()) <= FEW


@when("the site is well again")
def _well(stack):
    stack.site.request("DELETE", "/faults").raise_for_status()


@then("the breaker closes by itself and lots are read again")
def _closes(stack):
    until(lambda: _breaker(stack) == "closed", 90, "a closed breaker")
    before = sum(_reads(stack).values())
    until(lambda: sum(_reads(stack).values()) > before + 5, 60, "reads")


def _reads(stack):
    """How often the site was read in each way so far."""
    counts = stack.summary()["requests_by_kind"]
    return {kind: counts.get(kind, 0) for kind in READS}


@given("ten lots are watched")
def _ten(stack, story):
    story["lots"] = until(lambda: (lots := _open(stack)) and len(lots) >= 10 and lots, 120, "ten lots watched")


@when("gateway, poller, bidder and nellis-proxy are each restarted")
def _restarted(stack, story):
    for service in ("gateway", "poller", "bidder", "nellis-proxy"):
        stack.compose("restart", "--timeout", "12", service, within_s=90)
    story["restarted"] = int(stack.redis("HGET", "bw:steady", "now"))


@then("the ten are watched as before, with the same limits and armed as they were")
def _as_before(stack, story):
    now = until(lambda: {lot["id"]: lot for lot in stack.auctions()}, 60, "an answer")
    for name, config in story["lots"].items():
        assert name in now, f"{name} is lost"
        if now[name]["status"] == "monitoring":
            assert config == _wish(now[name])


@then("each of them is read again")
def _read_again(stack, story):
    until(lambda: not _unread(stack, story), 120, "each lot read after the restarts")


def _unread(stack, story):
    """Lots that are open and whose price was not looked at since the restarts."""
    now = {lot["id"]: lot for lot in stack.auctions()}
    waiting = [name for name in story["lots"] if now[name]["status"] == "monitoring"]
    reads = {name: stack.redis("HMGET", f"bw:lot:{name}", "obs_started", "shown_started") for name in waiting}
    return [name for name, stamps in reads.items() if max(int(stamp or 0) for stamp in stamps) <= story["restarted"]]


def _open(stack):
    return {lot["id"]: _wish(lot) for lot in stack.auctions() if lot["status"] == "monitoring"}


def _wish(lot):
    return {name: lot["config"][name] for name in ("maxBid", "autoBid", "strategy")}
