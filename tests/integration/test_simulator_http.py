"""The simulated site through a real socket: faults, live events, control, and the command itself."""

import asyncio
import json
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import httpx
import pytest

from bidwright import SystemClock
from bidwright_simulator import Site, build
from bidwright_simulator.server import Server, listen
from bidwright_simulator.site import Wish

pytestmark = pytest.mark.integration
LOADER = "routes/p.$title.$productId._index"


@asynccontextmanager
async def serving(site):
    app, hub = build(site)
    sock = listen("127.0.0.1", 0)
    server = Server(app, site, hub)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def site():
    return Site(SystemClock())


@pytest.fixture
def lot(site):
    return site.open_lot(Wish(3600, rivals=[], early=[14]))


@pytest.fixture
async def client(site):
    async with serving(site) as url, httpx.AsyncClient(base_url=url, timeout=3) as client:
        yield client


@pytest.fixture
def cookie(site):
    return {"Cookie": f"__session={site.accounts.open('demo@example.invalid', site.now())}"}


async def fault(client, **order):
    reply = await client.post("/__sim/faults", json=order)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def place(client, lot, amount, cookie):
    return await client.post("/api/bids", json={"productId": lot.id, "bid": amount}, headers=cookie)


@pytest.mark.parametrize(
    ("params", "status", "body"),
    [
        ({"kind": "status", "params": {"status": 500}}, 500, "500"),
        ({"kind": "status"}, 503, "503"),
        ({"kind": "html"}, 200, "Come back soon"),
        ({"kind": "captcha"}, 403, "Verify you are human"),
        ({"kind": "captcha", "params": {"status": 200}}, 200, "g-recaptcha"),
    ],
)
async def test_answers_in_place_of_the_real_one(client, site, lot, cookie, params, status, body):
    """
    The fault's own answer comes, and a bid under it is not carried out.
    """
    await fault(client, **params)
    assert body in (await client.get(lot.path)).text
    reply = await place(client, lot, 20, cookie)

    assert status == reply.status_code
    assert [] == site.ledger.read(what="bid")


async def test_a_spoilt_answer_to_a_bid_that_stands(client, site, lot, cookie):
    """
    With `when: after` the bid is taken and only its answer is lost: the ambiguous case.
    """
    await fault(client, kind="status", on="bids", params={"status": 502, "when": "after"})
    reply = await place(client, lot, 20, cookie)

    assert reply.status_code == 502
    assert site.demo_user == lot.leader


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_slow_down(client, site, lot, form):
    """
    429 carries Retry-After as seconds or as a date on the site's clock.
    """
    site.skew(100_000)
    await fault(client, kind="status", params={"status": 429, "retry_after": 7, "retry_after_form": form})
    reply = await client.get(lot.path)
    value = reply.headers["retry-after"]

    assert reply.status_code == 429
    if form == "seconds":
        assert value == "7"
    else:
        assert 5 <= (parsedate_to_datetime(value) - parsedate_to_datetime(reply.headers["date"])).total_seconds() <= 8


async def test_slow(client, site, lot):
    """
    A slow answer comes late and whole; the ledger knows how long it took.
    """
    await fault(client, kind="slow", on="page", params={"ms": 120})

    assert (await client.get(lot.path)).status_code == 200
    assert site.ledger.read(kind="page")[0]["ms"] >= 120


async def test_hang(client, lot):
    """
    No answer comes; the client's own patience ends it.
    """
    await fault(client, kind="hang", on="page")

    with pytest.raises(httpx.ReadTimeout):
        await client.get(lot.path, timeout=0.2)


@pytest.mark.parametrize("after", [False, True])
async def test_reset(client, site, lot, cookie, after):
    """
    The connection breaks before or after the bid was taken; the client cannot tell which.
    """
    await fault(client, kind="reset", on="bids", params={"when": "after"} if after else {})

    with pytest.raises(httpx.TransportError):
        await place(client, lot, 20, cookie)
    assert after == (site.demo_user == lot.leader)


