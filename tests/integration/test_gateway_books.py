"""The books over REST and from the command line: ledger, receipts with what was decided on, holds, post-mortems; also after PURGE."""

import asyncio
import csv
import io
import sys
from pathlib import Path

import httpx
import pytest

from bidwright.records import Records
from bidwright.runtime.init import initialise
from bidwright.testing import HandClock
from bidwright.transitions import Transitions
from bidwright_gateway.testing import TOKEN, running

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/bidwright/transitions"))  # house.py, which brings a lot into any state
from house import House

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
WON, LOST = "70012345", "70012346"
WONT = "Will NOT bid, because the session expired."
FACTS = {
    "age": 120,
    "width": "240.0",
    "toggles": '{"circuit_breaker": true}',
    "version": "2",
    "reason": "time is up",
    "said": "Bidding $15 now, up to $40.",
    "params": '{"snipeSeconds": 10}',
}


@pytest.fixture
async def house(redis, tmp_path):
    """A store whose time is moved by hand."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    clock = HandClock()
    made = House(Transitions(redis, wall=lambda: round(clock.now().timestamp() * 1000)), clock, Records(redis))
    await made.t.session("ok", "")
    return made


def client(made):
    """A client with the token."""
    return httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}, timeout=20)


async def end(house, lot, **last):
    """The site says closed, twice."""
    for _ in range(2):
        await house.pass_time(2)
        await house.read(lot, status="closed", **last)


async def bid(house, lot, intent, state, **fields):
    """From a watch to a bid that is settled."""
    await house.watch(lot, **fields)
    await house.read(lot)
    shown = {"x:title": f"=HYPERLINK(1);{lot}", "x:location_name": "Mesa", "x:inventory": "LPN1"}
    await house.t.redis.hset(f"bw:lot:{lot}", mapping=shown)
    assert (await house.reserve(intent, lot, facts=FACTS)).ok
    await house.t.claim(intent, "p")
    await house.pass_time(0.2)
    await house.t.settle(intent, state, "accepted")


@pytest.fixture
async def sold(house):
    """One lot won for $14 and one lost at $30, both with a max bid of $40."""
    await bid(house, WON, "i1", "LEADING")
    await end(house, WON, price=1400, leading=True)
    await bid(house, LOST, "i2", "OUTBID")
    await house.pass_time(1)
    await house.read(LOST, price=3000, next_bid=3100)
    await house.t.note(LOST, "say", "wont", WONT)
    await end(house, LOST, price=3000, next_bid=3100)
    return house


@pytest.fixture(params=[False, True], ids=["listed", "purged"])
async def books(engine, sold, tmp_path, request):
    """A client beside a gateway, before and after the lots were forgotten."""
    if request.param:
        await sold.pass_time(90)
        assert {WON, LOST} == set(await sold.t.purge(older_ms=60_000))
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made, client(made) as http:
        yield http


async def test_a_row_per_lot(books):
    """The bill adds up to the cent, in cents and in dollars; what was lost cost nothing."""
    told = (await books.get("/api/ledger")).json()
    won, lost = told["rows"]
    assert (WON, "won", 1400, 210, 137, 1747) == tuple(
        won[n] for n in ("lot", "outcome", "hammerCents", "premiumCents", "taxCents", "allInCents")
    )
    assert (14.0, 17.47, "Mesa", "LPN1", "") == tuple(won[n] for n in ("hammer", "allIn", "location", "inventoryNumber", "pickUpBy"))
    assert (["15.00"], "auto", "15.00", "8.50") == tuple(won[n] for n in ("ourBids", "strategy", "premiumPercent", "taxPercent"))
    assert (LOST, "lost", 30.0, None, 15.0) == tuple(lost[n] for n in ("lot", "outcome", "hammer", "allIn", "ourHighest"))
    assert (1, 1, "17.47", 1747) == tuple(told["totals"][n] for n in ("won", "lost", "allIn", "allInCents"))


async def test_a_table_that_runs_nothing(books):
    """Heads, decimal dollars, a total; no cell begins like a formula."""
    reply = await books.get("/api/ledger?format=csv")
    assert "text/csv; charset=utf-8" == reply.headers["content-type"]
    heads, won, lost, total = csv.reader(io.StringIO(reply.text))
    assert ("14.00", "2.10", "1.37", "17.47") == tuple(won[heads.index(n)] for n in ("hammer", "premium", "tax", "allIn"))
    assert ("30.00", "", "15.00") == tuple(lost[heads.index(n)] for n in ("hammer", "allIn", "ourHighest"))
    assert ("total", "17.47") == (total[0], total[heads.index("allIn")])
    assert won[heads.index("title")].startswith("'=HYPERLINK")


@pytest.mark.parametrize(
    ("query", "lots"),
    [
        ("from=2000-01-01&to=2999-01-01", 2),
        ("to=2000-01-01", 0),
        ("from=2999-01-01T10:00", 0),
        ("from=2000-01-01T00:00:00Z", 2),
        ("mode=dry", 0),
        ("mode=dry-run", 0),
    ],
)
async def test_spans(books, query, lots):
    """Days, times, and paper apart from money."""
    assert lots == (await books.get(f"/api/ledger?{query}")).json()["count"]


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-13-01", "mode=all", "format=xls", "from=0001-01-01", "to=9999-12-31"])
async def test_what_is_no_span_is_told(books, query):
    """400 with the name of what is wrong."""
    reply = await books.get(f"/api/ledger?{query}")
    assert (400, query.split("=", maxsplit=1)[0]) == (reply.status_code, reply.json()["field"])


async def pages(http, path, name, **query):
    """What each page of a list has under *name*, one at a time, to its end."""
    found, cursor = [], ""
    while cursor is not None:
        told = (await http.get(path, params={"limit": 1, "cursor": cursor, **query})).json()
        assert len(told[name]) <= 1
        found.append(told)
        cursor = told["next"]
    return found


@pytest.mark.parametrize(
    ("query", "lots"),
    [
        ("outcome=won", [WON]), ("outcome=lost", [LOST]), ("location=mesa", [WON, LOST]), ("location=Phoenix", []),
        (f"q={WON}", [WON]), ("q=hyperlink", [WON, LOST]), ("q=hyperlink nothing", []),
    ],
)  # fmt: skip
async def test_a_part_of_the_ledger(books, query, lots):
    """Only what fits, and the totals of that."""
    told = (await books.get(f"/api/ledger?{query}")).json()
    assert (lots, lots.count(WON), "next" in told) == ([row["lot"] for row in told["rows"]], told["totals"]["won"], False)


async def test_the_ledger_page_by_page(books):
    """Each row once, in the order of the whole; each page has the totals of all."""
    whole = (await books.get("/api/ledger")).json()
    found = await pages(books, "/api/ledger", "rows")
    assert (whole["rows"], 2) == ([row for page in found for row in page["rows"]], len(found))
    assert [whole["totals"]] * 2 == [page["totals"] for page in found]


async def test_all_receipts_page_by_page(books):
    """Each receipt and each hold once, in the order of the whole."""
    whole = (await books.get("/api/receipts/export")).json()
    found = await pages(books, "/api/receipts/export", "receipts")
    for name in ("receipts", "holds"):
        assert whole[name] == [one for page in found for one in page[name]]


@pytest.mark.parametrize(("query", "lots"), [(f"lot={LOST}", [LOST]), ("lot=1", []), ("mode=live", [WON, LOST]), ("mode=dry", [])])
async def test_a_part_of_all_receipts(books, query, lots):
    """Only of that lot, only real money or paper."""
    assert lots == [one["auctionId"] for one in (await books.get(f"/api/receipts/export?{query}")).json()["receipts"]]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ledger?outcome=maybe", 400), ("ledger?limit=0", 400), ("ledger?cursor=zz", 404), ("ledger?format=csv&limit=1", 400),
        ("receipts/export?mode=all", 400), ("receipts/export?lot=x", 400), ("receipts/export?cursor=WzFd", 404),
        ("receipts/export?format=csv&cursor=WzFd", 400), (f"auctions/{WON}/receipts?cursor=WyJhIl0", 404),
    ],
)  # fmt: skip
async def test_what_is_no_part_is_told(books, query, status):
    """A sentence, and no list."""
    reply = await books.get(f"/api/{query}")
    assert (status, False) == (reply.status_code, reply.json()["success"])


async def one_more(store, like, new):
    """Another bid as the store has it, a moment after *like*: a script would ask for a read, and a running gateway's time is real."""
    record, place = await store.hgetall(f"bw:intent:{like}"), f"bw:lot:{WON}:intents"
    later = {name: str(int(record[name]) + 1) for name in ("created", "created_at") if record.get(name)}
    await store.hset(f"bw:intent:{new}", mapping={**record, **later, "id": new})
    await store.zadd(place, {new: await store.zscore(place, like) + 1})


