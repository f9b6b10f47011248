"""How soon a look must be made to be of use."""

from datetime import UTC, datetime, timedelta

from bidwright.clock import to_ms
from bidwright.records import LotRecord
from bidwright_poller.urgency import deadline_s

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)


def lot(left_s: float, **fields: str) -> LotRecord:
    """An armed lot, read before, that closes in *left_s*."""
    given = {"cap_ver": "1", "watched": "1", "armed": "1", "status": "open", "obs_started": "1000", "cap": "4000"}
    return LotRecord.from_hash("70012345", {**given, "close": str(to_ms(NOW + timedelta(seconds=left_s))), **fields})


def test_what_is_not_known_is_needed_at_once():
    """A bid on its way, a bid that was not taken, an armed lot of which nothing is known."""
    assert 0 == deadline_s(lot(600, inflight="i1"), NOW)
    assert 0 == deadline_s(lot(600, settled="2000"), NOW)
    assert 0 == deadline_s(lot(600, obs_started="0"), NOW)


def test_what_only_a_list_has_shown_is_read_in_full_half_a_minute_before_its_close():
    """The nearer one goes first; one that is not armed can wait."""
    assert 570 == deadline_s(lot(600, obs_started="0", shown_started="1000"), NOW)
    assert 0 == deadline_s(lot(20, obs_started="0", shown_started="1000"), NOW)
    assert 30 == deadline_s(lot(600, obs_started="0", shown_started="1000", armed="0"), NOW)


def test_a_lead_is_proven_while_an_outbid_can_be_answered():
    """The deadline is eight seconds before the close, also right after the bid; the nearer close goes first."""
    assert 22 == deadline_s(lot(30, exposure="1500", high="1500", settled="2000"), NOW)
    assert deadline_s(lot(15, exposure="1500", high="1500"), NOW) < deadline_s(lot(25, high="1500"), NOW)
    assert 0 == deadline_s(lot(3, high="1500"), NOW)


def test_after_its_close_a_lot_that_may_go_on_goes_before_one_that_has_ended():
    """A late bid of a rival has extended it, and there is half a minute to answer; an end is only to be confirmed."""
    assert 8 == deadline_s(lot(-2), NOW)
    assert 18 == deadline_s(lot(-2, status="closed"), NOW)
    assert 18 == deadline_s(lot(-2, armed="0"), NOW)
    assert 0 == deadline_s(lot(-30), NOW) < deadline_s(lot(-30, status="closed"), NOW)
    assert 0 == deadline_s(lot(-60, status="closed"), NOW)


def test_while_the_accounts_list_tells_of_lots_of_ours_an_end_is_read_at_once():
    """Its owner waits for it, and no answer does; a lot that was only watched waits as ever."""
    assert 0 == deadline_s(lot(-1), NOW, listed=True)
    assert 0 == deadline_s(lot(-1, status="closed"), NOW, listed=True)
    assert 0 == deadline_s(lot(-1, armed="0", high="1500"), NOW, listed=True)
    assert 18 == deadline_s(lot(-2, armed="0"), NOW, listed=True)


def test_what_is_for_the_screen_has_time():
    """A lot that is only watched, and one that the bidder reads by itself before it bids."""
    assert 30 == deadline_s(lot(40, armed="0"), NOW)
    assert 30 == deadline_s(lot(40), NOW)
