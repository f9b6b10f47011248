"""The kill switch, every way in, and going live: each way stops a bid that is reserved already."""

import asyncio
import sys
from pathlib import Path

import httpx
import pytest

from bidwright.records import Records
from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway import terms
from bidwright_gateway.testing import TOKEN, brought_in_line, running, wired

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/bidwright/transitions"))  # house.py, which brings a lot into any state
from house import LOT, RATES

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
REAL = "https://www.nellisauction.com"


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total, logged in."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).session("ok", "")
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


def client(made):
    """A client with the token."""
    return httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}, timeout=20)


@pytest.fixture
async def http(gateway):
    """That of the usual gateway."""
    async with client(gateway) as made:
        yield made


async def reserve(store, intent="i1"):
    """A bid of $15 that is decided and not yet sent."""
    t, records = Transitions(store), Records(store)
    await t.watch(LOT, {"cap": 4000, **RATES, "strategy": "auto", "armed": 1, "mode": "live"})
    close = await t.stamp() + 300_000
    await t.observe(LOT, read_started=await t.stamp(), next_bid=1500, leading=False, status="open", close=close, price=1400)
    await brought_in_line(store)
    [ticket] = (await t.take("bid", n=1, lease_ms=5000)).tickets
    lot = await records.lot(LOT)
    answer = await t.reserve(
        intent, LOT, amount=1500, fence=ticket.fence, cap_ver=lot.cap_ver, obs_seq=lot.obs_seq, valid_ms=5000, max_obs_age_ms=5000
    )
    assert answer.ok, answer.why


async def by_rest(gateway, store):
    async with client(gateway) as http:
        assert (await http.post("/api/halt", json={"why": "enough"})).json()["halted"]


async def by_websocket(gateway, store):
    async with wired(gateway.ws) as wire:
        answer = await wire.ask("halt", why="enough")
    assert ("response", "halt", True, "2") == (answer["type"], answer["action"], answer["halted"], answer["gen"])


async def by_command(gateway, store):
    words = ("-m", "bidwright_cli", "stop", "enough", "--json", "--url", gateway.url, "--token", TOKEN)
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert 0 == process.returncode, out


async def by_hand(gateway, store):
    await store.hset("bw:kill", "state", "halt")


async def by_file(gateway, store):
    await Transitions(store).halt_here("file", "the file HALT", ttl_ms=5000)


@pytest.mark.parametrize("way", [by_rest, by_websocket, by_command, by_hand, by_file])
async def test_every_way_stops_a_reserved_bid(gateway, store, http, way):
    """CLAIM refuses it, the API says that everything is stopped, and so does the next command."""
    await reserve(store)
    await way(gateway, store)

    claimed = await Transitions(store).claim("i1", "p")
    assert ("cancel", "halted") == (claimed.action, claimed.why)
    assert (await http.get("/api/halt")).json()["halted"]
    assert "stopped" in (await http.post(f"/api/auctions/{LOT}/bid", json={"amount": 20})).json()["error"]


async def test_a_switch_set_by_hand_is_shown_without_an_event(gateway, store):
    """The page hears of it all the same, both ways."""
    async with wired(gateway.ws, token=None) as wire:
        await wire.ask("authenticate", token=TOKEN, service=True)
        await wire.until(lambda f: f["type"] == "serviceState" and not f["service"]["halted"])
        await store.hset("bw:kill", mapping={"state": "halt", "why": "by hand"})
        told = await wire.until(lambda f: f["type"] == "serviceState" and f["service"]["halted"])
        assert "by hand" == told["service"]["haltedWhy"]
        await store.hset("bw:kill", "state", "run")
        await wire.until(lambda f: f["type"] == "serviceState" and not f["service"]["halted"])


async def test_money_that_a_lots_event_moved_is_shown(gateway, store):
    """The new protocol hears of exposure also where the event is about a lot."""
    async with wired(f"{gateway.ws}?v=2", token=None) as wire:
        await wire.ask("authenticate", token=TOKEN)
        await wire.until(lambda f: f["type"] == "snapshot")
        await store.hset("bw:budget:total", mapping={"dry": "1744", "live": "1744"})
        await store.xadd("bw:ev", {"v": "1", "t": "lot.seen", "lot": LOT, "n": "0", "at": "1", "d": '{"budget:total": {"dry": "1744"}}'})
        await wire.until(lambda f: f["type"] == "serviceState" and f["service"]["exposure"] == 17.44)


async def test_resuming_over_the_websocket_needs_the_generation(gateway):
    """Each answer carries its requestId; a stale or missing generation is refused."""
    async with wired(gateway.ws) as wire:
        gen = (await wire.ask("halt"))["gen"]
        assert "requestId" in await wire.ask("resume")
        assert "error" == (await wire.ask("resume", gen=str(int(gen) - 1)))["type"]
        resumed = await wire.ask("resume", gen=gen)
    assert (True, False) == (resumed["success"], resumed["halted"])


async def test_a_websocket_without_the_token_stops_nothing(gateway, store):
    """Like every other request."""
    async with wired(gateway.ws, token=None) as wire:
        assert "Not authenticated" == (await wire.ask("halt"))["error"]
    assert "run" == await store.hget("bw:kill", "state")


