"""REST: requests as clients send them, and what the answers are. LOT stands for the number of the lot."""

import json

from pytest_bdd import given, parsers, step, then

from bidwright_gateway.testing import EXTENSION, TOKEN

CONTRACT_CHECKS = {"memory", "eventLoop", "diskSpace", "redis", "websocket", "nellis-api", "services"}


def has(found, wanted):
    """Whether *found* holds everything in *wanted*, at whatever depth."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(name in found and has(found[name], value) for name, value in wanted.items())
    return found == wanted


def named(text, story):
    """The text with the number of the lot in it."""
    return text.replace("LOT", story.lot)


def body_of(system, path):
    """The body of a GET."""
    return system.ask("GET", path).json()


# ---- asking ----------------------------------------------------------------------------------------------------------------------


@step(parsers.re(r"(?P<method>GET|DELETE) (?P<path>\S+) is asked (?P<how>with the token|without the token|with Bearer and the token)"))
@step(parsers.re(r"(?P<method>GET|DELETE) (?P<path>\S+) is asked (?P<how>(from|under the name) \S+( \S+)?)"))
def _asked(system, story, method, path, how):
    headers = {
        "with the token": {}, "without the token": {"Authorization": ""}, "with Bearer and the token": {"Authorization": f"Bearer {TOKEN}"},
        "from the extension": {"Origin": EXTENSION},
    }.get(how)  # fmt: skip
    if headers is None:
        headers = {"Origin" if how.startswith("from ") else "Host": how.split()[-1]}
    story.reply = system.ask(method, named(path, story), headers=headers)


@step(parsers.re(r"(?P<method>POST|PUT) (?P<path>\S+) is sent( under the key (?P<key>\w+))?( (?P<body>\{.*?))?( (?P<times>\d+) times)?"))
def _sent(system, story, method, path, key, body, times):
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    for _ in range(int(times or 1)):
        story.earlier = getattr(story, "reply", None)
        story.reply = system.ask(method, named(path, story), headers=headers, content=named(body or "{}", story))


@step("the lot is watched over the API")
def _watched(system, story):
    reply = system.ask("POST", f"/api/auctions/{story.lot}/monitor", json={"config": {"maxBid": 40, "strategy": "auto"}})
    assert 200 == reply.status_code, reply.text
    system.go(1)


@step("the owner goes on with the number that GET /api/halt shows")
def _goes_on(system, story):
    story.reply = system.ask("POST", "/api/resume", json={"gen": body_of(system, "/api/halt")["gen"]})


@step("the extension sends its cookies to POST /api/auth")
def _cookies(system, story):
    cookies = f"other=1; __session={system.site.accounts.open('demo@example.invalid', system.site.now())}"
    story.reply = system.ask("POST", "/api/auth", headers={"Origin": EXTENSION}, json={"cookies": cookies})


@step(parsers.parse("the browser asks whether the extension may send {method} {path}"))
def _preflight(system, story, method, path):
    asks = {"Origin": EXTENSION, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    story.reply = system.ask("OPTIONS", path, headers=asks | {"Authorization": ""})


# ---- what is so ------------------------------------------------------------------------------------------------------------------


@given(parsers.re(r"the session of the owner (?P<what>is missing|has ended)"))
def _session(system, what):
    system.run(system.transitions.session("missing" if what == "is missing" else "expired", ""))


@given("the breaker of all replicas is open")
def _open(system):
    assert "open" == system.run(system.transitions.breaker_tell("a", "trip", "0", "503"))


@given("the pages of the site are not understood")
def _format(system):
    system.run(system.transitions.format("broken", "Lot 7 lacks userState.nextBid."))


@given("the bidder's heartbeat has stopped")
def _no_beat(system):
    system.run(system.redis.delete("bw:svc:bidder:bidder:1"))


# ---- answers ---------------------------------------------------------------------------------------------------------------------


@then(parsers.re(r"the answer is (?P<status>\d+)( with (?P<body>\{.*\}))?"))
def _answer(story, status, body):
    assert int(status) == story.reply.status_code, story.reply.text
    if body:
        wanted = json.loads(named(body, story))
        assert has(story.reply.json(), wanted), story.reply.text


@then(parsers.parse("the answer is {status:d}, the same as before"))
def _same(story, status):
    assert (status, story.earlier.content) == (story.reply.status_code, story.reply.content)
    assert "true" == story.reply.headers["idempotency-replayed"]


@then(parsers.parse("the answer says {words}"))
def _says(story, words):
    assert words in story.reply.text


@then("no page of another site may read it")
def _no_cors(story):
    assert "access-control-allow-origin" not in story.reply.headers


@then("it names the extension, PUT and authorization")
def _preflight_answer(story):
    told = [story.reply.headers[f"access-control-allow-{name}"] for name in ("origin", "methods", "headers")]
    assert (EXTENSION, "authorization") == (told[0], told[2])
    assert "PUT" in told[1].split(",")


@then(parsers.re(r"(?P<path>/\S+|GET /\S+) shows (?P<body>\{.*\})"))
def _shows(system, path, body):
    found = body_of(system, path.removeprefix("GET "))
    assert has(found, json.loads(body)), found


@then(parsers.parse("the list has the lot with {body}"))
def _listed(system, story, body):
    [auction] = [one for one in body_of(system, "/api/auctions")["auctions"] if one["id"] == story.lot]
    assert has(auction, json.loads(named(body, story))), auction


@then("the list does not have the lot")
def _not_listed(system, story):
    assert story.lot not in [one["id"] for one in body_of(system, "/api/auctions")["auctions"]]


@then(parsers.parse("its bill at that limit is not above ${dollars:g}, and a dollar more would be"))
def _bill(system, story, dollars):
    record = system.lot(story.lot)
    limit = record.hammer_cap
    assert record.rates.all_in(limit).cents <= round(dollars * 100) < record.rates.all_in(type(limit).whole(limit.dollars + 1)).cents


@then(parsers.parse("GET /api/halt lists the lot as standing with ${amount:d}"))
def _standing(system, story, amount):
    told = body_of(system, "/api/halt")
    assert [(story.lot, amount)] == [(one["id"], one["amount"]) for one in told["standing"]]


@then(parsers.parse("the receipt's steps are {steps}"))
def _steps(story, steps):
    [receipt] = story.reply.json()["receipts"]
    assert steps.split(", ") == [one["step"] for one in receipt["steps"]]


@then(parsers.parse("the budgets are {body}"))
def _budgets(system, body):
    found = {one["scope"]: one["limit"] for one in body_of(system, "/api/budgets")["budgets"]}
    assert has(found, json.loads(body)), found


@then(parsers.parse("the audit of {name} begins with {body}"))
def _audit(system, name, body):
    newest = body_of(system, f"/api/toggles/audit?name={name}")["audit"][0]
    assert has(newest, json.loads(body)), newest


@then("no check shows figures")
def _no_figures(story):
    assert not any("details" in check for check in story.reply.json()["checks"].values())


@then("every check of the contract shows figures")
def _figures(story):
    checks = story.reply.json()["checks"]
    assert checks.keys() >= CONTRACT_CHECKS
    assert all("details" in checks[name] for name in CONTRACT_CHECKS)


@then(parsers.parse("the metrics say {line}"))
def _metrics(system, line):
    text = system.ask("GET", "/metrics", headers={"Authorization": ""}).text
    assert any(row.startswith(line) for row in text.splitlines())


@then("no metric names the lot")
def _nobodys_lot(system, story):
    assert story.lot not in system.ask("GET", "/metrics").text
