"""What the owner set up, given out and brought back: as before but unarmed; a bad file not at all; nothing half done in silence."""

import asyncio
import copy
import time

import httpx
import pytest

from bidwright.errors import StoreDown
from bidwright.runtime.init import initialise
from bidwright_gateway.testing import EXTENSION, SITE, TOKEN, FakeSite, running
from bidwright_gateway.testing_devices import pair
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
RATES = {"default": {"premium": 15, "tax": 8.25}, "locations": {"Phoenix": {"premium": 12.5, "tax": 8.6}}}
SETTINGS = {"general": {"defaultMaxBid": 55, "defaultStrategy": "increment", "autoBidDefault": True}, "bidding": {"snipeTiming": 7}}


@pytest.fixture
async def gateway(engine, redis, tmp_path):
    """A running gateway whose site has five lots."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    close = round(time.time() * 1000) + 600_000
    known = {"market_status": "open", "next_bid_cents": 1500, "price_cents": 1400, "location_name": "Phoenix"}
    lots = {str(n): site_pb2.Lot(id=str(n), title=f"Lamp {n}", close_ms=close + n, **known) for n in range(1, 6)}
    async with running(engine.url, FakeSite(lots), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """The owner's client."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


@pytest.fixture
async def kept(http):
    """What is given out after all kinds of things were set up."""
    assert (await http.put("/api/rates", json=RATES)).is_success
    assert (await http.post("/api/settings", json=SETTINGS)).is_success
    wishes = [
        {"maxBid": 40, "strategy": "auto", "autoBid": True}, {"maxAllIn": 49.9, "strategy": "sniping", "snipeSeconds": 12},
        {"maxBid": 30, "maxAllIn": 31.5, "strategy": "manual"}, {"maxBid": 9, "strategy": "auto", "buffer": 3, "incrementAmount": 2},
    ]  # fmt: skip
    for n, wish in enumerate(wishes, 1):
        assert (await http.post(f"/api/auctions/{n}/monitor", json={"config": wish})).is_success
    assert (await http.post("/api/groups", json={"name": "Lamps", "wanted": 1, "over": 1, "lots": ["1", "2"]})).is_success
    assert (await http.post("/api/groups", json={"name": "Others", "wanted": 2})).is_success
    return (await http.get("/api/export")).json()


async def forgotten(http):
    """Everything is taken away again."""
    await http.post("/api/auctions/clear")
    for group in (await http.get("/api/groups")).json()["groups"]:
        await http.delete(f"/api/groups/{group['id']}")
    await http.put("/api/rates", json={"default": None, "locations": {"Phoenix": None}})
    await http.post("/api/settings", json={"general": {"defaultMaxBid": 5}, "bidding": {"snipeTiming": 3}})


def alike(export):
    """An export without what counts up by itself."""
    made = copy.deepcopy(export)
    for group in made["groups"]:
        del group["live"], group["dryRun"]
    return made


async def test_there_and_back(http, kept):
    """What comes in again is what was given out, with nothing armed; the second time it is all there already."""
    await forgotten(http)
    first, second = [(await http.post("/api/export", json=kept)).json() for _ in range(2)]
    assert alike(kept) == alike((await http.get("/api/export")).json())
    assert not any(auction["config"]["autoBid"] for auction in (await http.get("/api/auctions")).json()["auctions"])
    assert (["1", "2", "3", "4"], [], ["lamps", "others"], ["default", "Phoenix"]) == (
        first["added"], first["skipped"], first["groups"]["added"], first["rates"],
    )  # fmt: skip
    assert ([], ["1", "2", "3", "4"], ["lamps", "others"]) == (second["added"], second["already"], second["groups"]["already"])
    assert "general.defaultMaxBid" in first["settings"]


async def test_an_all_in_cap_goes_on_by_itself(http, kept):
    """A hammer cap that only followed from it follows the rates after coming back as well."""
    assert "maxBid" not in kept["watches"][1]["config"]
    await forgotten(http)
    await http.post("/api/export", json=kept)
    before = (await http.get("/api/auctions/2")).json()["auction"]["config"]["maxBid"]
    await http.put("/api/rates", json={"locations": {"Phoenix": {"premium": 50, "tax": 10}}})
    assert before > (await http.get("/api/auctions/2")).json()["auction"]["config"]["maxBid"]