async def test_cut(client, lot):
    """
    Some bytes arrive and the rest does not, although it was promised.
    """
    await fault(client, kind="cut", on="page", params={"bytes": 300})
    got = bytearray()

    async def read():
        async with client.stream("GET", lot.path) as reply:
            async for part in reply.aiter_raw():
                got.extend(part)

    with pytest.raises(httpx.RemoteProtocolError):
        await read()
    assert len(got) == 300


async def test_the_session_is_gone_for_a_while(client, lot, cookie):
    """
    A session fault logs the visitor out in the form that was asked for, as often as was asked for.
    """
    await fault(client, kind="session", on=["bids", "account"], count=2, params={"form": "login"})

    assert "password" in (await place(client, lot, 20, cookie)).text
    assert "password" in (await client.get("/account", headers=cookie)).text
    assert (await client.get("/account", headers=cookie)).status_code == 200


@pytest.mark.parametrize(("kind", "status", "text"), [("outbid", 409, "outbid"), ("captcha", 422, "reCAPTCHA"), ("server", 500, "{}")])
async def test_any_refusal_can_be_asked_for(client, site, lot, cookie, kind, status, text):
    """
    Texts that the rules of the sale never produce come from a fault.
    """
    await fault(client, kind="refusal", on="bids", params={"type": kind})
    reply = await place(client, lot, 20, cookie)

    assert status == reply.status_code
    assert text in reply.text
    assert [] == site.ledger.read(what="bid")


async def test_a_loader_that_fails(client, lot):
    """
    The framework's signs: a header for the loader, an error inside for single fetch.
    """
    await fault(client, kind="loader-error", on=["loader", "data"])
    loader = await client.get(lot.path, params={"_data": LOADER})

    assert (500, "yes") == (loader.status_code, loader.headers["x-remix-error"])
    assert "SanitizedError" in (await client.get(f"{lot.path}.data")).text


async def test_the_format_changes_while_running(client, lot):
    """
    One request under a fault, then every request by a setting.
    """
    await fault(client, kind="format", count=1, params={"format": "plain"})

    assert '"loaderData"' in (await client.get(lot.path)).text
    assert "streamController.enqueue" in (await client.get(lot.path)).text
    assert (await client.post("/__sim/settings", json={"format": "plain"})).json()["format"] == "plain"
    assert "streamController" not in (await client.get(lot.path)).text
    assert (await client.post("/__sim/settings", json={"format": "xml"})).status_code == 400


async def test_a_stale_page(client, site, lot, cookie):
    """
    A cached answer shows what was, and its age.
    """
    await fault(client, kind="stale", on="loader", params={"age_s": 600})
    await place(client, lot, 20, cookie)
    reply = await client.get(lot.path, params={"_data": LOADER})

    assert (15, 1) == (lot.price, reply.json()["product"]["currentPrice"])
    assert reply.headers["age"] == "600"


async def test_a_lying_date(client, lot):
    """
    A skew fault falsifies the Date header and nothing else.
    """
    honest = parsedate_to_datetime((await client.get(lot.path)).headers["date"])
    await fault(client, kind="skew", params={"ms": 3_600_000})
    lying = parsedate_to_datetime((await client.get(lot.path)).headers["date"])

    assert 3590 < (lying - honest).total_seconds() < 3620


async def listening(site, count=1):
    while site.listeners[0].__self__.count < count:  # noqa: ASYNC110 - the hub has no event for this
        await asyncio.sleep(0.01)


async def events(client, lot, count, timeout=3):  # noqa: ASYNC109 - httpx's own
    found = []
    async with client.stream("GET", f"/live-products?productId={lot.id}", timeout=timeout) as reply:
        async for line in reply.aiter_lines():
            if line:
                found.append(line)
            if len(found) >= count:
                break
    return found


