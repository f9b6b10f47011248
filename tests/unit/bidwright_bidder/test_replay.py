"""A strategy tried on prices that were seen: it bids where it would have, leads and is outbid as on paper, and never above the cap."""

from datetime import UTC, datetime, timedelta

import pytest

from bidwright import Bid, Hold, LotView, Money, PricePoint, Wait
from bidwright_bidder.replay import Replay
from bidwright_strategy_auto import Auto, AutoParams
from bidwright_strategy_snipe import Snipe, SnipeParams

BEGIN = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
CLOSE = BEGIN + timedelta(minutes=10)


def view(cap=40, price=10, close=CLOSE, params=None):
    """The lot as it is now, with a dollar to the next bid."""
    return LotView(
        lot_id="7", title="A lamp", price=Money.whole(price), next_bid=Money.whole(price + 1), cap=Money.whole(cap), closes_at=close,
        seen_at=CLOSE, price_since=CLOSE, leading=False, first_close=CLOSE, params=params,
    )  # fmt: skip


def prices(*seen):
    """Dollars at seconds after the beginning."""
    return [PricePoint(BEGIN + timedelta(seconds=at), Money.whole(dollars)) for at, dollars in seen]


async def run(strategy, lot, seen, end=CLOSE):
    """The replay of *strategy*, an object or a function."""
    found = Replay(lot, seen, end)

    async def ask(shown, now):
        return strategy(shown, now) if callable(strategy) else strategy.decide(shown, now)

    await found.run(ask)
    return found


async def test_snipe_waits_and_leads():
    """One bid ten seconds before the close, which leads since nobody bid more."""
    made = await run(Snipe(), view(params=SnipeParams()), prices((0, 5), (60, 10)))
    assert ["wait", "bid"] == [step.kind for step in made.steps]
    assert (CLOSE - timedelta(seconds=10), Money.whole(11)) == (made.steps[-1].at, made.steps[-1].amount)
    assert (True, "It would have led at the close with $11; the price was $10.") == (made.leads, made.sentence(over=True))


async def test_auto_answers_until_its_limit():
    """Outbid by what was seen, it bids again, and gives up above the cap."""
    made = await run(Auto(), view(cap=20, price=30, params=AutoParams()), prices((0, 5), (60, 12), (120, 30)))
    kinds = [step.kind for step in made.steps]
    assert (2, 2) == (kinds.count("bid"), kinds.count("outbid"))
    assert all(bid.amount <= Money.whole(20) for bid in made.bids)
    assert not made.leads
    assert made.sentence(over=True).startswith("It would have lost: its last bid was ")


async def test_a_bid_of_nonsense_is_refused():
    """Above the cap, or below what the site takes: a step that says so, and no bid."""
    for amount, word in ((99, "above the limit of $40"), (2, "less than the site takes")):
        made = await run(lambda _seen, _now, amount=amount: Bid(Money.whole(amount)), view(), prices((0, 5), (30, 10)))
        assert (["refused"], []) == ([step.kind for step in made.steps], made.bids)
        assert word in made.steps[0].says


async def test_the_close_moves_as_it_did():
    """A price in the last seconds moved the close; the strategy is shown what was known at each time."""
    shown = []

    def look(seen, now):
        shown.append((now, seen.closes_at, seen.extended))
        return Wait(seen.closes_at - timedelta(seconds=5))

    late = CLOSE + timedelta(seconds=20)
    await run(look, view(close=late), prices((0, 5), (590, 9)), late)
    assert (BEGIN, CLOSE, False) == shown[0]
    assert (BEGIN + timedelta(seconds=590), late, True) == shown[1]


@pytest.mark.parametrize(("over", "begin"), [(True, "It would not have bid"), (False, "So far it would not have bid")])
async def test_nothing_bid_is_said(over, begin):
    """With the reason."""
    made = await run(lambda _seen, _now: Hold("you said never"), view(), prices((0, 5)))
    assert f"{begin}: does not bid, because you said never." == made.sentence(over=over)


async def test_without_prices():
    """There is nothing to try it on."""
    assert "No price was seen yet, so there is nothing to try it on." == (await run(Snipe(), view(), [])).sentence(over=False)


async def test_one_that_never_ends_is_ended():
    """A strategy that always wants to be asked at once is asked a bounded number of times."""
    asked = []
    await run(lambda _seen, now: asked.append(now) or Wait(now), view(), prices((0, 5)))
    assert 400 == len(asked)
