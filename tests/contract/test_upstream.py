"""
The proxy's readers keep one contract with the pages kept here and with the simulated site, so the double cannot drift away from either.
"""

from pathlib import Path

import httpx
import pytest

from bidwright.testing import HandClock
from bidwright.testing.site import in_process_site
from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.lots import lot_in
from bidwright_nellis_proxy.replies import Reply, kept
from bidwright_nellis_proxy.ways import ACCEPT, Way, decoded, lot_path
from bidwright_simulator.site import Wish

PAGES = Path(__file__).parent / "pages"
SITE = "https://www.example.invalid"
KINDS = {".html": ("text/html", Way.PAGE), ".data": ("text/x-script", Way.DATA), ".json": ("application/json", Way.LOADER)}


def page(name):
    """A kept page as an answer, and the way it was asked for."""
    path = PAGES / name
    kind, way = KINDS[path.suffix]
    return Reply(200, path.read_text("utf-8"), {"content-type": kind}), way


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("streamed.html", "page-streamed"),
        ("streamed-iso.html", "page-streamed"),
        ("streamed-deferred.html", "page-streamed"),
        ("react-router.html", "page-streamed"),
        ("plain.html", "page-plain"),
        ("plain-history-inside.html", "page-plain"),
        ("single-fetch.data", "data"),
        ("loader.json", "loader"),
        ("loader-nested.json", "loader"),
    ],
)
def test_kept_pages(name, encoding):
    """The same lot comes out of every form."""
    reply, way = page(name)
    found = decoded(reply, way)
    lot = lot_in(found.root, "70012345", SITE)
    assert encoding == found.name
    assert ("70012345", 1400, 1500, 3, 9499) == (lot.id, lot.price_cents, lot.next_bid_cents, lot.bid_count, lot.retail_cents)
    assert (1_790_002_430_000, 1_790_002_400_000, 30, True) == (lot.close_ms, lot.initial_close_ms, lot.extension_s, lot.extended)
    assert ('Cordless Lamp, 12") Shade <b>&amp; more', "open", False) == (lot.title, lot.market_status, lot.closed)
    assert (True, False, True) == (lot.has_user_state, lot.winning, lot.allowed_to_bid)
    assert ("Deer Valley", 61, "1040012345") == (lot.location_name, lot.location_id, lot.inventory_number)


def test_logged_out_page():
    """Without a session the lot is shown and nobody knows who leads."""
    reply, way = page("streamed-logged-out.html")
    lot = lot_in(decoded(reply, way).root, "70012345", SITE)
    assert (1400, 0, False) == (lot.price_cents, lot.next_bid_cents, lot.has_user_state)


def test_closed_page():
    """A finished lot has the price of its winning row, and knows that we won."""
    reply, way = page("closed.html")
    lot = lot_in(decoded(reply, way).root, "70012345", SITE)
    assert (True, "sold", 1400, True) == (lot.closed, lot.market_status, lot.price_cents, lot.winning)


@pytest.mark.parametrize("name", [path.name for path in sorted(PAGES.iterdir()) if path.suffix in KINDS])
def test_no_page_is_another_lot(name):
    """No kept page is ever taken for a lot that it is not."""
    reply, way = page(name)
    with pytest.raises(NotUnderstood):
        lot_in(decoded(reply, way).root, "70099999", SITE)


def test_pages_that_are_none():
    """The login page and the bot check are told apart by their signs."""
    assert (True, False) == ((login := page("login.html")[0]).is_login_page, login.is_challenge)
    assert (False, True) == ((check := page("challenge.html")[0]).is_login_page, check.is_challenge)


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("form", ["streamed", "plain"])
@pytest.mark.parametrize("dates", ["auto", "native", "iso", "wrapped", "ms"])
@pytest.mark.parametrize("signed_in", [True, False])
async def test_simulated_site(way, form, dates, signed_in):
    """Each way, format, form of dates and login state of the simulated site gives the lot as its sale has it."""
    clock = HandClock()
    double = in_process_site(clock)
    site = double.site
    site.settings = site.settings.changed({"format": form, "dates": dates})
    lot = site.open_lot(Wish(close_in=600, rivals=(), early=(14, 20)))
    site.bid(site.demo_user, lot, 30)
    headers = {"Accept": ACCEPT[way], **({"Cookie": double.cookie()} if signed_in else {})}
    async with httpx.AsyncClient(transport=double.client_transport, base_url=double.base_url) as client:
        answer = await client.get(lot_path(way, str(lot.id)), headers=headers)
    reply = Reply(answer.status_code, answer.text, kept(answer.headers.items()))
    found = lot_in(decoded(reply, way).root, str(lot.id), double.base_url)
    assert (lot.price * 100, lot.close, lot.first_close, len(lot.rows)) == (
        found.price_cents,
        found.close_ms,
        found.initial_close_ms,
        found.bid_count,
    )
    assert (lot.item.title, lot.item.retail, lot.place.name) == (found.title, found.retail_cents, found.location_name)
    if signed_in:
        assert (True, True, 3100) == (found.has_user_state, found.winning, found.next_bid_cents)
    else:
        assert (False, False, 0) == (found.has_user_state, found.winning, found.next_bid_cents)
