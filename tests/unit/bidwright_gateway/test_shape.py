"""The Auction that clients are sent."""

from datetime import UTC, datetime, timedelta

import pytest

from bidwright.clock import to_ms
from bidwright.money import Rates
from bidwright.records import LotRecord
from bidwright_gateway.shape import Flavour, Shaper, forecast, word

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
SHAPER = Shaper(site="https://www.nellisauction.com", real=True, rates=Rates(1500, 850))
WATCHED = {"watched": "1", "cap_ver": "3", "cap": "4000", "strategy": "auto", "premium": "1500", "tax": "830", "mode": "live", "armed": "1"}
SEEN = {
    "obs_started": "5", "price": "1400", "next_bid": "1500", "close": str(to_ms(NOW + timedelta(seconds=412.9))), "status": "open",
    "x:title": 'Lamp 18" <b>', "x:url": "https://www.nellisauction.com/p/lamp/7", "x:bid_count": "3", "x:bidder_count": "2",
    "x:retail": "6950", "x:market": "open", "x:location_name": "Somewhere", "x:location_id": "7",
}  # fmt: skip


def auction(flavour=Flavour.EXTENSION, **fields):
    return SHAPER.auction(LotRecord.from_hash("7", {**WATCHED, **fields}), NOW, flavour)


def test_id_is_text_and_money_is_numbers():
    """The content script compares ids with ===, the popup calls toFixed on currentBid."""
    made = auction(**SEEN)
    assert ("7", 14, 15, 15) == (made["id"], made["data"]["currentBid"], made["data"]["nextBid"], made["data"]["minimumBid"])


def test_time_remaining_is_whole_seconds_from_the_close():
    """It is worked out when the frame is made, and never below zero."""
    late = SHAPER.auction(LotRecord.from_hash("7", {**WATCHED, **SEEN}), NOW + timedelta(hours=1), Flavour.PAGE)
    assert (412, 0) == (auction(**SEEN)["data"]["timeRemaining"], late["data"]["timeRemaining"])


def test_a_passed_close_is_not_ended():
    """Only the site ends a lot; the clock never does."""
    late = SHAPER.auction(LotRecord.from_hash("7", {**WATCHED, **SEEN}), NOW + timedelta(hours=1), Flavour.PAGE)
    assert ("monitoring", False, False) == (late["status"], late["isClosed"], late["data"]["isClosed"])


def test_before_the_first_read_data_is_null_and_config_is_not():
    """The dashboard reads config unguarded and guards data."""
    made = auction()
    assert (None, 40, "Lot 7") == (made["data"], made["config"]["maxBid"], made["title"])


def test_the_strategy_s_settings_are_shown_as_stored():
    """A form drawn from the strategy's schema is filled with them; what cannot be read shows as none."""
    assert {"snipeSeconds": 7, "own": [1]} == auction(params='{"snipeSeconds": 7, "own": [1]}')["config"]["params"]
    assert {} == auction(params="not json")["config"]["params"] == auction()["config"]["params"]


def test_title_is_clean():
    """Both clients put it into HTML."""
    assert "Lamp 18″ ‹b›" == auction(**SEEN)["title"]


def test_final_lot_is_ended_with_its_outcome():
    """The last state says closed, zero seconds, and who won."""
    made = auction(**SEEN, final="1", outcome="won", ended_at="1790000000000")
    told = (
        made["status"],
        made["isClosed"],
        made["outcome"],
        made["data"]["timeRemaining"],
        made["data"]["status"],
        made["data"]["finalBid"],
    )
    assert ("ended", True, "won", 0, "closed", 14) == told


def test_a_lot_that_was_let_go_stands_only_with_something_of_ours():
    """A bid that stands on the site or is under way; else there is nothing left to show."""
    let_go = {**SEEN, "watched": "0"}
    shown = [auction(**let_go), auction(**let_go, exposure="1400"), auction(**let_go, inflight="i1"), auction(**SEEN, exposure="1400")]
    assert [False, True, True, False] == [one["standing"] for one in shown]


def test_a_price_that_was_only_heard_is_marked():
    """Shown at once as from live events, with a least next bid above it; a read that began later is shown instead."""
    read = int(SEEN["obs_started"])
    heard = auction(**SEEN, heard="2100", heard_at=str(read))["data"]
    settled = auction(**SEEN, heard="2100", heard_at=str(read - 5))["data"]
    assert (21, 22, "sse") == (heard["currentBid"], heard["nextBid"], heard["updateSource"])
    assert heard["lastSSEUpdate"].endswith("Z")
    assert (14, "polling", None) == (settled["currentBid"], settled["updateSource"], settled.get("lastSSEUpdate"))


def test_gone_lot_is_an_error_with_its_sentence():
    """A lot the site does not know is given up; other troubles stay monitoring."""
    gone = auction(trouble="The site knows no lot 7.", trouble_kind="gone")
    down = auction(trouble="The site does not answer.", trouble_kind="down")
    assert ("error", "The site knows no lot 7.", "monitoring") == (gone["status"], gone["error"], down["status"])


def test_all_in_is_the_bill_to_the_cent():
    """15 % and 8.3 % on $14 make $17.44."""
    assert 17.44 == auction(**SEEN)["allIn"]["current"]


@pytest.mark.parametrize(
    ("strategy", "flavour", "shown"),
    [
        ("auto", Flavour.EXTENSION, "auto"),
        ("auto", Flavour.PAGE, "increment"),
        ("sniping", Flavour.EXTENSION, "sniping"),
        ("sniping", Flavour.PAGE, "sniping"),
        ("manual", Flavour.EXTENSION, "sniping"),
        ("manual", Flavour.PAGE, "increment"),
        ("patient", Flavour.PAGE, "patient"),
    ],
)
def test_each_client_hears_its_own_words(strategy, flavour, shown):
    """Auto is `auto` for the extension and `increment` for pages; manual shows as a paused strategy."""
    assert shown == word(strategy, flavour)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"armed": "0"}, "idle"),
        ({}, "idle"),
        ({"say": "Will bid up to $41", "say_kind": "will"}, "will"),
        ({"say": "Will NOT bid, because x", "say_kind": "wont"}, "wont"),
        ({"say": "Will bid", "say_kind": "will", "trouble": "The page changed", "trouble_kind": "changed"}, "trouble"),
        ({"final": "1", "outcome": "lost"}, "ended"),
        ({"watched": "0", "exposure": "100"}, "idle"),
    ],
)
def test_there_is_always_one_sentence(fields, kind):
    """Every lot says what will happen, whatever is known."""
    told = forecast(LotRecord.from_hash("7", {**WATCHED, **fields}))
    assert kind == told["kind"]
    assert told["sentence"]


def test_broken_numbers_do_not_break_the_list():
    """Display fields come from the site; nonsense shows as zero."""
    made = auction(**{**SEEN, "x:bid_count": "many", "close": "9" * 30, "premium": "x"})
    assert (0, None) == (made["data"]["bidCount"], made["data"]["closeTime"])


def test_hints_are_shown_until_the_first_read_and_bounded():
    """A client's title stands in for the site's, and cannot fill the memory."""
    shaper = Shaper(site="https://www.nellisauction.com", real=True, rates=Rates(0, 0))
    for number in range(1100):
        shaper.hint(str(number), {"title": "<b>Lamp", "imageUrl": "javascript:x", "url": "https://evil.invalid/"})
    made = shaper.auction(LotRecord.from_hash("1099", WATCHED), NOW, Flavour.PAGE)
    assert (1000, "‹b›Lamp", None) == (len(shaper.hints), made["title"], made["imageUrl"])
