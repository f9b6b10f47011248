"""Strategies that are not ours, each in a real process of its own: found, checked, swapped, asked, and put away when they misbehave."""

import asyncio
import json
import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent, indent

import pytest
from prometheus_client import REGISTRY

from bidwright import Bid, Hold, LotView, Money, SystemClock, Wait
from bidwright.errors import StoreDown
from bidwright.plugins import load
from bidwright.runtime.host.messages import Decide
from bidwright.runtime.host.process import HostError, Nursery
from bidwright.transitions import Transitions
from bidwright.versions import plugin_at
from bidwright_bidder.foreign import Foreign
from bidwright_bidder.guest import STRIKES
from bidwright_bidder.strategies import Strategies, decision_of

sys.path.insert(0, str(Path(__file__).parents[2] / "unit/bidwright/transitions"))  # house.py, which brings a lot into any state
from house import House

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
LOT = LotView(
    lot_id="1",
    title="Drill",
    price=Money(100),
    next_bid=Money(200),
    cap=Money(900),
    closes_at=NOW,
    seen_at=NOW,
    price_since=NOW,
    leading=False,
)
PATIENT_S, SHORT_S = 20.0, 0.3
ONLY_HERE = 'if lot.title == "Drill":'
"""The recorded lots, on which a new version is tried, have other titles."""


PLUGIN = """
from datetime import datetime
from bidwright import Bid, Hold, Money, Params, Wait, hookimpl
class Odd:
    name, description, version, params = "odd", "Odd.", "1", Params
    def decide(self, lot, now):
BODY
@hookimpl
def register_strategies():
    return [Odd()]
"""


class Bench:
    """
    A drop-in folder and what watches it.
    """

    def __init__(self, folder: Path, transitions: Transitions, limit_s: float) -> None:
        self.folder = folder
        self.foreign = Foreign(
            transitions, SystemClock(), Nursery(), folder=folder, reserved={"auto", "sniping", "manual"}, limit_s=limit_s
        )
        self.strategies = Strategies(load(installed=["strategy-auto"], dropins=None), self.foreign)

    def write(self, body: str, *, name: str = "odd", file: str = "", first: str = "") -> None:
        """A drop-in whose decide has the given body."""
        text = dedent("""
            FIRST
            import time
            from datetime import datetime, timedelta
            from pydantic import Field
            from bidwright import Bid, Hold, Money, Params, Wait, hookimpl
            class OddParams(Params):
                most: int = Field(5, title="Most", description="Whole dollars.", ge=1, le=100)
            class Odd:
                name, description, version, params = "NAME", "Odd.", "1", OddParams
                def decide(self, lot, now):
            BODY
            @hookimpl
            def register_strategies():
                return [Odd()]
            """)
        whole = text.replace("NAME", name).replace("FIRST", first).replace("BODY", indent(dedent(body), " " * 8))
        (self.folder / (file or f"{name}.py")).write_text(whole, "utf-8")

    async def look(self, times: int = 2) -> None:
        """What half a second each does."""
        for _ in range(times):
            await self.foreign.look()

    async def ask(self, name: str = "odd", lot: LotView = LOT, settings: str = ""):
        params = await self.strategies.params(name, settings)
        return params if isinstance(params, Hold) else await self.strategies.decide(name, replace(lot, params=params), NOW)

    @property
    def problem(self) -> str:
        (only,) = self.strategies.problems
        return only.reason


@pytest.fixture
async def make(tmp_path, transitions):
    """Makes benches over one folder, and ends their processes."""
    made = []

    def bench(limit_s: float = PATIENT_S) -> Bench:
        made.append(Bench(tmp_path, transitions, limit_s))
        return made[-1]

    yield bench
    for bench in made:
        await bench.foreign.close()


async def test_a_file_is_listed_with_its_form_and_asked(make):
    """
    Its settings become its own model, in its own process; the version in receipts carries the hash of the text.
    """
    bench = make()
    bench.write("return Bid(Money.whole(lot.params.most), 'as set')")
    await bench.look()
    (listed,) = [one for one in bench.strategies if one.plugin == "dropin:odd.py"]

    assert "Most" == json.loads(listed.schema)["properties"]["most"]["title"]
    assert Bid(Money.whole(7), "as set") == await bench.ask(settings='{"most": 7}')
    assert Bid(Money.whole(5), "as set") == await bench.ask()
    assert f"1 {listed.sha[:12]}" == bench.strategies.version("odd")


