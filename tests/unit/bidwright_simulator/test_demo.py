"""The demonstration sale, played by a plain honest bidder."""

import pytest

from bidwright.testing import HandClock
from bidwright_simulator import Site, demo


def play(seed, seconds, first_close_s=demo.FIRST_CLOSE_S):
    """Follow the suggested watch list from 25 seconds after the start: answer an outbid, or bid 10 seconds before the close."""
    clock = HandClock()
    site = Site(clock, seed=seed)
    demo.keep_going(site, first_close_s)
    watch = demo.watch_list(site)
    clock.advance(25)
    for _ in range(seconds - 25):
        clock.advance(1)
        now = site.advance()
        demo.keep_going(site)
        for wish in watch:
            lot = site.lots[int(wish["lotId"])]
            due = wish["strategy"] == "auto" or lot.close - now <= 10_000
            if wish["autoBid"] and due and not lot.closed and lot.leader != site.demo_user and lot.next_for(site.demo_user) <= wish["cap"]:
                site.bid(site.demo_user, lot, lot.next_for(site.demo_user))
    over = [site.lots[int(wish["lotId"])] for wish in watch if site.lots[int(wish["lotId"])].closed]
    won = [lot for lot in over if lot.leader == site.demo_user]
    lost = [lot for lot in over if lot.leader != site.demo_user and site.demo_user in lot.amounts]
    return site, won, lost


@pytest.mark.parametrize("seed", ["1", "2", "hello", "42"])
def test_some_are_won_and_some_lost_early(seed):
    """
    Within two and a half minutes of the start at least one watched lot is won and one lost.
    """
    _, won, lost = play(seed, 150)

    assert won
    assert lost


def test_a_sale_may_begin_to_close_sooner():
    """
    Everything moves by as much: what is won and lost within two and a half minutes is there half a minute earlier.
    """
    site, won, lost = play("1", 120, first_close_s=30)
    plain = play("1", 26)[0]

    assert [30_000] * demo.COUNT == [plain.lots[n].first_close - site.lots[n].first_close for n in sorted(plain.lots)]
    assert won
    assert lost


def test_there_is_always_something_closing():
    """
    An hour later thirty lots are open, and the number of lots has stayed modest.
    """
    site, _, _ = play("1", 3600)

    assert len(site.open_lots()) == 30
    assert site.open_lots()[0].close - site.now() < 120_000
    assert len(site.lots) <= 530


def test_the_watch_list_is_modest():
    """
    Thirty lots, each with a cap and a strategy; all caps together with fees stay below a first budget of $2000.
    """
    clock = HandClock()
    site = Site(clock)
    demo.open_sale(site)
    watch = demo.watch_list(site)

    assert len(watch) == 30
    assert {"auto", "sniping", "manual"} == {wish["strategy"] for wish in watch}
    assert all(wish["autoBid"] == (wish["strategy"] != "manual") for wish in watch)
    assert sum(wish["cap"] for wish in watch) * 1.25 < 2000


def test_a_sale_that_is_over_is_followed_by_a_new_one():
    """
    New ids, and the old lots are still there to be read.
    """
    clock = HandClock()
    site = Site(clock)
    demo.keep_going(site)
    old = set(site.lots)
    clock.advance(86_400)
    site.advance()
    demo.keep_going(site)

    assert site.sale == 2
    assert len(site.open_lots()) == 30
    assert old < set(site.lots)
    assert not old & {lot.id for lot in site.open_lots()}