async def test_dry_run_changes_nothing(http, kept):
    """It says what would be done."""
    await forgotten(http)
    before = (await http.get("/api/export")).json()
    told = (await http.post("/api/export", json={**kept, "dryRun": True})).json()
    assert (["1", "2", "3", "4"], ["lamps", "others"], True) == (told["added"], told["groups"]["added"], told["dryRun"])
    assert before == (await http.get("/api/export")).json()


def _spoil(kept):
    """The file with a bad row of each kind, and what names it."""
    file = copy.deepcopy(kept)
    file["watches"][1]["config"]["strategy"] = 5
    file["watches"] += [{"auctionId": "x", "config": {"maxBid": 5}}, 7, {"auctionId": "1", "config": {"maxBid": 5}}]
    file["watches"] += [{"auctionId": "9", "config": {"maxBid": 100_000}}, {"auctionId": "10", "config": {"maxBid": 5}, "group": "A B"}]
    file["groups"] += [{"id": "lamps", "name": "Again", "wanted": 1}, {"id": "new", "name": "New", "wanted": 0}, {"id": "b", "wanted": 1}]
    file["groups"] += [{"name": "No id", "wanted": 1}, {"id": "c", "name": "C", "wanted": 1, "lots": ["zz"]}]
    file["rates"]["locations"]["Mesa"] = {"premium": 200, "tax": 1}
    file["settings"]["bidding"]["snipeTiming"] = 99
    file["settings"]["general"]["mood"] = "good"
    return file, [
        "watches[1] (lot 2)", "watches[4]", "watches[5]", "watches[6] (lot 1)", "watches[7] (lot 9)", "watches[8] (lot 10)",
        "groups[2] (lamps)", "groups[3] (new)", "groups[4] (b)", "groups[5]", "groups[6] (c)", "rates", "settings", "settings",
    ]  # fmt: skip


async def test_a_bad_row_spoils_the_file_and_nothing_else(http, kept):
    """Each is named, and nothing of the file was done."""
    await forgotten(http)
    before = (await http.get("/api/export")).json()
    file, named = _spoil(kept)
    reply = await http.post("/api/export", json=file)
    told = reply.json()
    assert (400, "VALIDATION_ERROR", named) == (reply.status_code, told["code"], [line.split(":", 1)[0] for line in told["details"]])
    assert told["error"].startswith("Nothing was changed: watches[1] (lot 2): ")
    assert before == (await http.get("/api/export")).json()


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"form": 2}, "form"), ({"watches": {}}, "watches"), ({"watches": [{}] * 1001}, "watches"), ({"groups": 5}, "groups"),
        ({"groups": [{}] * 201}, "groups"), ({"dryRun": "yes"}, "dryRun"),
    ],
)  # fmt: skip
async def test_what_is_no_such_file(http, part, field):
    """One sentence about the part."""
    reply = await http.post("/api/export", json={"form": 1, **part})
    assert (400, field) == (reply.status_code, reply.json()["field"])


@pytest.mark.parametrize("part", [{"rates": 5}, {"rates": {"locations": 7}}, {"settings": 5}, {"settings": {"general": 1}}])
async def test_a_part_of_another_kind(http, part):
    """It is named like a row."""
    told = (await http.post("/api/export", json={"form": 1, **part})).json()
    assert [next(iter(part))] == [line.split(":", 1)[0] for line in told["details"]]


async def test_a_file_may_say_little(http, kept):
    """Only the form: nothing is done, and what is there stays."""
    told = (await http.post("/api/export", json={"form": 1, "rates": {"default": None, "locations": {}}, "settings": {}})).json()
    assert ([], [], []) == (told["added"], told["rates"], told["settings"])
    assert alike(kept) == alike((await http.get("/api/export")).json())


