"""The WebSocket: clients by what they are, what they send, and what they hear."""

import json

import pytest
from pytest_bdd import given, parsers, step, then
from steps.rest import has, named
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bidwright_gateway.testing import EXTENSION, TOKEN

ORIGINS = {"extension": EXTENSION, "dashboard": "http://localhost:8080", "program": None}
_WHO = r"(it|the (?P<who>extension|dashboard|program))"


def _wire(story, who=None):
    """The client *who*; without a name the one that was connected first."""
    return story.wires[who or next(iter(story.wires))]


def _hear(system, wire, wanted):
    """The first frame that *wanted* likes, heard already or to come."""
    for number, frame in enumerate(wire.frames):
        if wanted(frame):
            return wire.frames.pop(number)
    return system.wait_for(wire.until(wanted))


def _all(system, wire):
    """Everything heard so far: what was sent before a pong has arrived with it."""
    system.run(wire.tell({"type": "ping"}))
    system.wait_for(wire.until(lambda frame: frame["type"] == "pong"))
    return wire.frames


def _states(system, story, who=None):
    """The states of the lot heard so far, oldest first."""
    frames = _all(system, _wire(story, who))
    return [frame["auction"] for frame in frames if frame["type"] == "auctionState" and frame["auction"]["id"] == story.lot]


# ---- connecting ------------------------------------------------------------------------------------------------------------------


@given(parsers.re(r"(the|a) (?P<who>extension|dashboard|program) is connected(?P<silent> and has said nothing)?"))
def _connected(system, story, who, silent):
    wire = story.wires[who] = system.wait_for(system.wire(ORIGINS[who]))
    if not silent:
        assert "connected" == system.wait_for(wire.next())["type"]
        assert system.wait_for(wire.ask("authenticate", token=TOKEN))["success"]
        assert "monitoredAuctions" == _hear(system, wire, lambda frame: frame["type"] == "monitoredAuctions")["type"]
    story.asked = system.site.ledger.requests


@step(parsers.parse("a page of {origin} connects"))
def _page(system, story, origin):
    try:
        story.wires["page"] = system.wait_for(system.wire(origin))
    except InvalidStatus as error:
        story.error = error


@then("it is refused")
def _refused(story):
    assert {} == story.wires
    assert 403 == story.error.response.status_code


# ---- sending ---------------------------------------------------------------------------------------------------------------------


@step(parsers.re(_WHO + r" sends (?P<frame>\{.*\})"))
def _sends(system, story, who, frame):
    told = json.loads(named(frame, story))
    story.frame = system.wait_for(_wire(story, who).ask(told.pop("type"), **told))


@given("it has turned the lot on")
def _turned_on(system, story):
    config = {"maxBid": 10, "strategy": "sniping", "incrementAmount": 1, "autoBid": True}
    assert system.wait_for(_wire(story).ask("startMonitoring", auctionId=story.lot, config=config))["success"]
    _hear(system, _wire(story), lambda frame: frame["type"] == "auctionState")


@step("it shows the token")
def _token(system, story):
    system.run(_wire(story).tell({"type": "authenticate", "token": TOKEN, "requestId": "req_1"}))


@step("it shows a wrong token 5 times")
def _wrong_token(system, story):
    for _ in range(5):
        assert not system.wait_for(_wire(story).ask("authenticate", token="wrong"))["success"]


@step("it pings")
def _pings(system, story):
    system.run(_wire(story).tell({"type": "ping"}))


@step("it sends what is no message")
def _no_message(system, story):
    system.run(_wire(story).socket.send("{"))


@step("it sends a message of more than a megabyte")
def _long(system, story):
    system.wait_for(_wire(story).socket.send("x" * 1_100_000))


@step("the site ends the sale now")
def _ends(system, story):
    here = system.at_site(story.lot)
    here.close = system.site.now() + 2000
    system.site.replan()
    assert system.run(system.transitions.put("poll", story.lot))


# ---- hearing ---------------------------------------------------------------------------------------------------------------------


