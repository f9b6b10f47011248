"""Strategies that are not ours, each in a real process of its own: asked, and put away when they misbehave."""

import asyncio
import json
from dataclasses import replace
from textwrap import dedent

import pytest
from guests import LOT, NOW, ONLY_HERE, SHORT_S
from prometheus_client import REGISTRY

from bidwright import Bid, Hold, Money, Wait
from bidwright_bidder.guest import STRIKES


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


async def test_a_time_that_makes_no_sense_is_no_answer(make):
    """
    It could not even be shown in every time zone.
    """
    bench = make()
    bench.write(f"{ONLY_HERE} return Wait(datetime.max.replace(tzinfo=now.tzinfo))\nreturn Hold('other')")
    await bench.look()

    assert "no proper answer" in (await bench.ask()).why