async def test_what_cannot_be_brought_back_is_told(http, kept, gateway):
    """A lot that has gone or closed, one that is in another group by now, a group that is only named."""
    await forgotten(http)
    del gateway.site.lots["1"]
    gateway.site.lots["3"].closed = True
    await http.post("/api/auctions/2/monitor", json={"config": {"maxBid": 5}})
    await http.post("/api/groups", json={"name": "Mine", "wanted": 1, "lots": ["2"]})
    kept["watches"][3]["group"] = "unheard-of"
    kept["groups"][1]["lots"] = ["5"]
    told = (await http.post("/api/export", json=kept)).json()
    assert (["4"], ["2"], ["1", "3"]) == (told["added"], told["already"], [row["auctionId"] for row in told["skipped"]])
    assert [("lamps", "2"), ("others", "5"), ("unheard-of", None)] == [
        (row["id"], row.get("auctionId")) for row in told["groups"]["skipped"]
    ]
    assert all(row["why"].endswith(".") for row in (*told["skipped"], *told["groups"]["skipped"]))
    assert 5 == (await http.get("/api/auctions/2")).json()["auction"]["config"]["maxBid"]


async def test_the_store_goes_away_in_the_middle(http, kept, gateway, monkeypatch):
    """503 says what was done; the same file again does the rest."""
    await forgotten(http)
    start, desk = gateway.gateway.deps.desk.start, gateway.gateway.deps.desk

    async def fails_at_three(lot_id, *rest, **more):
        if lot_id == "3":
            raise StoreDown("gone")
        return await start(lot_id, *rest, **more)

    monkeypatch.setattr(type(desk), "start", lambda _, *rest, **more: fails_at_three(*rest, **more))
    key = {"Idempotency-Key": "file"}
    failed = await http.post("/api/export", json=kept, headers=key)
    monkeypatch.undo()
    told = failed.json()
    assert (503, "STORE_DOWN", ["1", "2"]) == (failed.status_code, told["code"], told["added"])
    assert "nothing was changed" not in told["error"].lower()
    again = (await http.post("/api/export", json=kept, headers=key)).json()
    assert (["3", "4"], ["1", "2"], ["lamps", "others"]) == (again["added"], again["already"], again["groups"]["added"])
    assert alike(kept) == alike((await http.get("/api/export")).json())


@pytest.mark.parametrize(("path", "body", "name"), [("/api/auctions/clear", None, "stop"), ("/api/import", {"maxBid": 5}, "start")])
async def test_of_many_lots_some(http, kept, gateway, monkeypatch, path, body, name):
    """Letting all go, or taking the account's lots over, says how far it came as well."""
    if name == "start":
        gateway.site.mine = ["1", "2", "3"]
        await http.post("/api/auctions/clear")
    work, done = getattr(type(gateway.gateway.deps.desk), name), []

    async def fails_at_the_third(desk, lot_id, *rest, **more):
        done.append(lot_id)
        if len(done) > 2:
            raise StoreDown("gone")
        return await work(desk, lot_id, *rest, **more)

    monkeypatch.setattr(type(gateway.gateway.deps.desk), name, fails_at_the_third)
    reply = await http.post(path, json=body)
    told = reply.json()
    assert (503, "STORE_DOWN", "in the middle" in told["error"]) == (reply.status_code, told["code"], True)
    assert 2 == (told.get("cleared") or len(told["added"]))


async def test_only_the_owner_brings_back(gateway, kept):
    """It changes rates and caps."""
    device = await pair(gateway.url, TOKEN, origin=EXTENSION)
    async with httpx.AsyncClient(base_url=gateway.url, auth=device, timeout=20) as extension:
        reply = await extension.post("/api/export", json=kept)
    assert (403, "OWNER_ONLY") == (reply.status_code, reply.json()["code"])


async def test_twice_at_once(http, kept):
    """Two who bring back the same file end with it once."""
    await forgotten(http)
    replies = await asyncio.gather(*(http.post("/api/export", json=kept) for _ in range(2)))
    assert [200, 200] == [reply.status_code for reply in replies]
    assert ["1", "2", "3", "4"] == sorted(lot for reply in replies for lot in reply.json()["added"])
    assert alike(kept) == alike((await http.get("/api/export")).json())
