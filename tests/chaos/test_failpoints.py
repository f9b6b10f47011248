"""Each failpoint on real processes: the process ends there, the site's ledger has no second bid, the intent ends as the table says."""

import asyncio
import json

import pytest
from plant import Plant

from bidwright.records import Records


async def until(look, within_s=60):
    """What *look* gives once it gives anything."""
    end = asyncio.get_running_loop().time() + within_s
    while asyncio.get_running_loop().time() < end:
        if found := await look():
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come to that")


@pytest.fixture
async def plant(tmp_path):
    """Two bidders and one of everything else."""
    made = Plant(tmp_path, bidders=2)
    await made.start()
    yield made
    await made.stop()


async def armed_at(plant, name, points):
    """Start the part *name* again with failpoints; later starts have none. Gives the number of the process that has them."""
    env = plant.part(name).spec.env
    env["BIDWRIGHT_FAILPOINTS"] = points
    plant.kill(name)
    assert await plant.ready(name)
    del env["BIDWRIGHT_FAILPOINTS"]
    return plant.part(name).pid


async def ended(plant, name, pid):
    """Wait until that process is gone."""
    await until(lambda: asyncio.sleep(0, plant.part(name).pid != pid))


async def story(plant, lot, *, unsent=False):
    """States of the intents of *lot*, oldest first, once none is open; *unsent*: also those that a slow machine let expire before CLAIM."""
    records = Records(plant.redis)

    async def look():
        found = (await records.intents(lot))[::-1]
        return found if found and not {intent.state for intent in found} & {"RESERVED", "SENDING", "UNKNOWN"} else None

    return [intent.state for intent in await until(look) if unsent or intent.state != "EXPIRED"]


async def bids(plant, lot):
    """Our bids on *lot* in the site's ledger."""
    return [(bid["amount"], bid["outcome"]) for bid in await plant.ledger(what="bid", who="account", lot=lot)]


async def leading(plant, lot):
    """Wait until the store knows that we lead."""

    async def look():
        record = await Records(plant.redis).lot(lot)
        return record is not None and record.leading and not record.inflight

    await until(look)


PROXY = [
    ("F2", ["ABSENT", "LEADING"], 1, "claimed, nothing written"),
    ("F3", ["ABSENT", "LEADING"], 2, "half a body is no bid"),
    ("F4", ["LEADING"], 1, "the bid stands and nobody heard"),
    ("F5", ["LEADING"], 1, "the answer was read and not kept"),
    ("F6", ["LEADING"], 1, "kept, the bidder not told"),
]


@pytest.mark.parametrize(("point", "states", "requests"), [row[:3] for row in PROXY], ids=[row[3] for row in PROXY])
async def test_the_last_hop_ends(plant, point, states, requests):
    """Whatever was written when nellis-proxy ended, the lot comes to be led with one accepted bid."""
    pid = await armed_at(plant, "nellis-proxy-1", point)
    lot = await plant.open_lot(first_close_s=120, rivals=[])
    await plant.watch(lot, 9, "auto")
    await ended(plant, "nellis-proxy-1", pid)
    await leading(plant, lot)
    assert states == await story(plant, lot)
    assert [(1, "winning")] == await bids(plant, lot)
    assert requests == len(await plant.ledger(what="request", kind="bids"))


@pytest.mark.parametrize("point", ["F2:pause=2", "F3:pause=1", "F4:pause=1", "F5:pause=2", "F6:pause=2"])
async def test_the_last_hop_pauses(plant, point):
    """A pause is no reason for a second bid; before the first byte it is one for none: the next intent sends it."""
    await armed_at(plant, "nellis-proxy-1", point)
    lot = await plant.open_lot(first_close_s=120, rivals=[])
    await plant.watch(lot, 9, "auto")
    await leading(plant, lot)
    assert (["CANCELLED", "LEADING"] if point.startswith("F2") else ["LEADING"]) == await story(plant, lot)
    assert [(1, "winning")] == await bids(plant, lot)
    assert 1 == len(await plant.ledger(what="request", kind="bids"))


async def test_the_bidder_ends_after_reserve(plant):
    """F1: the intent was never claimed and expires unsent; another bidder makes a new one."""
    pids = [await armed_at(plant, "bidder-1", "F1"), plant.part("bidder-2").pid]
    plant.part("bidder-2").spec.env["BIDWRIGHT_FAILPOINTS"] = ""
    pids[1] = await armed_at(plant, "bidder-2", "F1")
    lot = await plant.open_lot(first_close_s=120, rivals=[])
    await plant.watch(lot, 9, "auto")
    await leading(plant, lot)
    states = await story(plant, lot, unsent=True)
    assert ("EXPIRED", "LEADING") == (states[0], states[-1])
    assert {"EXPIRED"} == set(states[:-1])
    assert [(1, "winning")] == await bids(plant, lot)
    assert pids != [plant.part("bidder-1").pid, plant.part("bidder-2").pid]


async def test_a_bidder_ends_while_it_renews(plant):
    """F7: the lot is taken over and bid on once."""
    pids = [await armed_at(plant, "bidder-1", "F7"), await armed_at(plant, "bidder-2", "F7")]
    lot = await plant.open_lot(first_close_s=25, rivals=[])
    await plant.watch(lot, 9)  # sniping: the wait before the instant is long enough for a renewal
    await leading(plant, lot)
    assert [(1, "winning")] == await bids(plant, lot)
    assert pids != [plant.part("bidder-1").pid, plant.part("bidder-2").pid]


async def test_the_proxy_ends_while_it_settles(plant):
    """F8: the read that would settle a bid dies with the proxy; the next one settles it."""
    await plant.sim("faults", {"kind": "reset", "on": "bids", "count": 1, "params": {"when": "after"}})
    lot = await plant.open_lot(first_close_s=120, rivals=[])
    await plant.watch(lot, 9, "auto")
    await until(lambda: plant.ledger(what="bid", who="account"))
    pid = await armed_at(plant, "nellis-proxy-1", "F8")
    await ended(plant, "nellis-proxy-1", pid)
    await leading(plant, lot)
    assert ["LEADING"] == await story(plant, lot)
    assert [(1, "winning")] == await bids(plant, lot)


async def test_the_gateway_ends_before_it_answers(plant):
    """F11: the command was taken; asked again under its key it has the same answer and no second effect."""
    pid = await armed_at(plant, "gateway", "F11")
    lot = await plant.open_lot(first_close_s=120, rivals=[])
    body = {"config": {"maxBid": 9, "strategy": "manual"}}
    assert await plant.told("POST", f"/api/auctions/{lot}/monitor", body, key="one") is None
    await ended(plant, "gateway", pid)
    answer = await plant.insist("POST", f"/api/auctions/{lot}/monitor", body, key="one")
    assert (200, 9) == (answer.status_code, answer.json()["config"]["maxBid"])
    added = [
        fields
        for _, fields in await plant.redis.xrange("bw:ev")
        if fields["lot"] == lot and "watched" in json.loads(fields["d"]).get(f"lot:{lot}", {})
    ]
    assert 1 == len(added)


async def test_health_lists_them(plant):
    """As long as one is on, health is degraded and says which."""
    await armed_at(plant, "bidder-1", "F1:1000")

    async def look():
        checks = (await plant.api.get("/health?detailed=true")).json()["checks"]["services"]
        return checks if "failpoints" in checks["details"] else None

    found = await until(look)
    assert ("degraded", "bidder F1:1000") == (found["status"], found["details"]["failpoints"])
    assert "bidder F1:1000" in found["message"]
