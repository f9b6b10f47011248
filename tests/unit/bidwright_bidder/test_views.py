"""What a strategy is shown of the prices seen."""

from datetime import UTC, datetime, timedelta

from bidwright import Money, Params, PricePoint
from bidwright.clock import to_ms
from bidwright.records import LotRecord
from bidwright_bidder.views import MOST_PRICES, Moment, view_of

LOCAL = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
SITE = LOCAL + timedelta(seconds=7)
AT = Moment(SITE, LOCAL, 100_000)


def shown(history):
    lot = LotRecord.from_hash("1", {"price": "500", "close": str(to_ms(SITE))})
    return view_of(lot, [], Params(), at=AT, safe_lead=timedelta(seconds=3), earlier=timedelta(0), history=history).history


def test_history_is_in_site_time():
    """A price read at two by our clock was there at seven seconds past by the site's."""
    wall = to_ms(LOCAL)

    assert [PricePoint(SITE - timedelta(seconds=5), Money(400)), PricePoint(SITE, Money(500))] == shown(
        [(wall - 5000, 400, "read"), (wall, 500, "bid")]
    )


def test_the_newest_prices_are_shown():
    """Two hundred of them at most, oldest first."""
    history = shown([(to_ms(LOCAL) + n, n, "read") for n in range(MOST_PRICES + 5)])

    assert (MOST_PRICES, Money(5), Money(MOST_PRICES + 4)) == (len(history), history[0].price, history[-1].price)


def test_nothing_is_shown_that_was_not_asked_for():
    """Without a history there is none."""
    assert [] == shown(())
