"""The simulated sale: repeatable, fair, within the limits, and unharmed by whatever a strategy does."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bidwright import Bid, Hold, Money, Params, Wait
from bidwright.errors import BadInput
from bidwright.testing import HandClock
from bidwright.testing.sale import MIXES, Caps, Contestant, Latency, Mix, contestants, mix, paired, run_sale
from bidwright.testing.sale.__main__ import main
from bidwright.testing.sale.lots import open_lots
from bidwright_simulator import Site
from bidwright_simulator.rivals import KINDS

BROKEN = "def register_strategies(:\n"
CHATTY = """
from bidwright import Hold, Params, hookimpl

print("hello")

class Chatty:
    name, description, version, params = "chatty", "Talks.", "1", Params

    def decide(self, lot, now):
        print("deciding")
        return Hold("chatty")

@hookimpl
def register_strategies():
    return [Chatty()]
"""


class Shown:
    """
    Answers what it is told to, and remembers what it was shown.
    """

    name, description, version, params = "shown", "For tests.", "1", Params

    def __init__(self, answer):
        self.answer, self.views, self.times = answer, [], []

    def decide(self, lot, now):
        self.views.append(lot)
        self.times.append(now)
        return self.answer(lot, now)


def _try(answer, **options):
    strategy = Shown(answer)
    (result,) = run_sale([Contestant(strategy, Params())], **({"lots": 12, "seed": 3} | options))
    return strategy, result


def _lines(capsys, *options):
    code = main(list(options))
    return code, capsys.readouterr().out


def _raise(lot, now):
    raise RuntimeError("nobody home")


def _exit(lot, now):
    raise SystemExit(3)


def test_the_same_seed_gives_the_same_bytes(capsys):
    """Two runs with one seed are equal to the byte; another seed makes another sale."""
    first, again = (_lines(capsys, "--lots", "20", "--seed", "7") for _ in range(2))
    assert first == again
    assert 0 == first[0]
    assert first != _lines(capsys, "--lots", "20", "--seed", "8")


def test_order_and_company_change_nothing():
    """A strategy's result is the same alone and beside others: each bids in a sale of its own."""
    alone = run_sale(contestants(["sniping"]), lots=20, seed=7)
    beside = run_sale(contestants(["auto", "sniping"]), lots=20, seed=7)
    assert alone == beside[1:]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), over=st.integers(0, 50_000), low=st.integers(1, 30))
def test_never_above_a_limit(seed, over, low):
    """Whatever a strategy proposes, no bid that reaches the site is above the limit, and no all-in price above the limit's."""
    reached, take = [], Site.bid

    def noted(site, user, lot, amount):
        reached.append((str(lot.id), amount))
        return take(site, user, lot, amount)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Site, "bid", noted)
        strategy, result = _try(lambda lot, now: Bid(lot.cap + Money(over)), seed=seed, caps=Caps(low, low * 2))
    caps = {view.lot_id: view.cap.dollars for view in strategy.views}
    assert [] == [(lot, amount) for lot, amount in reached if amount > caps[lot]]
    assert result.bids_sent == len(reached) > 0
    assert result.surplus_cents >= 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_built_in_strategies(seed):
    """The others win some and lose some below their limits, manual wins nothing and bids nothing."""
    auto, manual, smart, sniping = run_sale(contestants(), lots=40, seed=seed)
    assert (0, 0, 0, 40) == (manual.won, manual.bids_sent, manual.all_in_cents, manual.lost)
    for result in (auto, smart, sniping):
        assert 0 < result.won < 40
        assert 40 == result.won + result.lost
        assert 0 < result.paid_percent_of_cap <= 100
        assert result.hammer_cents < result.all_in_cents
        assert result.surplus_per_lot_interval_cents[0] < result.surplus_per_lot_cents < result.surplus_per_lot_interval_cents[1]
        assert 0 == result.failed


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (_raise, "RuntimeError: nobody home"),
        (_exit, "SystemExit: 3"),
        (lambda lot, now: 14, "no proper answer: 14"),
        (lambda lot, now: Bid(Money(-500)), "no proper answer: Bid"),
        (lambda lot, now: Wait(now.replace(tzinfo=None)), "no proper answer: Wait"),
    ],
)
def test_a_strategy_that_fails_holds_and_is_counted(answer, word):
    """Raising, exiting and nonsense are counted with their sentence; nothing is bid and the sale goes to its end."""
    _, result = _try(answer)
    assert (12, 0, 0) == (result.lost, result.bids_sent, result.won)
    assert result.asked == result.failed
    assert word in result.failures[0]
    assert 3 >= len(result.failures)


