"""The site's data becomes one Lot."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright.turbo_stream import UNDEFINED, Promise
from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.lots import lot_in, lot_of, lots_in, my_lots_in

SITE = "https://site.test"
CLOSE = "2026-09-21T14:53:50.000Z"


def product(**changes):
    """A product as the site has them, logged in."""
    made = {
        "id": 70012345,
        "title": "Cordless lamp",
        "currentPrice": 14,
        "retailPrice": 94.99,
        "bidCount": 3,
        "bidderCount": 2,
        "closeTime": CLOSE,
        "initialCloseTime": CLOSE,
        "isClosed": False,
        "marketStatus": "open",
        "extensionInterval": 30,
        "projectExtended": True,
        "inventoryNumber": "1040001",
        "notes": "Used\nonce",
        "photos": [{"url": "javascript:alert(1)"}, {"url": "https://img.test/a.jpg"}],
        "location": {"id": 61, "name": "Phoenix"},
        "userState": {"isWatching": True, "hasParticipated": True, "isWinning": False, "nextBid": 15, "isAllowedToBid": True},
    }
    made.update(changes)
    return {key: value for key, value in made.items() if value is not ...}


def test_a_whole_lot():
    """Every field finds its place."""
    lot = lot_of(product(), SITE)
    assert ("70012345", "Cordless lamp", 1400, 1500) == (lot.id, lot.title, lot.price_cents, lot.next_bid_cents)
    assert (9499, 3, 2, 30, True) == (lot.retail_cents, lot.bid_count, lot.bidder_count, lot.extension_s, lot.extended)
    assert 1_790_002_430_000 == lot.close_ms == lot.initial_close_ms
    assert ("open", False) == (lot.market_status, lot.closed)
    assert f"{SITE}/p/Cordless-lamp/70012345" == lot.url
    assert "https://img.test/a.jpg" == lot.image_url
    assert ("1040001", "Phoenix", 61, "Used once") == (lot.inventory_number, lot.location_name, lot.location_id, lot.notes)
    assert (True, False, True, True, True) == (lot.has_user_state, lot.winning, lot.watching, lot.participated, lot.allowed_to_bid)


@pytest.mark.parametrize(
    "state",
    [..., None, UNDEFINED, [], {"nextBid": 15, "isAllowedToBid": True}, {"isWinning": None, "nextBid": 15}],
)
def test_no_word_on_who_leads(state):
    """Without a clear word on who leads, nothing of the user's state counts."""
    lot = lot_of(product(userState=state), SITE)
    assert (False, False, False, 0) == (lot.has_user_state, lot.winning, lot.allowed_to_bid, lot.next_bid_cents)


def test_missing_parts_of_the_users_state():
    """Unknown next bid is 0, unknown permission is no."""
    lot = lot_of(product(userState={"isWinning": True}), SITE)
    assert (True, True, False, 0) == (lot.has_user_state, lot.winning, lot.allowed_to_bid, lot.next_bid_cents)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "x"},
        {"id": None},
        {"currentPrice": ...},
        {"currentPrice": -1},
        {"currentPrice": math.nan},
        {"currentPrice": 14.005},
        {"currentPrice": "a lot"},
        {"closeTime": ...},
        {"closeTime": "soon"},
        {"isClosed": "false"},
        {"userState": {"isWinning": "yes"}},
        {"userState": {"isWinning": False, "nextBid": -3}},
        {"userState": {"isWinning": False, "nextBid": True}},
    ],
)
def test_what_money_depends_on_is_strict(changes):
    """An unreadable id, price, close or user state makes the lot unreadable."""
    with pytest.raises(NotUnderstood):
        lot_of(product(**changes), SITE)


def test_display_fields_are_lenient():
    """What is only shown never hides a lot."""
    lot = lot_of(
        product(
            retailPrice=math.nan,
            bidCount="x",
            title=None,
            photos=[3, {"url": "http://[bad"}, "//cdn.test/b.jpg"],
            location="?",
            initialCloseTime="x",
            extensionInterval=None,
            inventoryNumber=12,
            notes=None,
        ),
        SITE,
    )
    assert (0, 0, "", 30, "12") == (lot.retail_cents, lot.bid_count, lot.title, lot.extension_s, lot.inventory_number)
    assert "https://cdn.test/b.jpg" == lot.image_url
    assert lot.close_ms == lot.initial_close_ms
    assert f"{SITE}/p/lot/70012345" == lot.url


@pytest.mark.parametrize(
    ("closed", "market", "expected"),
    [(True, "open", True), (False, "sold", False), (..., "sold", True), (..., "closed", True), (..., "open", False), (..., None, False)],
)
def test_closed_is_the_sites_word(closed, market, expected):
    """IsClosed decides; only where it is missing the market's word does."""
    assert expected is lot_of(product(isClosed=closed, marketStatus=market), SITE).closed