async def test_the_receipts_of_a_lot_page_by_page(engine, house, tmp_path):
    """The newest first, each once, although a new one comes in between."""
    await house.watch(WON)
    await house.read(WON)
    for n, intent in enumerate(("i1", "i2", "i3"), 1):
        assert (await house.reserve(intent, WON, amount=1400 + n * 100, facts=FACTS)).ok
        await house.t.claim(intent, "p")
        await house.pass_time(0.2)
        await house.t.settle(intent, "OUTBID", "outbid")
        await house.pass_time(2.5)
        await house.read(WON, price=1400 + n * 100, next_bid=1500 + n * 100)
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made, client(made) as http:
        path = f"/api/auctions/{WON}/receipts"
        first = (await http.get(path, params={"limit": 2})).json()
        await one_more(house.t.redis, "i3", "i4")
        second = (await http.get(path, params={"limit": 2, "cursor": first["next"]})).json()
        newest = (await http.get(path, params={"limit": 1})).json()
    assert (["i3", "i2"], ["i1"], None, ["i4"]) == (
        [one["id"] for one in first["receipts"]], [one["id"] for one in second["receipts"]], second["next"],
        [one["id"] for one in newest["receipts"]],
    )  # fmt: skip


async def test_receipts_say_what_was_decided_on(books):
    """Latency, ages, toggles, strategy with version, both sentences, the settings used."""
    [receipt] = (await books.get(f"/api/auctions/{WON}/receipts")).json()["receipts"]
    assert (200, 120, 240.0) == tuple(receipt[n] for n in ("latencyMs", "priceAgeMs", "clockWidthMs"))
    assert ({"circuit_breaker": True}, {"snipeSeconds": 10}) == (receipt["toggles"], receipt["params"])
    assert ("auto", "2", "time is up") == tuple(receipt[n] for n in ("strategy", "strategyVersion", "reason"))
    assert ("Bidding $15 now, up to $40.", "won") == (receipt["sentence"], receipt["word"])