def test_proposals_that_guards_stop_are_counted():
    """Bids while leading, below the next bid or on a lot beyond the limit are not sent."""
    _, low = _try(lambda lot, now: Bid(Money(150)))
    _, high = _try(lambda lot, now: Bid(lot.cap))
    assert 0 < low.held["below-next"]
    assert 0 < high.held["leading"]
    assert 0 < high.held["over-cap"]


def test_a_bid_in_the_last_moment_comes_too_late():
    """Bids take their time: one decided when the close is nearer than the way there is refused."""
    late, slow = [], Latency(read=(50, 60), bid=(900, 900))

    def answer(lot, now):
        strike = lot.closes_at.timestamp() - 0.1
        if now.timestamp() >= strike:
            late.append(lot.lot_id)
            return Bid(lot.next_bid)
        return Wait(now.fromtimestamp(strike, now.tzinfo))

    _, result = _try(answer, latency=slow)
    assert late
    assert (len(late), len(late), 0) == (result.bids_sent, result.bids_refused, result.won)


def test_what_a_strategy_is_shown():
    """Views carry what the bidder's do, read at most the longest read before the question, and time never goes back on a lot."""
    strategy, _ = _try(lambda lot, now: Hold("only looking"))
    assert 12 == len({view.lot_id for view in strategy.views})
    for view, now in zip(strategy.views, strategy.times, strict=True):
        assert 0 < (now - view.seen_at).total_seconds() <= 0.3
        assert view.price < view.next_bid
        assert view.cap.is_whole
        assert view.first_close <= view.closes_at
        assert view.price_since <= now
        assert not view.leading


def test_all_four_kinds_of_rivals_take_part():
    """One sale has rivals of every kind."""
    wanted = open_lots(Site(HandClock()), count=12, seed=1, caps=Caps())
    assert {"increment", "proxy", "sniper", "patient"} == {rival.kind for want in wanted for rival in want.lot.rivals}


@pytest.mark.parametrize("name", MIXES)
def test_mixes_have_the_rivals_they_name(name):
    """Every lot of a mix has as many rivals as it says, of its kinds alone."""
    chosen = mix(name)
    wanted = open_lots(Site(HandClock()), count=30, seed=1, caps=Caps(), rivals=chosen)
    assert set(chosen.kinds) == {rival.kind for want in wanted for rival in want.lot.rivals} <= set(KINDS)
    numbers = {len(want.lot.rivals) for want in wanted}
    assert (chosen.fewest, chosen.most) == (min(numbers), max(numbers))


def test_kinds_make_a_mix_of_their_own():
    """Kinds with commas between them take turns."""
    assert Mix(("sniper", "sniper", "proxy")) == mix("sniper, sniper,proxy")
    with pytest.raises(BadInput, match="none was given"):
        mix(" , ")


def test_the_usual_mix_is_the_one_without_a_name(capsys):
    """Leaving it out is the same to the byte, and other rivals make another sale."""
    usual = _lines(capsys, "--lots", "12", "--strategy", "auto")
    assert usual == _lines(capsys, "--lots", "12", "--strategy", "auto", "--rivals", "usual")
    wars = _lines(capsys, "--lots", "12", "--strategy", "auto", "--rivals", "wars")
    assert wars == _lines(capsys, "--lots", "12", "--strategy", "auto", "--rivals", "wars")
    assert usual != wars


def test_strategies_differ_lot_by_lot():
    """The mean of the differences is the difference of the means, each way round, and against oneself there is none."""
    auto, sniping = run_sale(contestants(["auto", "sniping"]), lots=30, seed=7, rivals=MIXES["wars"])
    more, less = paired(auto, sniping), paired(sniping, auto)
    assert ("sniping", "auto") == (more.strategy, less.strategy)
    assert pytest.approx(auto.surplus_per_lot_cents - sniping.surplus_per_lot_cents, abs=0.02) == more.per_lot_cents
    assert -more.per_lot_cents == less.per_lot_cents
    assert more.interval_cents[0] <= more.per_lot_cents <= more.interval_cents[1]
    assert (0, (0, 0)) == (paired(auto, auto).per_lot_cents, paired(auto, auto).interval_cents)


