"""A sale kept over restarts."""

import json

import pytest

from bidwright.testing import HandClock
from bidwright_simulator import Site, demo, state


def test_a_saved_sale_goes_on_as_if_nothing_had_been(tmp_path):
    """
    A restored sale ends exactly as the one that was never stopped; sessions are still good.
    """
    clock, file = HandClock(), tmp_path / "sim" / "sale.json"
    site = Site(clock)
    demo.keep_going(site)
    cookie = site.accounts.open("demo@example.invalid", site.now())
    clock.advance(70)
    site.advance()
    state.save(site, file)
    again = Site(clock)
    assert state.restore(again, file)

    clock.advance(900)
    site.advance()
    again.advance()
    assert site.lots.keys() == again.lots.keys()
    for lot in site.lots.values():
        other = again.lots[lot.id]
        assert (lot.price, lot.leader, lot.close, lot.rows, lot.closed) == (
            other.price,
            other.leader,
            other.close,
            other.rows,
            other.closed,
        )
    assert site.demo_user == again.accounts.user(cookie, again.now())
    assert site.next_id == again.next_id


def test_no_file_is_no_sale(tmp_path):
    """
    Without a file there is nothing to restore.
    """
    assert not state.restore(Site(HandClock()), tmp_path / "none.json")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 99}', "\x00"])
def test_a_foreign_file_is_refused(tmp_path, text):
    """
    A file that is not ours is named, with what to do about it.
    """
    file = tmp_path / "sale.json"
    file.write_text(text)

    with pytest.raises(ValueError, match="delete it to begin a new one"):
        state.restore(Site(HandClock()), file)


def test_another_seed_is_refused(tmp_path):
    """
    A sale belongs to its seed.
    """
    file = tmp_path / "sale.json"
    state.save(Site(HandClock(), seed="a"), file)
    assert json.loads(file.read_text())["seed"] == "a"

    with pytest.raises(ValueError, match="with seed 'a', not 'b'"):
        state.restore(Site(HandClock(), seed="b"), file)