@then(parsers.re(r"it is answered (?P<frame>\{.*\})(?P<no_error> and no error)?"))
def _answered(story, frame, no_error):
    assert has(story.frame, json.loads(named(frame, story))), story.frame
    assert not no_error or "error" not in story.frame


@then(parsers.re(_WHO + r" hears the lot's state with (?P<auction>\{.*\})"))
@step(parsers.re(_WHO + r" hears the lot's state with (?P<auction>\{.*\})"))
def _state(system, story, who, auction):
    wanted = json.loads(named(auction, story))
    heard = _hear(system, _wire(story, who), lambda frame: frame["type"] == "auctionState" and has(frame["auction"], wanted))
    story.state = heard["auction"]


@then("it hears connected, and nothing before it shows the token")
def _greeting(system, story):
    assert {"type", "clientId", "message"} == system.wait_for(_wire(story).next()).keys()
    assert [] == _all(system, _wire(story))


@then("it hears authenticated with its own number, then the list")
def _authenticated(system, story):
    first, second = (system.wait_for(_wire(story).next()) for _ in range(2))
    assert {"type": "authenticated", "success": True, "requestId": "req_1"} == first
    assert {"type": "monitoredAuctions", "auctions": []} == second


@then("it hears pong")
def _pong(system, story):
    assert {"type": "pong"} == _hear(system, _wire(story), lambda frame: frame["type"] == "pong")


@then(parsers.re(r"it hears (?P<frame>\{.*\})"))
def _hears(system, story, frame):
    wanted = json.loads(named(frame, story))
    assert wanted == _hear(system, _wire(story), lambda heard: heard["type"] == wanted["type"])


@then("it hears a list without the lot")
def _list(system, story):
    _hear(
        system, _wire(story), lambda frame: frame["type"] == "monitoredAuctions" and story.lot not in [a["id"] for a in frame["auctions"]]
    )


@then(parsers.parse('it hears a notification that begins "{words}"'))
def _notification(system, story, words):
    heard = _hear(system, _wire(story), lambda frame: frame["type"] == "notification" and frame["message"].startswith(words))
    assert story.lot == heard["auctionId"]


@then(parsers.parse('it hears one notification, "{first}" and "{second}"'))
def _one_notification(system, story, first, second):
    [told] = [frame["message"] for frame in _all(system, _wire(story)) if frame["type"] == "notification"]
    assert told.startswith(first)
    assert second in told


@then("it heard one state with status ended, and none before the site's word")
def _ended_once(system, story):
    ended = [state for state in _states(system, story) if state["status"] == "ended"]
    assert [(True, 0)] == [(state["data"]["isClosed"], state["data"]["timeRemaining"]) for state in ended]
    assert system.at_site(story.lot).closed


@then("it heard the lot's state again, with less time left")
def _countdown(system, story):
    assert story.state["data"]["timeRemaining"] > _states(system, story)[-1]["data"]["timeRemaining"]


@then("the site was not asked for it")
def _not_asked(system, story):
    assert story.asked == system.site.ledger.requests


@then("no state that anybody heard has a number")
def _no_numbers(system, story):
    heard = [frame for wire in story.wires.values() for frame in _all(system, wire) if frame["type"] == "auctionState"]
    assert not [frame for frame in heard if "requestId" in frame]


@then(parsers.parse("its connection is closed with {code:d}"))
def _closed(system, story, code):
    with pytest.raises(ConnectionClosed) as closed:
        system.wait_for(_wire(story).until(lambda _: False))
    assert code in {word.code for word in (closed.value.rcvd, closed.value.sent) if word}


# ---- a gateway that ends ---------------------------------------------------------------------------------------------------------


@given("a gateway of its own", target_fixture="system")
def _own_gateway(engine, tmp_path, story, request):
    from premises import Premises  # noqa: PLC0415 - only here

    made = story.world = Premises(engine.url, tmp_path)
    request.addfinalizer(made.close)
    return made


@step("the gateway is told to stop")
def _end_gateway(system):
    system.end_gateway()


@then("the extension's connection is closed in order")
def _goodbye(system, story):
    _closed(system, story, 1012)


@then("nothing of the gateway is left running")
def _nothing_left(system):
    assert not system.gateway_runs