async def test_live_events(client, site, lot):
    """
    Connected at once, pings about every second, bids and the close as they happen.
    """
    following = asyncio.create_task(events(client, lot, 6))
    await listening(site)
    await client.post("/__sim/rival-bid", json={"lot": lot.id, "amount": 5})
    await client.post(f"/__sim/lots/{lot.id}", json={"close_now": True})
    found = [line for line in await following if line != "data: ping"]

    assert re.fullmatch(r"data: connected [0-9a-f-]{36},0x[0-9a-f]+-0x[0-9a-f]+", found[0])
    assert f"event: ch_product_bids:{lot.id}" == found[1]
    assert json.loads(found[2].removeprefix("data: "))["currentPrice"] == 6
    assert f"event: ch_product_closed:{lot.id}" == found[3]


async def test_live_events_are_dropped_refused_and_silent(client, lot):
    """
    A stream may end at once, be refused, or say nothing at all.
    """
    await fault(client, kind="live-drop", on="live")
    assert len(await events(client, lot, 5)) == 1
    await client.delete("/__sim/faults")
    await fault(client, kind="live-silent", on="live")
    with pytest.raises(httpx.ReadTimeout):
        await events(client, lot, 2, timeout=1.3)
    await client.delete("/__sim/faults")
    await fault(client, kind="status", on="live", params={"status": 503})
    assert (await client.get(f"/live-products?productId={lot.id}")).status_code == 503


async def test_open_streams_are_dropped_when_the_fault_comes(client, site, lot):
    """
    Putting the fault in force ends what is open.
    """
    following = asyncio.create_task(events(client, lot, 50))
    await listening(site)
    await fault(client, kind="live-drop", on="live")

    assert "connected" in (await following)[0]


async def test_a_hundred_streams(client, site, lot):
    """
    Many may listen at once, and all hear the same bid.
    """
    async with httpx.AsyncClient(base_url=client.base_url, limits=httpx.Limits(max_connections=150), timeout=10) as many:
        following = [asyncio.create_task(events(many, lot, 3, timeout=10)) for _ in range(100)]
        await listening(site, 100)
        await client.post("/__sim/rival-bid", json={"lot": lot.id, "amount": 5})
        found = await asyncio.gather(*following)

    assert all(any(line.startswith(("event:", "data: ping")) for line in lines) for lines in found)


async def test_control_of_lots(client, site):
    """
    Lots are opened and changed by orders; what is wrong with an order is said.
    """
    order = {
        "count": 3,
        "first_close_s": 60,
        "spacing_s": 5,
        "title": 'A 9" (x)',
        "retail": 12.5,
        "rivals": [{"kind": "proxy", "limit": 9}],
        "early": [4],
    }
    made = (await client.post("/__sim/lots", json=order)).json()["lots"]
    first = made[0]["id"]
    url = f"/__sim/lots/{first}"

    assert [60, 65, 70] == [round(lot["closes_in_s"]) for lot in made]
    assert (12.5, 'A 9" (x)', 4) == (made[0]["retail"], made[0]["title"], made[0]["maximum"])
    assert (await client.post(url, json={"price": 50})).json()["price"] == 50
    assert (await client.post(url, json={"withdraw": "leader"})).json()["bidCount"] == 0
    assert (await client.post(url, json={"word": "paused", "blocked": True})).json()["status"] == "paused"
    assert round((await client.post(url, json={"close_in_s": 9})).json()["closes_in_s"]) == 9
    assert (await client.post("/__sim/rival-bid", json={"lot": made[1]["id"]})).json()["outcome"] == "outbid"
    assert (await client.get("/__sim/lots/1")).status_code == 404
    assert "colour" in (await client.post(url, json={"colour": 1})).json()["error"]
    assert "size" in (await client.post("/__sim/lots", json={"size": 1})).json()["error"]
    assert "shark" in (await client.post("/__sim/lots", json={"rivals": [{"kind": "shark", "limit": 3}]})).json()["error"]
    assert (await client.post("/__sim/lots", content="[]")).status_code == 400
    assert (await client.post("/__sim/lots", content="{")).status_code == 400
    assert 3 == len((await client.get("/__sim/state")).json()["lots"])