def test_the_document_tells_differences_to_the_others(capsys):
    """Each strategy's figures name every other of the run, and the lots themselves are left out."""
    _, out = _lines(capsys, "--lots", "5", "--strategy", "auto", "--strategy", "manual", "--rivals", "proxies")
    result = json.loads(out.splitlines()[-1])["result"]
    auto, manual = result["strategies"]
    assert "proxies" == result["rivals"]
    assert (["manual"], ["auto"]) == ([one["strategy"] for one in auto["against"]], [one["strategy"] for one in manual["against"]])
    assert {"strategy", "perLotCents", "intervalCents"} == set(auto["against"][0])
    assert "surplusesCents" not in auto


def test_history_is_shown_to_those_who_ask():
    """It is what the own looks saw: ascending times, no price twice in a row, the present price last."""

    class Curious(Shown):
        wants_history = True

    curious, plain = Curious(lambda lot, now: Bid(lot.next_bid)), Shown(lambda lot, now: Bid(lot.next_bid))
    for strategy in (curious, plain):
        run_sale([Contestant(strategy, Params())], lots=12, seed=3)
    assert [] == [view for view in plain.views if view.history]
    for view in curious.views:
        times, prices = [point.at for point in view.history], [point.price for point in view.history]
        assert (view.price, view.price_since) == (prices[-1], times[-1])
        assert times == sorted(set(times))
        assert [] == [n for n in range(1, len(prices)) if prices[n] == prices[n - 1]]
        assert 200 >= len(prices)
    assert 2 < max(len(view.history) for view in curious.views)


def test_one_lot_has_no_interval():
    """A single lot says nothing about the spread."""
    _, result = _try(lambda lot, now: Bid(lot.cap), lots=1)
    assert result.surplus_per_lot_interval_cents is None
    assert paired(result, result).interval_cents is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--lots", "0"], "1 to 10000 lots, not 0"),
        (["--lots", "10001"], "not 10001"),
        (["--strategy", "nope"], "no strategy 'nope'; there is: auto, manual, smart, sniping"),
        (["--plugins-dir", "not/there"], "not/there"),
        (["--rivals", "ghosts"], "no rivals 'ghosts'; there are the mixes usual, snipers"),
    ],
)
def test_what_makes_no_sale_is_said(capsys, options, words):
    """One sentence and the exit code of a wrong command line."""
    code, out = _lines(capsys, *options)
    assert 2 == code
    assert words in json.loads(out)["error"]


def test_a_dropin_that_does_not_import(capsys, tmp_path):
    """The sentence names the file and the line."""
    (tmp_path / "bad.py").write_text(BROKEN)
    code, out = _lines(capsys, "--plugins-dir", str(tmp_path))
    assert 2 == code
    assert "bad.py:1:" in json.loads(out)["error"]


def test_what_a_dropin_prints_is_not_in_the_result(capsys, tmp_path):
    """A single file is a drop-in, and its talk goes to standard error."""
    (tmp_path / "_chatty.py").write_text(CHATTY)
    assert 0 == main(["--plugins-dir", str(tmp_path / "_chatty.py"), "--strategy", "chatty", "--lots", "2"])
    shown = capsys.readouterr()
    *_, last = map(json.loads, shown.out.splitlines())
    assert ["chatty"] == [one["strategy"] for one in last["result"]["strategies"]]
    assert "deciding" in shown.err


def test_settings_without_defaults_are_said(tmp_path):
    """A strategy that cannot bid as it comes is refused by name."""
    (tmp_path / "needy.py").write_text(
        CHATTY.replace("class Chatty", "class Needy(Params):\n    level: int\n\nclass Chatty").replace('"1", Params', '"1", Needy')
    )
    with pytest.raises(BadInput, match="chatty can not bid with default settings: level"):
        contestants(["chatty"], dropins=tmp_path)


@pytest.mark.parametrize("wrong", [lambda: Caps(0, 5), lambda: Caps(9, 8), lambda: Latency(read=(0, 5)), lambda: Latency(bid=(9, 8))])
def test_bounds_make_sense(wrong):
    """Bounds that are no range are refused."""
    with pytest.raises(BadInput):
        wrong()


def test_dice_are_seeded(capsys, tmp_path):
    """A strategy that throws dice throws the same ones in each run."""
    (tmp_path / "dice.py").write_text(
        CHATTY.replace(
            'return Hold("chatty")',
            "return __import__('bidwright').Bid(lot.next_bid) if __import__('random').random() < 0.2 else Hold('dice')",
        )
    )
    options = ["--plugins-dir", str(tmp_path), "--strategy", "chatty", "--lots", "10"]
    state = random.getstate()
    assert _lines(capsys, *options) == _lines(capsys, *options)
    random.setstate(state)
