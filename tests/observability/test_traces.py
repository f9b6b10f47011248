"""One trace id from a click over REST through Redis and gRPC to the site's answer, span by span."""

import pytest
from plantation import until


@pytest.fixture(scope="session")
def spans(watched):
    """The parts of one bid's trace by name; of several with one name the first."""
    watched.run(watched.bid_in_a_trace())
    until(lambda: [span for span in watched.spans() if span["name"] == "gateway.order"], 10)
    return list(watched.spans())


def one(spans, name, **details):
    """The first part of that name with these details."""
    fitting = [span for span in spans if span["name"] == name and all(span.get(key) == value for key, value in details.items())]
    assert fitting, f"no {name} among {sorted({span['name'] for span in spans})}"
    return fitting[0]


def ways_up(spans, span):
    """The parts within which *span* began, the nearest first."""
    by_id = {one["span"]: one for one in spans}
    while span := by_id.get(span["parent"]):
        yield span


def test_from_the_click_to_the_sites_answer(watched, spans):
    """
    Each part begins in the one before it: gateway, store, bidder, call, nellis-proxy, site.

    The wish wakes the poller as well: when its read is told before the bidder has begun, that read is what the bidder's look begins in.
    """
    order = one(spans, "gateway.order", what="POST /api/auctions/{}/bid", lot=watched.traced_lot)
    wish = one(spans, "store.configure", parent=order["span"])
    call = one(spans, "call.SubmitIntent")
    look = one(spans, "bidder.look", span=call["parent"])
    answered = one(spans, "Site/SubmitIntent", parent=call["span"])
    bid = one(spans, "site.bid", parent=answered["span"], lot=watched.traced_lot)
    claim = one(spans, "store.claim", parent=bid["span"])
    answer = one(spans, "site.answer", parent=bid["span"])

    assert wish in list(ways_up(spans, look))
    assert watched.trace.span == order["parent"]
    assert {watched.trace.id} == {span["trace"] for span in spans}
    services = [span["service"] for span in (order, wish, look, call, answered, bid, claim, answer)]
    assert ["gateway", "gateway", "bidder", "bidder", *["nellis-proxy"] * 4] == services


def test_the_read_before_the_bid_belongs_to_it(spans):
    """The bidder's own, or the poller's where the same wish has woken both and it was faster: a call, answered by a read of the site."""
    call = one(spans, "call.GetLot")
    looks = [span for span in spans if span["name"] in ("bidder.look", "poller.look")]
    assert [look for look in looks if (look["span"], look["service"]) == (call["parent"], call["service"])]
    answered = one(spans, "Site/GetLot", parent=call["span"])

    assert "nellis-proxy" == one(spans, "site.read", parent=answered["span"])["service"]


def test_what_others_log_meanwhile_says_the_trace(watched, spans):
    """Not only spans: the line that says that the bid was written ahead, and the one that says how it ended."""
    lines = [
        line for file in watched.folder.glob("plant/log/*.log") for line in file.read_text("utf-8").splitlines() if watched.trace.id in line
    ]

    assert [line for line in lines if '"bid.reserved"' in line]
    assert [line for line in lines if '"bid.ended"' in line]


def test_nothing_failed_on_the_way(spans):
    """No part was ended by an error."""
    assert [] == [span for span in spans if span["failed"]]