def test_price_of_a_finished_lot():
    """The row typed Winning is the final price; an open lot keeps its own."""
    history = [{"amount": "$13", "type": "Outbid"}, {"amount": "$1,016", "type": "Winning"}]
    assert 101600 == lot_of(product(isClosed=True), SITE, history).price_cents
    assert 1400 == lot_of(product(), SITE, history).price_cents
    assert 1400 == lot_of(product(isClosed=True), SITE, [{"type": "Outbid"}, 3]).price_cents
    with pytest.raises(NotUnderstood):
        lot_of(product(isClosed=True), SITE, [{"type": "Winning", "amount": "lots"}])


@pytest.mark.parametrize(
    "root",
    [
        {"product": product()},
        {"data": {"product": product()}},
        {"loaderData": {"root": {}, "whatever": {"product": product()}}},
        {"r": {"data": {"product": product(id="70012345")}}},
        {"related": {"product": product(id=1)}, "z": {"product": product()}},
        {"r": {"product": Promise.resolved(product())}},
        {"product": product(bidHistory=[])},
    ],
)
def test_the_route_is_found_by_shape(root):
    """Names and levels of nesting do not matter; the asked lot does."""
    assert "70012345" == lot_in(root, "70012345", SITE).id


def test_bid_history_beside_or_inside():
    """The history is a sibling of the product, or inside it."""
    row = [{"amount": "$20", "type": "Winning"}]
    assert 2000 == lot_in({"product": product(isClosed=True), "bidHistory": row}, "70012345", SITE).price_cents
    assert 2000 == lot_in({"product": product(isClosed=True, bidHistory=row)}, "70012345", SITE).price_cents
    assert 2000 == lot_in({"product": product(isClosed=True), "bidHistory": Promise.resolved(row)}, "70012345", SITE).price_cents


@pytest.mark.parametrize(
    ("root", "expected"),
    [({"product": product(id=1)}, "answered with lot 1"), ({"product": {"id": "?"}}, "unreadable"), ({"a": 1}, "no lot"), (None, "no lot")],
)
def test_another_lot_is_refused(root, expected):
    """The site's own id must be the one that was asked for."""
    with pytest.raises(NotUnderstood, match=expected):
        lot_in(root, "70012345", SITE)


@pytest.mark.parametrize(
    "wrap", [lambda x: x, lambda x: {"listings": x}, lambda x: {"data": {"products": x}}, lambda x: [{"product": p} for p in x]]
)
def test_batches(wrap):
    """A list of lots at the root or below it; one that cannot be read is left out."""
    found = lots_in(wrap([product(), product(id="bad"), product(id=7)]), SITE)
    assert ["70012345", "7"] == [lot.id for lot in found]


def test_empty_and_strange_batches():
    """No open lots is an answer; no list is none; a list in which nothing can be read is none."""
    assert [] == lots_in([], SITE)
    assert [] == lots_in({"listings": []}, SITE)
    for root in ({"message": "no"}, [{"id": 1}], ["a"], 3):
        with pytest.raises(NotUnderstood):
            lots_in(root, SITE)


@pytest.mark.parametrize(
    "wrap", [lambda x: {"myAuctions": x}, lambda x: {"data": {"myAuctions": x}}, lambda x: {"r": {"data": {"myAuctions": x}}}]
)
def test_my_lots(wrap):
    """The account's list under each nesting."""
    assert ["70012345"] == [lot.id for lot in my_lots_in(wrap({"records": [product()]}), SITE)]
    assert [] == my_lots_in(wrap({"records": []}), SITE)


def test_no_list_of_my_lots():
    """Anything else is not understood."""
    with pytest.raises(NotUnderstood):
        my_lots_in({"myAuctions": 3}, SITE)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(product())), json_like))
def test_hostile_values(changes):
    """Whatever stands in a field, the answer is a lot or NotUnderstood."""
    try:
        lot = lot_of({**product(), **changes}, SITE)
    except NotUnderstood:
        return
    assert lot.price_cents >= 0
    assert lot.next_bid_cents >= 0
    assert lot.SerializeToString()


def test_a_type_of_any_depth_or_size_is_no_winning_row():
    """A row whose type is no text is passed over, even when its text would fill the memory or break the stack."""
    wide, deep = [], []
    for _ in range(100):
        wide = [wide, wide]
    for _ in range(1500):
        deep = [deep]
    rows = [{"type": wide}, {"type": deep}, {"type": "x" * 100_000}, {"type": "Winning", "amount": "$14"}]
    assert 1400 == lot_of(product(isClosed=True, currentPrice=9), SITE, rows).price_cents


def test_only_the_first_photos_are_looked_at():
    """A list without end costs no more than twenty looks."""
    photos = ["x:y"] * 20 + ["https://img.test/a.jpg"]
    assert "" == lot_of(product(photos=photos), SITE).image_url
    assert "https://img.test/a.jpg" == lot_of(product(photos=photos[1:]), SITE).image_url


def test_a_list_of_lots_has_an_end():
    """One record named a million times is no answer to what we ask."""
    assert 5000 == len(lots_in([product()] * 5000, SITE))
    with pytest.raises(NotUnderstood):
        my_lots_in({"myAuctions": {"records": [product()] * 5001}}, SITE)
