"""The ways to one lot's data."""

import json

import pytest

from bidwright.turbo_stream import Opaque, encode
from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.replies import Reply
from bidwright_nellis_proxy.ways import Way, Ways, decoded, lot_path, mine_path

ROOT = {"loaderData": {"r": {"product": {"id": 1}}}}
HTML = {"content-type": "text/html"}
STREAMED = f"<html><script>window.__remixContext.streamController.enqueue({json.dumps(encode(ROOT))})</script>"
PLAIN = f"<html><script>window.__remixContext = {json.dumps({'state': ROOT})};</script>"


@pytest.mark.parametrize(
    ("way", "reply", "name", "root"),
    [
        (Way.PAGE, Reply(200, STREAMED, HTML), "page-streamed", ROOT),
        (Way.PAGE, Reply(200, PLAIN, HTML), "page-plain", ROOT),
        (
            Way.DATA,
            Reply(200, encode({"r": {"data": {"product": {}}}}), {"content-type": "text/x-script"}),
            "data",
            {"r": {"data": {"product": {}}}},
        ),
        (Way.LOADER, Reply(200, '{"product":{}}'), "loader", {"product": {}}),
        (Way.LOADER, Reply(200, STREAMED, HTML), "page-streamed", ROOT),
    ],
)
def test_encodings(way, reply, name, root):
    """Each encoding is told by its content; a page that comes instead of data is read as a page."""
    found = decoded(reply, way)
    assert (name, root) == (found.name, found.root)


@pytest.mark.parametrize(
    ("way", "reply", "why"),
    [
        (Way.PAGE, Reply(200, "<html>hello", HTML), "without data"),
        (Way.PAGE, Reply(301, "", {"location": "/"}), "sent us elsewhere"),
        (Way.PAGE, Reply(200, ""), "does not decode"),
        (Way.DATA, Reply(404), "answered 404"),
        (Way.DATA, Reply(200, "{}"), "does not decode"),
        (Way.DATA, Reply(200, encode({"r": {"error": Opaque("ErrorResponse", [None, 404, "x"])}})), "loader answered 404"),
        (Way.LOADER, Reply(403, "Unexpected Server Error"), "answered 403"),
        (Way.LOADER, Reply(200, "nope"), "no JSON"),
    ],
)
def test_not_understood(way, reply, why):
    """What has no shape we know says what is missing."""
    with pytest.raises(NotUnderstood, match=why):
        decoded(reply, way)


def test_order(clock):
    """What worked last comes first, until the site fails."""
    ways = Ways(clock)
    assert [Way.PAGE, Way.DATA, Way.LOADER] == ways.order(signed_in=False)
    ways.worked(Way.LOADER, "loader")
    assert [Way.LOADER, Way.PAGE, Way.DATA] == ways.order(signed_in=True)
    assert "loader" == ways.last_name
    ways.failed()
    assert Way.PAGE is ways.order(signed_in=True)[0]


def test_blind_ways_come_last(clock):
    """A way that hid the user's state is tried last with a session, for five minutes."""
    ways = Ways(clock)
    ways.blind(Way.PAGE)
    assert [Way.DATA, Way.LOADER, Way.PAGE] == ways.order(signed_in=True)
    assert [Way.PAGE, Way.DATA, Way.LOADER] == ways.order(signed_in=False)
    clock.advance(301)
    assert [Way.PAGE, Way.DATA, Way.LOADER] == ways.order(signed_in=True)


def test_paths():
    """The addresses of section 2.2 and 5."""
    assert ["/p/lot/7", "/p/lot/7.data", "/p/lot/7?_data=routes%2Fp.%24title.%24productId._index"] == [lot_path(way, "7") for way in Way]
    assert "/dashboard/auctions/active?_data=routes%2Fdashboard.auctions.active" == mine_path(Way.LOADER)
    assert "/dashboard/auctions/active" == mine_path(Way.PAGE)