async def test_settings_that_do_not_fit_are_said_and_are_no_strike(make):
    """
    They are the owner's, not the code's.
    """
    bench = make()
    bench.write("return Hold('no')")
    await bench.look()

    assert "most: Input should be less than or equal to 100" in (await bench.ask(settings='{"most": 101}')).why
    assert "not readable" in (await bench.ask(settings="{")).why
    assert not bench.foreign.named("dropin:odd.py").strikes


MISDEEDS = [
    "return None",
    "return 5",
    "return float('nan')",
    "return Bid(5)",
    "return Bid(Money(-100))",
    "return Bid(Money(0))",
    "return Bid(float('inf'))",
    "return Wait('soon')",
    "return Wait(datetime(2026, 1, 1))",
    "return Hold(None)",
    "return Odd",
    "raise ValueError('boom')",
    "raise SystemExit(3)",
    "raise StopIteration",
    "raise KeyboardInterrupt",
    "return self.decide(lot, now)",
    "return Bid(Money(1.5))",
    "return 1 / 0",
    "return 'x' * 10**9",
    "import os; os._exit(7)",
    "import os; os.fork()",
    "import os; os.kill(os.getppid(), 9)",
    "import subprocess; subprocess.run(['true'])",
    "import socket; socket.create_connection(('127.0.0.1', 6379))",
    "open('/tmp/bidwright-was-here', 'w')",
    "import ctypes; ctypes.string_at(0)",
    "import sys; sys.setrecursionlimit(10**9); f = lambda n: f(n + 1) + 1; f(0)",
]


async def test_whatever_it_does_nothing_comes_of_it(tmp_path):
    """
    Each misdeed is a failure with a reason, or the end of its process; the next question is answered as if nothing had been.
    """
    text = "".join(f"        if lot.lot_id == '{n}':\n            {body}\n" for n, body in enumerate(MISDEEDS))
    file, nursery, host = tmp_path / "odd.py", Nursery(), None
    file.write_text(PLUGIN.replace("BODY", text + "        return Hold('other')\n"), "utf-8")
    tame = []
    for n, body in enumerate(MISDEEDS):
        if host is None or not host.alive:
            host = await nursery.host(plugin_at(file))
        try:
            said = await host.ask(Decide("odd", replace(LOT, lot_id=str(n), params=None), "", NOW), PATIENT_S)
            tame += [] if said.kind == "failed" and said.why else [body]
        except HostError as error:
            tame += [] if "process ended" in str(error) else [body]
            host = await nursery.host(plugin_at(file))
        said = await host.ask(Decide("odd", replace(LOT, params=None, lot_id="other"), "", NOW), PATIENT_S)
        assert Hold("other") == decision_of(said), body
    await host.end()
    await nursery.close()

    assert [] == tame


@pytest.mark.parametrize("body", ["return 5", "raise ValueError('boom')", "import os; os._exit(7)"])
async def test_a_failure_is_a_hold_for_that_lot(make, body):
    """
    With a sentence that names strategy and plugin; the next lot finds a process that answers.
    """
    bench = make()
    bench.write(f"{ONLY_HERE}\n    {body}\nreturn Hold('other')")
    await bench.look()
    decision = await bench.ask()

    assert isinstance(decision, Hold)
    assert "strategy odd (dropin:odd.py) failed" in decision.why
    assert Hold("other") == await bench.ask(lot=replace(LOT, title="Saw"))


@pytest.mark.parametrize("body", ["while True: pass", "time.sleep(60)", "sum(range(10**11))", "while True: print('flood')"])
async def test_one_that_hangs_holds_and_its_process_is_replaced(make, body):
    """
    Also in C, also while it prints without end.
    """
    bench = make(SHORT_S)
    bench.write(f"{ONLY_HERE}\n    {body}\nreturn Hold('other')")
    await bench.look()

    assert "took longer than 300 ms" in (await bench.ask()).why


