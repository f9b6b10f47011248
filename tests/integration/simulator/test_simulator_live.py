"""The simulated site's live events, through a real socket."""

import asyncio
import json
import re

import httpx
import pytest
from site_orders import fault

pytestmark = pytest.mark.integration


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
