"""Leaves: lots' texts that are kept while they hold, and no longer."""

from datetime import UTC, datetime

from bidwright.money import Rates
from bidwright.records import LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright.testing import HandClock
from bidwright_gateway.leaves import Leaves
from bidwright_gateway.shape import Flavour, Shaper

SHAPER = Shaper(site="https://www.nellisauction.com", real=True, rates=Rates(1500, 850))
WATCHED = {"watched": "1", "cap_ver": "3", "cap": "4000", "strategy": "auto", "premium": "1500", "tax": "830", "mode": "live"}


def leaves(known):
    """Leaves of the lots *known*, which may change."""
    return Leaves(SHAPER, SiteTime(None, HandClock(datetime(2026, 9, 21, 14, 0, tzinfo=UTC))), lambda: known)


def record(number):
    return LotRecord.from_hash(str(number), WATCHED)


def test_a_leaf_is_made_once_for_each_record_and_flavour():
    """The same as long as the record is."""
    lot = record(7)
    kept = leaves({"7"})
    assert kept.of(lot, Flavour.PAGE) is kept.of(lot, Flavour.PAGE)
    assert kept.of(lot, Flavour.EXTENSION) is not kept.of(lot, Flavour.PAGE)
    assert kept.of(record(7), Flavour.PAGE) is not kept.of(lot, Flavour.PAGE)


def test_leaves_of_lots_that_are_gone_do_not_pile_up():
    """However many come and go; those that are there are not made anew for it."""
    known, stays = {"1"}, record(1)
    kept = leaves(known)
    first = kept.of(stays, Flavour.PAGE)
    for number in range(2, 3000):
        known.add(str(number))
        kept.of(record(number), Flavour.PAGE)
        known.discard(str(number))

    assert len(kept) < 300
    assert kept.of(stays, Flavour.PAGE) is first