async def test_three_strikes_are_quarantine_for_all_replicas_until_released(make, transitions, redis):
    """
    The sentence says what to do; releasing gives it three new ones; a new version is free at once.
    """
    bench, other = make(), make()
    bench.write(f"{ONLY_HERE} raise ValueError('boom')\nreturn Hold('other')")
    await bench.look()
    await other.look()
    sha = bench.foreign.named("dropin:odd.py").sha
    counted = {"plugin": "dropin:odd.py"}
    struck, held = (REGISTRY.get_sample_value(f"bidwright_plugin_{what}_total", counted) or 0 for what in ("strikes", "quarantines"))
    for _ in range(STRIKES):
        assert "boom" in (await bench.ask()).why
    assert struck + STRIKES == REGISTRY.get_sample_value("bidwright_plugin_strikes_total", counted)
    assert held + 1 == REGISTRY.get_sample_value("bidwright_plugin_quarantines_total", counted)
    await other.look()

    for one in (bench, other):
        assert "in quarantine" in (await one.ask()).why
        assert "bidwright plugin enable dropin:odd.py" in one.strategies.barred("odd", real=False)
    assert "plugin.changed" in str(await redis.xrevrange("bw:ev", count=1))

    assert (await transitions.plugin("live", "dropin:odd.py", by="owner", value=sha)).ok
    await bench.look()
    assert Hold("other") == await bench.ask(lot=replace(LOT, title="Saw"))
    for _ in range(STRIKES):
        await bench.ask()
    assert "in quarantine" in (await bench.ask()).why

    bench.write("return Hold('mended')")
    await bench.look()
    assert Hold("mended") == await bench.ask()


async def test_a_bad_edit_leaves_the_last_good_version_running(make):
    """
    With file, line and reason; mended, it takes over; and a restart while it is bad changes nothing.
    """
    bench = make()
    bench.write("return Hold('good')")
    await bench.look()
    (bench.folder / "odd.py").write_text("def broken(:\n    pass\n", "utf-8")
    await bench.look()

    assert f"{bench.folder}/odd.py:1: " in bench.problem
    assert Hold("good") == await bench.ask()

    restarted = make()
    await restarted.look()
    assert f"{bench.folder}/odd.py:1: " in restarted.problem
    assert Hold("good") == await restarted.ask()

    bench.write("return Hold('better')")
    await bench.look()
    assert [] == bench.strategies.problems
    assert Hold("better") == await bench.ask()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nothing_like_this", "odd.py:1: ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("raise SystemExit(1)", "odd.py:1: SystemExit: 1"),
        ("import os\nos._exit(1)", "its process ended (exit code 1)"),
        ("x = 1", "answers no hook; is a @hookimpl missing?"),
        ("from bidwright import hookimpl\n@hookimpl\ndef register_strategys(): return []", "unknown hook 'register_strategys'"),
        ("from bidwright import hookimpl\n@hookimpl\ndef hold_bid(bid, price): return None", "'price'"),
        ("from bidwright import hookimpl\n@hookimpl\ndef register_strategies(): return [object()]", "is no strategy"),
        ("from bidwright import hookimpl\n@hookimpl\ndef hold_bid(bid): return 7", "hold_bid gave 7"),
        ("\xff", "not UTF-8"),
        ("x = '" + "y" * 600_000 + "'", "larger than 512 KiB"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_the_reason(make, text, why):
    """
    And offers nothing.
    """
    bench = make()
    (bench.folder / "odd.py").write_bytes(text.encode("latin-1"))
    await bench.look()

    assert why in bench.problem
    assert ["auto"] == [one.name for one in bench.strategies]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return lot.cap * 2", "TypeError"),
        ("return 'bid'", "no proper answer: 'bid'"),
        ("time.sleep(0.4); return Hold('slow')", "250 are allowed"),
    ],
)
async def test_a_smoke_run_on_recorded_lots_comes_before_the_first_real_one(make, body, why):
    """
    What fails there is refused before any lot of the owner's meets it.
    """
    bench = make()
    bench.write(body)
    await bench.look()

    assert why in bench.problem


async def test_a_file_taken_away_leaves_its_lots_holding(make):
    """
    With a sentence that says where the strategy went; put back, it is asked again.
    """
    bench = make()
    bench.write("return Hold('good')")
    await bench.look()
    text = (bench.folder / "odd.py").read_bytes()
    (bench.folder / "odd.py").unlink()
    await bench.look()

    assert "strategy odd went with its plugin dropin:odd.py, which was taken away" in (await bench.ask()).why

    (bench.folder / "odd.py").write_bytes(text)
    await bench.look()
    assert Hold("good") == await bench.ask()


async def test_a_file_that_is_just_being_written_counts_once_it_rests(make):
    """
    Half of it may be good Python too.
    """
    bench = make()
    bench.write("return Hold('one')")
    await bench.look()
    bench.write("return Hold('half')")
    await bench.look(1)
    bench.write("return Hold('whole')")
    await bench.look(1)

    assert Hold("one") == await bench.ask()
    await bench.look(1)
    assert Hold("whole") == await bench.ask()


