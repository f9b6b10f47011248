"""What a live event says."""

import pytest
from httpx_sse import ServerSentEvent

from bidwright_nellis_proxy.feed import told_by
from bidwright_proto.v1 import site_pb2

BID, CLOSED = site_pb2.LiveEvent.KIND_BID, site_pb2.LiveEvent.KIND_CLOSED


@pytest.mark.parametrize(
    ("event", "data", "kind", "price"),
    [
        ("ch_product_bids:7", '{"currentBid":16}', BID, 1600),
        ("ch_product_bids:7", '{"current_bid":"$1,016"}', BID, 101600),
        ("ch_product_bids:7", '{"currentPrice":-1,"currentAmount":17}', BID, 1700),
        ("ch_product_bids:7", "not json", BID, 0),
        pytest.param("ch_product_bids:7", "[" * 100_000, BID, 0, id="too deep"),
        ("ch_product_bids:7", "", BID, 0),
        ("ch_product_closed:7", '{"finalBid":20,"winner":"x"}', CLOSED, 2000),
        ("ch_product_closed:7", "3", CLOSED, 0),
    ],
)
def test_events(event, data, kind, price):
    """A bid and a close are told, with the price where one can be read."""
    told = told_by(ServerSentEvent(event=event, data=data), "7")
    assert told is not None
    assert ("7", kind, price) == (told.lot_id, told.kind, told.price_cents)


@pytest.mark.parametrize("event", ["message", "ch_product_bids:8", "ch_product_closed:70", "ch_other:7"])
def test_silence(event):
    """Greetings, pings and other lots' events are not."""
    assert told_by(ServerSentEvent(event=event, data="ping"), "7") is None
