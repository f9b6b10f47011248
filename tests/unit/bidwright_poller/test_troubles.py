"""What is done and said when a lot cannot be read."""

import pytest

from bidwright.errors import BadInput, LotGone, SessionLost, UpstreamBusy, UpstreamChanged, UpstreamDown
from bidwright.records import LotRecord
from bidwright_poller.troubles import Troubles


def lot(**fields):
    return LotRecord.from_hash("7", {"cap_ver": "1", "watched": "1", **fields})


NEW, SEEN = lot(), lot(obs_started="1", close="5", price="100")


def meet(record, error, times=1, *, every=1.0, past_close=False):
    troubles = Troubles()
    for n in range(times):
        found = troubles.met(record, error, now=n * every, past_close=past_close)
    return found


def test_a_busy_site_is_asked_again_when_it_says():
    """
    Nothing is wrong with the lot, so nothing is told.
    """
    assert (7.5, "") == (meet(SEEN, UpstreamBusy("", 7.5), 5).again_s, meet(SEEN, UpstreamBusy("", 7.5), 5).sentence)


def test_a_site_that_is_down_is_told_the_third_time_and_asked_ever_more_rarely():
    """
    2, 4, 8 … up to 30 s.
    """
    found = [meet(SEEN, UpstreamDown("no answer"), n) for n in (1, 2, 3, 5, 9)]

    assert [2, 4, 8, 30, 30] == [one.again_s for one in found]
    assert ["", "", "down", "down", "down"] == [one.kind for one in found]


@pytest.mark.parametrize("error", [SessionLost(""), BadInput("odd")])
def test_other_errors_count_as_down(error):
    """
    Whatever it is, it is tried again and told.
    """
    assert "down" == meet(SEEN, error, 3).kind


def test_a_read_that_worked_ends_the_row():
    """
    Two failures before and two after are not three in a row.
    """
    troubles = Troubles()
    for n in range(4):
        found = troubles.met(SEEN, UpstreamDown(""), now=n, past_close=False)
        if n == 1:
            troubles.over("7")

    assert "" == found.kind


def test_a_page_that_is_not_understood_is_told_at_once():
    """
    Nothing is bid on it meanwhile.
    """
    found = meet(SEEN, UpstreamChanged("no lot in the answer"))

    assert (60, "changed") == (found.again_s, found.kind)
    assert "no lot in the answer" in found.sentence


def test_an_unknown_lot_is_asked_again_after_a_minute_then_after_ten():
    """
    With a sentence that says what to do.
    """
    assert [60, 600, 600] == [meet(NEW, LotGone(""), n).again_s for n in (1, 2, 3)]
    assert "Check the number" in meet(NEW, LotGone("")).sentence


def test_a_lot_the_site_forgot_after_its_close_has_ended():
    """
    Three answers over at least ten seconds, and no money on it.
    """
    found = [meet(SEEN, LotGone(""), n, every=5, past_close=True) for n in (1, 2, 3)]

    assert [False, False, True] == [one.ended for one in found]
    assert not meet(SEEN, LotGone(""), 5, every=1, past_close=True).ended


def test_a_lot_with_money_on_it_is_never_ended_by_forgetting():
    """
    The owner is sent to look.
    """
    found = meet(lot(obs_started="1", exposure="1500"), LotGone(""), 4, every=5, past_close=True)

    assert not found.ended
    assert "$15 of yours" in found.sentence


def test_a_lot_forgotten_before_its_close_is_told():
    """
    It is not ended.
    """
    found = meet(SEEN, LotGone(""), 9, every=5)

    assert (600, False, "The site does not show this lot any more.") == (found.again_s, found.ended, found.sentence)
