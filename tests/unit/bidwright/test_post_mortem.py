"""Post-mortems: one sentence per ended lot, made of what is known and of nothing else."""

import pytest

from bidwright.post_mortem import lesson, post_mortem
from bidwright.records import HoldRecord, IntentRecord, LotRecord

CLOSE = 1_790_000_060_000
LOT = {
    "final": "1",
    "outcome": "lost",
    "mode": "live",
    "cap": "3800",
    "premium": "1500",
    "tax": "830",
    "close": str(CLOSE),
    "was_armed": "1",
}
SENT = {"state": "OUTBID", "amount": "1100", "mode": "live", "sent": "1", "sent_at": str(CLOSE - 9100), "ended_at": str(CLOSE - 9000)}


def lot(**fields):
    return LotRecord.from_hash("7", {**LOT, **{name: str(value) for name, value in fields.items()}})


def bid(**fields):
    return IntentRecord.from_hash("i", {**SENT, **{name: str(value) for name, value in fields.items()}})


def hold(say="Will NOT bid, because the session expired.", at=CLOSE - 20_000, till=None):
    return HoldRecord(at, till, say, 1200, 1300)


@pytest.mark.parametrize(
    ("fields", "intents", "history", "holds", "sentence"),
    [
        pytest.param({"price": 4100, "next_bid": 4200}, [bid(amount=3800)], [], [],
            "Lost at $41: your max bid was $38, at least $4 more would have been needed.", id="above the max bid"),
        pytest.param({"price": 4100, "next_bid": 4100}, [bid(amount=3800)], [], [],
            "Lost at $41: your max bid was $38, at least $4 more would have been needed.", id="the site shows no next bid at the end"),
        pytest.param({"price": 3800, "next_bid": 3900}, [bid(amount=3800)], [], [],
            "Lost at $38: your max bid was $38, at least $1 more would have been needed.", id="a tie goes to who was first"),
        pytest.param({"price": 4100, "next_bid": 4200, "mode": "dry"}, [bid(amount=3800, mode="dry")], [], [],
            "Would have lost at $41: your max bid was $38, at least $4 more would have been needed.", id="on paper"),
        pytest.param({"price": 4100, "next_bid": 4200, "cap": 9900, "allin": 1744}, [bid(amount=1400)], [], [],
            "Lost at $41: your max bid was $14, at least $28 more would have been needed.", id="an all-in limit"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid()], [], [hold()],
            "Lost at $12 although your max bid was $40: the last outbid was seen 9 s before the close and was not answered because the "
            "session expired.", id="held back at the end"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid()], [], [hold(till=CLOSE - 10_000)],
            "Lost at $12 although your max bid was $40: the last outbid was seen 9 s before the close and was not answered.",
            id="a hold that was over is no reason"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(state="LEADING")], [(CLOSE - 180_000, 500, "read"),
            (CLOSE - 5000, 1200, "live")], [],
            "Lost at $12 although your max bid was $40: the last outbid was seen 5 s before the close and was not answered.",
            id="a lead lost later"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(ended_at=CLOSE + 800)], [], [],
            "Lost at $12 although your max bid was $40: the last outbid was seen at the close and was not answered.", id="too late"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000, "was_armed": 0}, [bid()], [], [],
            "Lost at $12 although your max bid was $40: the last outbid was seen 9 s before the close and was not answered, because "
            "the lot was not armed at the end.", id="disarmed"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(state="REJECTED", why="too-low")], [], [],
            "Lost at $12 although your max bid was $40: the site refused the last bid, $11 (too low).", id="refused"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(state="CANCELLED", why="halted", amount=1300, sent=0), bid()], [],
            [], "Lost at $12 although your max bid was $40: the last bid, $13, did not leave (bidding was stopped).", id="stopped"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(state="CANCELLED", why="budget:total", amount=1300), bid()], [],
            [], "Lost at $12 although your max bid was $40: the last bid, $13, did not leave (the budget total had no room).", id="budget"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(state="ABSENT")], [], [],
            "Lost at $12 although your max bid was $40: the last bid, $11, never arrived at the site.", id="never arrived"),
        pytest.param({"price": 1200, "next_bid": 1300, "cap": 4000}, [bid(state="CLOSED")], [], [],
            "Lost at $12 although your max bid was $40: the last bid, $11, was not enough and was not raised.", id="settled by the close"),
        pytest.param({"price": 1200}, [], [], [hold()], "Not bid on: the session expired. It went for $12.", id="never bid on"),
        pytest.param({}, [], [], [hold()], "Not bid on: the session expired.", id="nobody bid"),
        pytest.param({"price": 1200, "was_armed": 0}, [], [], [hold(till=CLOSE - 1)], "Not bid on: it was not armed. It went for $12.",
            id="disarmed before"),
        pytest.param({"price": 1200}, [bid(state="EXPIRED", why="never claimed", sent=0)], [], [],
            "Not bid on: the bid of $11 did not leave (it took too long to reach the site). It went for $12.", id="never left"),
        pytest.param({"price": 1200}, [], [], [], "Not bid on, and no reason was noted. It went for $12.", id="nothing known is said"),
        pytest.param({"outcome": "won", "price": 1400, "cap": 4000, "booked": 1744}, [bid(state="LEADING")], [], [],
            "Won for $14 ($17.44 all-in), $26 below your max bid.", id="won"),
        pytest.param({"outcome": "won", "mode": "dry", "price": 1300, "exposure": 1400, "cap": 4000, "booked": 1744}, [], [], [],
            "Would have won for $14 ($17.44 all-in), $26 below your max bid.", id="won on paper"),
        pytest.param({"outcome": "won", "price": 3800, "booked": 4733}, [bid(state="LEADING")], [], [],
            "Won for $38 ($47.33 all-in), exactly your max bid.", id="won at the max bid"),
        pytest.param({"outcome": "won", "price": 3800, "cap": 1000, "booked": 4733}, [bid(state="LEADING")], [], [],
            "Won for $38 ($47.33 all-in).", id="the max bid was lowered after the bid"),
        pytest.param({"final": 0, "price": 1200}, [bid()], [], [hold()], "", id="open"),
    ],
)  # fmt: skip
def test_says_how_it_ended(fields, intents, history, holds, sentence):
    """
    A rival's hidden maximum is never claimed to be known.
    """
    assert sentence == post_mortem(lot(**fields), intents, history, holds)


@pytest.mark.parametrize(
    ("fields", "intents", "sentence"),
    [
        ({"price": 4100, "next_bid": 4200}, [bid(amount=3800)], "Your max bid was $38, at least $4 more would have been needed."),
        ({"price": 1200, "next_bid": 1300}, [bid(state="ABSENT")], "Your max bid was $38: the last bid, $11, never arrived at the site."),
        ({"outcome": "won", "price": 1400, "cap": 4000}, [bid(state="LEADING")], "$26 below your max bid."),
        ({"price": 1200}, [], ""),
        ({"final": 0}, [bid()], ""),
    ],
)
def test_what_there_is_to_learn(fields, intents, sentence):
    """
    The part that goes after the news.
    """
    assert sentence == lesson(lot(**fields), intents, [], [])