async def test_a_folder_is_a_plugin_of_several_files(make):
    """
    Its parts import each other; an edit of any is a new version, and no answer mixes two.
    """
    bench = make()
    folder = bench.folder / "many"
    folder.mkdir()
    bench.write("from .rules import WORD; return Hold(WORD)", name="many", file="many/__init__.py")
    (folder / "rules.py").write_text("WORD = 'one'", "utf-8")
    (folder / "test_rules.py").write_text("this is no Python", "utf-8")
    await bench.look()
    assert Hold("one") == await bench.ask("many")

    (folder / "rules.py").write_text("WORD = 'two'", "utf-8")
    await bench.look()
    assert Hold("two") == await bench.ask("many")

    (folder / "rules.py").write_text("WORD =", "utf-8")
    await bench.look()
    assert f"{folder}/rules.py:1: invalid syntax" in bench.problem
    assert Hold("two") == await bench.ask("many")


async def test_names_are_taken_by_whoever_came_first(make):
    """
    Nobody takes a built-in's name.
    """
    bench = make()
    bench.write("return Hold('mine')", name="auto")
    bench.write("return Hold('first')", file="a.py")
    bench.write("return Hold('second')", file="b.py")
    await bench.look()
    problems = {one.plugin: one.reason for one in bench.strategies.problems}

    assert "'auto' is taken by a built-in" in problems["dropin:auto.py"]
    assert "'odd' is taken by dropin:a.py" in problems["dropin:b.py"]
    assert Hold("first") == await bench.ask()


async def test_real_money_waits_for_the_owners_word_on_each_version(make, transitions):
    """
    Enabling names the hash that was looked at; another version that came meanwhile is not what was allowed.
    """
    bench = make()
    bench.write("return Hold('one')")
    await bench.look()
    sha = bench.foreign.named("dropin:odd.py").sha

    assert "" == bench.strategies.barred("odd", real=False)
    assert "was not allowed real money yet" in bench.strategies.barred("odd", real=True)
    assert "stale" == (await transitions.plugin("live", "dropin:odd.py", by="owner", value="other")).why
    assert (await transitions.plugin("live", "dropin:odd.py", by="owner", value=sha)).ok
    await bench.look()
    assert "" == bench.strategies.barred("odd", real=True)

    bench.write("return Hold('two')")
    await bench.look()
    assert "was not allowed real money yet" in bench.strategies.barred("odd", real=True)


async def test_disabled_is_disabled_whatever_its_version(make, transitions):
    """
    Also when it cannot be imported, and over a restart.
    """
    bench = make()
    (bench.folder / "odd.py").write_text("raise ValueError", "utf-8")
    await bench.look()
    assert (await transitions.plugin("off", "dropin:odd.py", by="owner", value="I do not trust it")).ok
    bench.write("return Hold('mended')")
    await bench.look()
    restarted = make()
    await restarted.look()

    for one in (bench, restarted):
        assert "is disabled (I do not trust it)" in (await one.ask()).why


async def test_a_veto_holds_the_bid_and_one_that_fails_holds_it_too(make):
    """
    The first reason wins; without one the bid passes.
    """
    bench = make()
    (bench.folder / "careful.py").write_text(
        dedent("""
            from bidwright import hookimpl
            @hookimpl
            def hold_bid(bid, lot):
                if lot.title == "Drill":
                    raise ValueError("boom")
                return "more than a dollar" if bid.amount.cents > 100 else None
            """),
        "utf-8",
    )
    await bench.look()
    saw = replace(LOT, title="Saw")

    assert "" == await bench.strategies.veto(Bid(Money(100)), saw, NOW)
    assert "more than a dollar" == await bench.strategies.veto(Bid(Money(200)), saw, NOW)
    assert "could not say whether it holds this bid back" in await bench.strategies.veto(Bid(Money(100)), LOT, NOW)


async def test_questions_in_line_behind_one_that_falls_are_answered(make):
    """
    They are nobody's strike.
    """
    bench = make()
    bench.write(f"{ONLY_HERE}\n    import os; os._exit(1)\nreturn Hold(lot.title)")
    await bench.look()
    answers = await asyncio.gather(bench.ask(), *(bench.ask(lot=replace(LOT, title=f"Saw {n}")) for n in range(20)))

    assert [f"Saw {n}" for n in range(20)] == [answer.why for answer in answers[1:]]
    assert 1 == len(bench.foreign.named("dropin:odd.py").strikes)