async def test_holds_and_the_end_stay_with_the_receipts(books):
    """Why it was lost is known as long as the receipts are."""
    told = (await books.get(f"/api/auctions/{LOST}/receipts")).json()
    assert [(WONT, 30, 31, None)] == [tuple(hold[n] for n in ("sentence", "price", "nextBid", "till")) for hold in told["holds"]]
    assert "lost" == told["receipts"][0]["word"]
    assert "Lost at $30 although your max bid was $40: the last outbid was seen" in told["postMortem"]
    assert told["postMortem"].endswith("and was not answered because the session expired.")
    assert "Won for $14 ($17.47 all-in), $26 below your max bid." == (await books.get(f"/api/auctions/{WON}/receipts")).json()["postMortem"]


async def test_every_receipt_can_be_taken_along(books):
    """As one document and as a table."""
    told = (await books.get("/api/receipts/export?format=json")).json()
    assert ({WON, LOST}, [LOST]) == ({r["auctionId"] for r in told["receipts"]}, [hold["auctionId"] for hold in told["holds"]])
    heads, *rows = csv.reader(io.StringIO((await books.get("/api/receipts/export?format=csv")).text))
    assert {(WON, "won"), (LOST, "lost")} == {(row[heads.index("auctionId")], row[heads.index("word")]) for row in rows}


async def test_an_ended_lot_says_how(engine, sold, tmp_path):
    """In the Auction itself, with the final bill."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, ENDED_AUCTION_RETENTION_MS=10**15) as made, client(made) as http:
        ended = {lot["id"]: lot for lot in (await http.get("/api/auctions/ended")).json()["auctions"]}
    assert ("Won for $14 ($17.47 all-in), $26 below your max bid.", 17.47) == (ended[WON]["postMortem"], ended[WON]["allIn"]["final"])
    assert ended[LOST]["postMortem"].startswith("Lost at $30 although")


async def test_the_command_line(engine, sold, tmp_path):
    """The same table to standard output and into a file, and every receipt."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made:

        async def said(*words):
            line = ("-m", "bidwright_cli", *words, "--url", made.url, "--token", TOKEN)
            process = await asyncio.create_subprocess_exec(
                sys.executable, *line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            return (await process.communicate())[0].decode()

        table = await said("ledger", "--csv", "-")
        await said("ledger", "--csv", str(tmp_path / "ledger.csv"))
        assert table.replace("\r\n", "\n") == (tmp_path / "ledger.csv").read_text().replace("\r\n", "\n")
        assert "17.47" in table
        assert "1 won for $17.47 all-in" in await said("ledger")
        assert '"success": true' in await said("ledger", "--json")
        assert WON in await said("receipts", "--export", "csv")
        assert "Won for $14" in await said("receipts", WON)
        assert "--export" in await said("receipts")
