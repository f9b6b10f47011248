"""The strategy that suits its answers to how the rivals have bid."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright import Bid, Hold, LotView, Money, OwnBid, PricePoint, Wait
from bidwright.proper import improper, unusable, wants_history
from bidwright_strategy_smart import SMART_BIDDING, SmartParams, register_strategies, register_toggles

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
(SMART,) = register_strategies()
TIE = "so that a rival's next step is only a tie"


def lot(
    *,
    states=(),
    price=10,
    step=1,
    cap=40,
    leading=False,
    closes_in=15.0,
    rested=60.0,
    war_min=0.0,
    safe=4.0,
    history=(),
    first_ago=60.0,
    **params,
):
    close = NOW + timedelta(seconds=closes_in)
    own = [OwnBid(Money.whole(1), NOW - timedelta(seconds=first_ago), state) for state in states]
    return LotView(
        lot_id="1",
        title="Lamp",
        price=Money.whole(price),
        next_bid=Money.whole(price + step),
        cap=Money.whole(cap),
        closes_at=close,
        first_close=close - timedelta(minutes=war_min),
        seen_at=NOW,
        price_since=NOW - timedelta(seconds=rested),
        leading=leading,
        extended=war_min > 0,
        safe_lead=timedelta(seconds=safe),
        own_bids=own,
        history=[PricePoint(NOW - timedelta(seconds=ago), Money.whole(dollars)) for ago, dollars in history],
        params=SmartParams(**params),
    )


def amount(view):
    """What it bids now, in dollars."""
    decision = SMART.decide(view, NOW)
    assert isinstance(decision, Bid), decision
    return decision.amount.dollars


def test_it_can_be_chosen():
    """It is a proper strategy by the name smart, and asks for the prices seen so far."""
    assert ("smart", None, True) == (SMART.name, unusable(SMART), wants_history(SMART))


def test_waits_for_its_lead():
    """Twenty seconds before the close by default, so that the others bid against each other first."""
    assert Wait(NOW + timedelta(seconds=280), "20 s before the close") == SMART.decide(lot(closes_in=300), NOW)


def test_a_lead_below_the_safe_one_is_raised_and_said():
    """A second before the close would not survive a take-over."""
    assert Wait(NOW + timedelta(seconds=295), "5 s before the close") == SMART.decide(lot(closes_in=300, safe=5, lead=1), NOW)


def test_offers_a_step_more_than_needed_and_says_why():
    """A rival who bids the next amount then only ties, and the tie is ours."""
    assert Bid(Money.whole(12), f"$1 above the next bid, {TIE}") == SMART.decide(lot(), NOW)


def test_headroom_is_a_step_of_the_site():
    """Where the next bid is five dollars away, a tie is five dollars away as well."""
    assert 20 == amount(lot(step=5))


def test_the_first_bid_of_all_has_headroom_too():
    """Nobody bid yet: the least there is and a dollar."""
    assert 2 == amount(lot(price=0))


def test_follows_a_war_with_patience():
    """Outbid after an extension: an answer once the price rested for two seconds, not at the next lead."""
    view = lot(states=["LEADING"], closes_in=28, rested=0.5, war_min=0.5)
    assert Wait(NOW + timedelta(seconds=1.5), "in answer to an outbid") == SMART.decide(view, NOW)
    assert 12 == amount(lot(states=["LEADING"], closes_in=28, rested=2, war_min=0.5))


def test_patience_ends_a_safe_lead_before_the_close():
    """The last answer is never too late."""
    assert 12 == amount(lot(states=["LEADING"], closes_in=4, rested=0, war_min=0.5, patience=25))


@pytest.mark.parametrize(
    ("states", "room"),
    [
        (["OUTBID"], 1),
        (["OUTBID"] * 2, 3),
        (["OUTBID"] * 3, 5),
        (["OUTBID", "OUTBID", "LEADING", "OUTBID"], 3),
        (["LEADING", "OUTBID", "OUTBID"], 1),
        (["OUTBID", "REJECTED", "OUTBID"], 1),
    ],
)
def test_steps_grow_against_a_maximum_that_stands(states, room):
    """Two more dollars of headroom for each of the newest bids in a row that was outbid as it came in."""
    assert 11 + room == amount(lot(states=states, cap=60, war_min=1))


@pytest.mark.parametrize(("placed", "room"), [(0, 1), (36, 5), (46, 17), (50, 50)])
def test_headroom_grows_when_answers_run_out(placed, room):
    """With 89 dollars to go, what is left of fifty answers must reach the limit; never more than fifty dollars at once."""
    assert 11 + room == amount(lot(states=["LEADING"] * placed, cap=100, war_min=1 if placed else 0))


def test_headroom_grows_when_the_time_for_a_war_runs_out():
    """Ten answers took fifty minutes of an hour: two more are left for thirty dollars."""
    decision = SMART.decide(lot(states=["LEADING"] * 10, cap=41, war_min=50), NOW)
    assert (26, True) == (decision.amount.dollars, "only 2 more answers" in decision.why)


def test_a_pace_that_will_do_needs_no_more_headroom():
    """The prices seen tell that each answer was good for thirteen dollars: at that pace the limit comes in time."""
    seen = [(100, 5), (61, 10), (30, 100), (5, 140)]
    assert 142 == amount(lot(states=["LEADING"] * 10, price=140, cap=400, rebids=30, war_min=1, history=seen))
    assert 142 < amount(lot(states=["LEADING"] * 10, price=140, cap=400, rebids=30, war_min=1))


def test_never_above_the_limit():
    """Headroom ends at the limit; a next bid above it holds."""
    assert 40 == amount(lot(price=39))
    assert Hold("the next bid, $41, is above your limit of $40") == SMART.decide(lot(price=40), NOW)


def test_headroom_ends_at_the_walk_away_price():
    """What stops answers stops headroom as well."""
    assert 11 == amount(lot(walk_away=11, war_min=1, states=["LEADING"]))
    assert 12 == amount(lot(walk_away=12, war_min=1, states=["LEADING"]))


def test_without_headroom_it_bids_the_next_acceptable_amount():
    """The owner may turn headroom off, and a buffer stays."""
    assert Bid(Money.whole(11)) == SMART.decide(lot(most=0), NOW)
    assert 13 == amount(lot(most=0, buffer=2))
    assert 14 == amount(lot(buffer=2))


def test_says_that_it_leads():
    """A lead is not bid over."""
    assert Hold("you lead at $10") == SMART.decide(lot(leading=True), NOW)


def test_stops_at_the_owners_limits_for_a_war():
    """Fifty answers by default, sixty minutes, the walk-away price."""
    assert "50 outbids" in SMART.decide(lot(states=["LEADING"] * 51, war_min=1), NOW).why
    assert "60 minutes" in SMART.decide(lot(states=["LEADING"], war_min=61), NOW).why
    assert "walk-away" in SMART.decide(lot(states=["LEADING"], war_min=1, walk_away=9), NOW).why


def test_settings_have_titles_units_and_bounds():
    """The form is drawn from them."""
    for name, field in SmartParams.model_json_schema()["properties"].items():
        assert field["title"], name
        assert field["description"], name
    with pytest.raises(ValueError, match="less than or equal to 120"):
        SmartParams.model_validate({"leadSeconds": 121})


def test_its_switch_is_off_by_default():
    """An experiment that somebody must turn on."""
    assert [SMART_BIDDING] == list(register_toggles())
    assert ("smart_bidding", "USE_SMART_BIDDING", False, "experiment") == (
        SMART_BIDDING.name,
        SMART_BIDDING.env,
        SMART_BIDDING.default,
        SMART_BIDDING.kind,
    )


moments = st.integers(-100_000, 100_000).map(lambda s: NOW + timedelta(seconds=s / 10))
amounts = st.integers(0, 2_000_000).map(Money)
states = st.sampled_from(["LEADING", "OUTBID", "MOOT", "REJECTED", "ABSENT", "CANCELLED", "EXPIRED", "UNKNOWN", "CLOSED"])
settings_of = st.builds(
    SmartParams,
    lead=st.integers(1, 120),
    patience=st.floats(0, 25),
    most=st.integers(0, 1000),
    rebids=st.integers(0, 500),
    war=st.floats(0, 1440, exclude_min=True),
    walk_away=st.none() | st.floats(0, 999_999, exclude_min=True),
    increment=st.floats(0, 1000, exclude_min=True),
    buffer=st.integers(0, 1000),
    least=st.none() | st.floats(0, 999_999, exclude_min=True),
)
views = st.builds(
    LotView,
    lot_id=st.just("1"),
    title=st.text(max_size=3),
    price=amounts,
    next_bid=amounts,
    cap=amounts,
    closes_at=moments,
    seen_at=moments,
    price_since=moments,
    leading=st.booleans(),
    extended=st.booleans(),
    extension=st.integers(0, 60).map(lambda s: timedelta(seconds=s)),
    first_close=st.none() | moments,
    safe_lead=st.integers(0, 60).map(lambda s: timedelta(seconds=s)),
    own_bids=st.lists(st.builds(OwnBid, amounts, moments, states), max_size=8),
    history=st.lists(st.builds(PricePoint, moments, amounts), max_size=8),
    params=settings_of,
)


@given(view=views)
def test_whatever_it_is_shown_it_answers_properly_and_never_above_the_limit(view):
    """No view makes it raise, every answer is a proper one, and a bid is acceptable and within the limit."""
    decision = SMART.decide(view, NOW)

    assert "" == improper(decision)
    if isinstance(decision, Bid):
        assert view.next_bid <= decision.amount <= view.cap
        assert not view.leading


@given(view=views)
def test_headroom_never_exceeds_what_the_owner_allows(view):
    """Beyond what the offer would be anyway, there is at most the owner's headroom, and the same view gives the same answer."""
    decision = SMART.decide(view, NOW)

    assert decision == SMART.decide(view, NOW)
    if isinstance(decision, Bid):
        assert decision.amount <= view.params.offer(view).amount + Money.whole(view.params.most)