async def test_what_it_prints_goes_no_farther_than_the_log(make, caplog):
    """
    And only its end.
    """
    bench = make()
    bench.write("print('x' * 100_000, 'the end'); return Wait(now + timedelta(seconds=5), 'later')")
    await bench.look()
    answer = await bench.ask()

    assert isinstance(answer, Wait)
    assert "later" == answer.why


FUZZ = '''
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from bidwright import Bid, Hold, Money, Params, Wait, hookimpl

def forged(kind, **fields):
    """An object of a frozen class that its own checks never saw."""
    made = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made

class Sly(int):
    def __gt__(self, other): return True
    def __lt__(self, other): return False

NUMBERS = [float("nan"), float("inf"), -float("inf"), -1, 0, 1, 99, 199, 250, 901, 10**6, 10**12, 2**63, 10**30, True, False, None,
           "900", b"900", Decimal("9e99"), 1j, Sly(500), Sly(10**9), [900], {}, 1e300, 3.5]
TIMES = [None, "soon", 5, datetime(2026, 9, 21), datetime.min, datetime.max, datetime(1, 1, 1, tzinfo=timezone.utc),
         datetime(9999, 12, 31, tzinfo=timezone.utc)]

def odd(n, now):
    dice = random.Random(n)
    number, when = dice.choice(NUMBERS), dice.choice(TIMES)
    return dice.choice([
        lambda: forged(Bid, amount=forged(Money, cents=number), why=""),
        lambda: forged(Bid, amount=number, why=""),
        lambda: forged(Bid, amount=forged(Money, cents=number), why=number),
        lambda: forged(Wait, until=when, why=number),
        lambda: forged(Wait, until=now - timedelta(days=dice.randint(0, 10**5)), why=""),
        lambda: forged(Hold, why=number),
        lambda: forged(Bid),
        lambda: (Bid, 900),
        lambda: {"kind": "bid", "cents": 900},
        lambda: number,
        lambda: when,
        lambda: Bid(Money.whole(dice.randint(-5, 10**7))),
        lambda: [Bid(Money(900))],
        lambda: Bid,
        lambda: Bid(Money(200), "x" * dice.choice([1, 10**6])),
        lambda: forged(Bid, amount=Money(200), why="\\ud800"),
    ])()

class Odd:
    name, description, version, params = "odd", "Odd.", "1", Params
    def decide(self, lot, now):
        return odd(int(lot.lot_id), now) if lot.title == "Drill" else Hold("fine")

@hookimpl
def register_strategies():
    return [Odd()]
'''


async def test_of_a_thousand_odd_answers_none_gets_past_the_guards(transitions, clock, records, redis, tmp_path):
    """
    What is not a proper answer is a hold; a proper one is a proposal, which the store refuses above the owner's limit.
    """
    house, nursery, file = House(transitions, clock, records), Nursery(), tmp_path / "odd.py"
    file.write_text(FUZZ, "utf-8")
    kinds, passed, host = Counter(), [], None
    for n in range(1000):
        if host is None or not host.alive:
            host = await nursery.host(plugin_at(file))
        try:
            decision = decision_of(await host.ask(Decide("odd", replace(LOT, lot_id=str(n), params=None), "", NOW), PATIENT_S))
        except HostError:
            decision = Hold("it fell")
        kinds[type(decision)] += 1
        if isinstance(decision, Bid):
            assert type(decision.amount.cents) is int
            await redis.flushall()
            ticket = await house.ready(cap=4000)
            if (await house.reserve(amount=decision.amount.cents, ticket=ticket)).ok:
                passed.append(decision.amount.cents)
    await host.end()
    await nursery.close()

    assert {Bid, Hold, Wait} == set(kinds)
    assert [] == [cents for cents in passed if not 1500 <= cents <= 4000 or cents % 100]


async def test_a_version_that_takes_over_while_the_old_one_is_started_again_is_the_one_that_answers(make):
    """
    What runs is what its hash says.
    """
    bench = make()
    bench.write("return Hold('one')")
    await bench.look()
    guest = bench.foreign.named("dropin:odd.py")
    await guest._host.end()
    bench.write("return Hold('two')")
    await asyncio.gather(bench.ask(), bench.look(3), bench.ask())

    assert Hold("two") == await bench.ask()
    assert guest.sha == guest._host.sha