async def test_nobody_resumes_past_a_file(http, store):
    """409, with what to take away."""
    await Transitions(store).halt_here("file", "the file /data/HALT", ttl_ms=5000)
    gen = (await http.get("/api/halt")).json()["gen"]
    reply = await http.post("/api/resume", json={"gen": gen})
    assert 409 == reply.status_code
    assert "the file /data/HALT" in reply.json()["error"]
    told = (await http.get("/api/halt")).json()
    assert ("file", "the file /data/HALT", ["the file /data/HALT"]) == (told["by"], told["why"], told["here"])


async def test_resuming_checks_the_store_again(http):
    """The tests' engine keeps nothing on disk, and the answer says so."""
    gen = (await http.post("/api/halt")).json()["gen"]
    reply = (await http.post("/api/resume", json={"gen": gen})).json()
    assert (True, False) == (reply["success"], reply["halted"])
    assert any("appendonly" in warning for warning in reply["warnings"])


async def test_what_stands_is_listed_with_its_amounts(http, store):
    """A halt pulls nothing back."""
    await reserve(store)
    t = Transitions(store)
    await t.claim("i1", "p")
    await t.settle("i1", "LEADING", "accepted")
    told = (await http.get("/api/halt")).json()
    [lot] = told["standing"]
    assert (LOT, 15, 18.72, 18.72) == (lot["id"], lot["amount"], lot["allInAmount"], told["standingAllIn"])


# ---- going live ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def paper(redis, tmp_path):
    """A store in dry run."""
    await initialise(redis, data_dir=tmp_path, site=REAL, live="", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


async def test_the_real_site_asks_once(engine, paper, tmp_path):
    """Without the word 409 with the question and the open points, and nothing changes; with it live, and it is not asked again."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, NELLIS_BASE_URL=REAL) as made, client(made) as http:
        refused = await http.post("/api/mode", json={"mode": "live"})
        assert (409, "TERMS", terms.QUESTION) == (refused.status_code, refused.json()["code"], refused.json()["terms"]["question"])
        assert list(terms.OPEN_POINTS) == refused.json()["terms"]["openPoints"]
        shown = (await http.get("/api/mode")).json()
        assert ("dry-run", True) == (shown["mode"], shown["terms"]["asked"])
        for word, status in (("yes", 400), (1, 400), (False, 409), (None, 400)):
            assert status == (await http.post("/api/mode", json={"mode": "live", "acceptTerms": word})).status_code, word
        assert "dry-run" == (await http.get("/api/mode")).json()["mode"]

        assert "live" == (await http.post("/api/mode", json={"mode": "live", "acceptTerms": True})).json()["mode"]
        await http.post("/api/settings", json={"general": {"defaultMaxBid": 50}})  # the word outlives a change of settings
        await http.post("/api/mode", json={"mode": "dry-run"})
        assert 200 == (await http.post("/api/mode", json={"mode": "live"})).status_code
        shown = (await http.get("/api/mode")).json()["terms"]
        assert (False, True) == (shown["asked"], shown["acceptedAt"] is not None)


@pytest.mark.parametrize(
    "given",
    [{"NELLIS_BASE_URL": SITE}, {"NELLIS_BASE_URL": SITE, "BIDWRIGHT_SIMULATED": "1"}, {"NELLIS_BASE_URL": REAL, "BIDWRIGHT_MODE": "live"}],
)
async def test_elsewhere_it_is_not_asked(engine, paper, tmp_path, given):
    """Another site's terms are not known here, and live in the environment is the operator's word."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, **given) as made, client(made) as http:
        assert not (await http.get("/api/mode")).json()["terms"]["asked"]
        assert 200 == (await http.post("/api/mode", json={"mode": "live"})).status_code


async def test_dry_run_never_asks(engine, paper, tmp_path):
    """Going back is always free."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, NELLIS_BASE_URL=REAL) as made, client(made) as http:
        assert 200 == (await http.post("/api/mode", json={"mode": "dry-run"})).status_code


async def test_the_command_does_not_answer_for_the_owner(engine, paper, tmp_path):
    """--yes is no word about terms; --accept-terms is."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, NELLIS_BASE_URL=REAL) as made:
        for words, code in ((["--yes"], 1), (["--accept-terms"], 0)):
            line = ("-m", "bidwright_cli", "mode", "live", *words, "--json", "--url", made.url, "--token", TOKEN)
            process = await asyncio.create_subprocess_exec(sys.executable, *line, stdout=asyncio.subprocess.PIPE)
            out, _ = await process.communicate()
            assert code == process.returncode, out


# ---- the site --------------------------------------------------------------------------------------------------------------------


async def test_the_site_and_its_probe(http):
    """How it stands, and what was settled; the result of the last probe is nellis-proxy's to keep."""
    told = (await http.get("/api/site")).json()
    assert (SITE, False, "ok", None) == (told["site"]["address"], told["site"]["real"], told["status"]["session"], told["probe"])
    made = (await http.post("/api/site/probe", json={"lot": LOT})).json()["probe"]
    assert (LOT, ["page"]) == (made["lot"], [finding["name"] for finding in made["findings"]])


async def test_a_kept_probe_is_shown(http, store):
    """With its time; one that cannot be read is none."""
    await store.set("bw:probe", '{"at": 1790000000000, "lot": "7", "findings": [{"name": "page", "state": "ok", "sentence": "<b>"}]}')
    assert "‹b›" == (await http.get("/api/site")).json()["probe"]["findings"][0]["sentence"]
    await store.set("bw:probe", "{")
    assert (await http.get("/api/site")).json()["probe"] is None
