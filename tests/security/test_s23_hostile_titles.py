"""S23: what the site says is shown as text: no markup reaches a page, an extension or a WebSocket, and the page runs nothing inline."""

import re

import httpx
import pytest

from bidwright_gateway.testing import LOT, TOKEN, wired
from bidwright_proto.v1 import site_pb2

HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>\u202e\x00\x1b[31m`${7*7}`"


@pytest.fixture
async def hostile(serve):
    """A gateway whose one lot has markup in every text."""
    texts = {"title": HOSTILE, "url": f'javascript:alert(1)//"{HOSTILE}', "image_url": f'https://x/"onerror="{HOSTILE}', "notes": HOSTILE}
    lot = site_pb2.Lot(id=LOT, market_status="open", location_name=HOSTILE, next_bid_cents=1500, close_ms=4_102_444_800_000, **texts)
    async with serve(lot) as made, httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        told = {"config": {"maxBid": 5}, "metadata": {"title": HOSTILE, "imageUrl": HOSTILE}}
        assert (await client.post(f"/api/auctions/{LOT}/monitor", json=told)).status_code == 200
        yield made, client


PATHS = ["/api/auctions", f"/api/auctions/{LOT}", f"/api/auctions/{LOT}/receipts", "/api/search?q=a", "/api/ledger"]  # fmt: skip


async def test_no_markup_over_rest(hostile):
    """Neither in the list nor elsewhere."""
    for path in PATHS:
        text = (await hostile[1].get(path)).text
        assert not re.search(r"[<>]|javascript:|\\u202e|\u202e|\\u0000", text)


@pytest.mark.parametrize("query", ["", "?v=2"])
async def test_no_markup_over_the_websocket(hostile, query):
    """In both protocols; the lot comes with the list, or behind it if the gateway has not heard of the watch by then."""
    async with wired(hostile[0].ws + query, token=None) as wire:
        await wire.tell({"type": "authenticate", "token": TOKEN})
        frame = await wire.until(lambda found: LOT in str(found))
    assert not re.search(r"[<>\u202e]|javascript:", str(frame))


async def test_policies(hostile):
    """The page runs only its own files, answers run nothing."""
    page, api = await hostile[1].get("/"), await hostile[1].get("/api/auctions")
    policies = [reply.headers["content-security-policy"] for reply in (page, api)]
    assert all(policy.startswith("default-src 'none'") for policy in policies)
    assert "unsafe" not in " ".join(policies)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=", page.text)