async def test_an_answer_of_a_version_that_was_never_allowed_is_no_bid_with_money(make):
    """
    Also where it took over after the strategy was looked at; on paper it counts.
    """
    bench = make()
    bench.write("return Bid(lot.next_bid)")
    await bench.look()
    lot = replace(LOT, params=await bench.strategies.params("odd", ""))

    assert isinstance(await bench.strategies.decide("odd", lot, NOW), Bid)
    assert "was not allowed real money yet" in (await bench.strategies.decide("odd", lot, NOW, real=True)).why


async def test_a_guard_that_is_not_there_is_missed(make, redis):
    """
    Before the first look, and after a start at which it cannot be loaded.
    """
    bench = make()
    (bench.folder / "careful.py").write_text("from bidwright import hookimpl\n@hookimpl\ndef hold_bid(bid): return None\n", "utf-8")
    assert "not loaded yet" in await bench.strategies.veto(Bid(Money(100)), LOT, NOW)
    await bench.look()
    assert "" == await bench.strategies.veto(Bid(Money(100)), LOT, NOW)

    (bench.folder / "careful.py").write_text("nonsense(", "utf-8")
    await redis.hdel("bw:plugin:dropin:careful.py", "text")
    restarted = make()
    await restarted.look()
    assert "cannot be loaded" in await restarted.strategies.veto(Bid(Money(100)), LOT, NOW)


async def test_what_the_store_missed_is_told_later(make, transitions, redis, monkeypatch):
    """
    A version that runs is not unknown to it for ever.
    """
    bench, tell, away = make(), transitions.plugin, [True]

    async def plugin(what, name, **words):
        if away[0]:
            raise StoreDown("gone")
        return await tell(what, name, **words)

    monkeypatch.setattr(transitions, "plugin", plugin)
    bench.write("return Hold('one')")
    await bench.look(1)
    with pytest.raises(StoreDown):
        await bench.look(1)
    assert not await redis.hget("bw:plugin:dropin:odd.py", "sha")
    away[0] = False
    await bench.look(1)
    assert bench.foreign.named("dropin:odd.py").sha == await redis.hget("bw:plugin:dropin:odd.py", "sha")


async def test_what_was_taken_away_while_no_bidder_ran_is_forgotten(make, redis):
    """
    Poller and notifier would go on with it.
    """
    bench = make()
    bench.write("return Hold('one')")
    await bench.look()
    (bench.folder / "odd.py").unlink()
    await make().look()

    assert not await redis.hget("bw:plugin:dropin:odd.py", "sha")


async def test_a_folder_that_is_not_there_says_nothing_about_its_plugins(make):
    """
    A volume may come back.
    """
    bench = make()
    bench.write("return Hold('one')")
    await bench.look()
    bench.folder.rename(bench.folder.parent / "elsewhere")
    await bench.look(4)

    assert Hold("one") == await bench.ask()


async def test_odd_things_in_the_folder_stop_nothing(make):
    """
    A pipe, a name that is no text, a link to nowhere.
    """
    bench = make()
    bench.write("return Hold('one')")
    os.mkfifo(bench.folder / "pipe.py")
    (bench.folder / "nowhere.py").symlink_to("/nowhere/at/all")
    (bench.folder / os.fsdecode(b"\xff.py")).write_text("x = 1", "utf-8")
    await bench.look()

    assert Hold("one") == await bench.ask()
    assert 3 == len(bench.strategies.problems)


async def test_a_time_that_makes_no_sense_is_no_answer(make):
    """
    It could not even be shown in every time zone.
    """
    bench = make()
    bench.write(f"{ONLY_HERE} return Wait(datetime.max.replace(tzinfo=now.tzinfo))\nreturn Hold('other')")
    await bench.look()

    assert "no proper answer" in (await bench.ask()).why


async def test_an_installed_plugin_is_a_guest_too(tmp_path, transitions, make):
    """
    Found by its entry point, one card, its own hash, real money after one word.
    """
    points = [EntryPoint("mine", "bidwright_strategy_manual", "bidwright")]
    foreign = Foreign(transitions, SystemClock(), Nursery(), folder=None, points=points, limit_s=PATIENT_S)
    strategies = Strategies(load(installed=["strategy-auto", "mine"], points=points), foreign)
    try:
        await foreign.look()
        (card,) = [card for card in strategies.cards() if card.name == "mine"]
        assert ("installed", ["manual"], False) == (card.door, card.strategies, card.live)
        assert (await transitions.plugin("live", "mine", by="owner", value=card.sha)).ok
        await foreign.look()
        assert "" == strategies.barred("manual", real=True)
    finally:
        await foreign.close()
