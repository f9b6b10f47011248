"""Versions of plugins that are not ours: found, checked, swapped, allowed real money, and taken away."""

import asyncio
import os
from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest
from guests import LOT, NOW, PATIENT_S

from bidwright import Bid, Hold, SystemClock
from bidwright.errors import StoreDown
from bidwright.plugins import load
from bidwright.runtime.host.process import Nursery
from bidwright_bidder.foreign import Foreign
from bidwright_bidder.strategies import Strategies


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