async def test_ledger_and_summary(client, site, lot):
    """
    Every request and bid is told with its time, but not the control's own; the summary says who won and how hard it was.
    """
    session = (await client.post("/__sim/session")).json()
    cookie = {"Cookie": session["cookie"]}
    await client.get(lot.path, headers=cookie)
    await place(client, lot, 20, cookie)
    await client.post(f"/__sim/lots/{lot.id}", json={"close_now": True})
    entries = (await client.get("/__sim/ledger")).json()
    rest = (await client.get("/__sim/ledger", params={"since": entries["cursor"]})).json()
    summary = (await client.get("/__sim/summary")).json()

    assert [("request", "page"), ("request", "bids"), ("bid", None)] == [(entry["what"], entry.get("kind")) for entry in entries["entries"]]
    assert {session["userId"]} == {entry["user"] for entry in entries["entries"]}
    assert entries["entries"][0]["bytes"] > 3000
    assert [] == rest["entries"]
    assert [1] == [len((await client.get("/__sim/ledger", params={"what": "bid", "lot": lot.id})).json()["entries"])]
    assert (1, 0, 2, 2) == (summary["won"], summary["lost"], summary["requests"], summary["max_requests_in_a_second"])
    assert (True, 15, 1, 20) == tuple(summary["lots"][0][name] for name in ("won", "hammer", "our_bids", "our_highest"))


async def test_faults_and_clock_are_listed_and_undone(client, site):
    """
    What is in force can be seen and taken away; the clock says how far it is off.
    """
    made = await fault(client, kind="slow", on=["page"], lots=[7], count=3, seconds=60)
    assert [made] == (await client.get("/__sim/faults")).json()["faults"]
    assert (await client.delete(f"/__sim/faults/{made['id']}")).json() == {"removed": 1}
    for wrong in (
        {"kind": "flood"},
        {"kind": "format", "params": {"format": "xml"}},
        {"kind": "slow", "params": {"ms": "long"}},
        {"kind": "session", "params": {"form": "418"}},
        {"kind": "refusal", "params": {"type": "rude"}},
    ):
        assert (await client.post("/__sim/faults", json=wrong)).status_code == 400
    assert "'lot' is missing" in (await client.post("/__sim/rival-bid", json={})).json()["error"]
    assert [] == (await client.get("/__sim/faults")).json()["faults"]
    assert (await client.post("/__sim/clock", json={"skew_ms": 2500})).json()["skew_ms"] == 2500
    assert (await client.get("/__sim/clock")).json()["skew_ms"] == 2500


async def start(*options):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bidwright_simulator",
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_COLOR": "1"},
    )


async def test_the_command_keeps_its_sale(tmp_path):
    """
    It says where it serves, ends at once on a signal though a stream is open, and the next run has the same lots.
    """
    options = ("--demo", "--port", "0", "--state", str(tmp_path / "sale.json"))
    ids = []
    for stop in (signal.SIGTERM, signal.SIGINT):
        process = await start(*options)
        line = (await process.stdout.readline()).decode()
        url = re.search(r"http://\S+", line)[0]
        async with httpx.AsyncClient(base_url=url) as client:
            ids.append([lot["lotId"] for lot in (await client.get("/__sim/demo")).json()["watch"]])
            async with client.stream("GET", f"/live-products?productId={ids[0][0]}") as stream:
                assert await anext(stream.aiter_lines())
                process.send_signal(stop)
                _, said = await process.communicate()
        assert "30 open lots" in line
        assert said == b""

    assert process.returncode == 0
    assert ids[0] == ids[1]
    assert len(ids[0]) == 30


async def test_a_port_in_use_is_a_sentence():
    """
    The second on a port says what to do and ends with 1.
    """
    taken = listen("127.0.0.1", 0)
    process = await start("--port", str(taken.getsockname()[1]))
    _, said = await process.communicate()
    taken.close()

    assert process.returncode == 1
    assert b"is in use; stop what runs there or choose another with --port." in said
