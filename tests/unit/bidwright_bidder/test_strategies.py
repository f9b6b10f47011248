"""Strategies asked under guard."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from bidwright import Bid, Hold, LotView, Money
from bidwright.plugins import load
from bidwright_bidder.strategies import STRIKES, Strategies

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
LOT = LotView(
    lot_id="1",
    title="",
    price=Money(100),
    next_bid=Money(200),
    cap=Money(900),
    closes_at=NOW,
    seen_at=NOW,
    price_since=NOW,
    leading=False,
)


@pytest.fixture
def offer(tmp_path):
    """Makes a drop-in whose decide has the given body."""

    def make(body: str) -> Strategies:
        (tmp_path / "odd.py").write_text(
            dedent("""
            import time
            from datetime import datetime
            from bidwright import Bid, Hold, Money, Params, Wait, hookimpl
            class Odd:
                name, description, version, params = "odd", "Odd.", "1", Params
                def decide(self, lot, now):
                    BODY
            @hookimpl
            def register_strategies():
                return [Odd()]
            """).replace("BODY", body),
            "utf-8",
        )
        return Strategies(load(installed=[], dropins=tmp_path))

    return make


@pytest.mark.parametrize(
    "body",
    [
        "return None",
        "return 5",
        "return float('nan')",
        "return Bid(5)",
        "return Bid(Money(-100))",
        "return Bid(Money(0))",
        "return Bid(float('nan'))",
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
    ],
)
async def test_whatever_it_does_the_worst_is_hold(offer, body):
    """
    With a sentence that names strategy and plugin.
    """
    decision = await offer(body).decide("odd", LOT, NOW)

    assert isinstance(decision, Hold)
    assert "strategy odd (dropin:odd.py)" in decision.why


async def test_a_proper_answer_passes(offer):
    """
    Nothing is added or taken away.
    """
    assert Bid(Money(200)) == await offer("return Bid(lot.next_bid)").decide("odd", LOT, NOW)


async def test_one_that_hangs_holds_and_is_dropped_after_three_strikes(offer):
    """
    The threads it hangs in are left behind; the loop goes on.
    """
    strategies = offer("time.sleep(0.6)")
    answers = [await strategies.decide("odd", LOT, NOW) for _ in range(STRIKES + 1)]

    assert ["longer than 250 ms"] * STRIKES == [words for answer in answers[:-1] if (words := "longer than 250 ms") in answer.why]
    assert "not asked any more" in answers[-1].why
    await asyncio.sleep(0.7)  # the last thread ends before the loop does


def test_wrong_settings_say_which(offer):
    """
    In words that name the setting.
    """
    strategies = Strategies(load(installed=["strategy-snipe"], dropins=None))

    assert "snipeSeconds: Input should be less than or equal to 60" in strategies.params("sniping", '{"snipeSeconds": 99}').why
    assert "not readable" in strategies.params("sniping", "{").why
    assert "do not fit" in strategies.params("sniping", "[]").why
    assert "there is: sniping" in strategies.params("brilliant", "").why
    assert "no strategy is chosen" in strategies.params("", "").why
    assert 7 == strategies.params("sniping", '{"snipeSeconds": 7, "other": 1}').lead


@pytest.mark.parametrize(
    "thing",
    [
        "object()",
        "type('S', (), {'name': 'x', 'description': 'x', 'version': 'x'})()",
        "type('S', (), {'name': 'x', 'description': 'x', 'version': 'x', 'decide': print, 'params': dict})()",
    ],
)
def test_what_is_no_strategy_is_left_out_with_a_reason(tmp_path, thing):
    """
    The service starts all the same.
    """
    (tmp_path / "bad.py").write_text(
        f"from bidwright import hookimpl\n@hookimpl\ndef register_strategies():\n    return [{thing}]\n", "utf-8"
    )

    strategies = Strategies(load(installed=[], dropins=tmp_path))

    assert [] == list(strategies)
    assert ["dropin:bad.py"] == [problem.plugin for problem in strategies.problems]
    assert "is no strategy" in strategies.problems[0].reason


@pytest.mark.parametrize("service", ["bidwright_bidder", "bidwright_poller"])
def test_the_service_is_lean(service):
    """
    It carries no web framework and no HTTP client, and needs no cryptography (redis-py takes it when it is there).
    """
    code = f"""
import sys
sys.modules["cryptography"] = None
import {service}.__main__
print(*sorted({{"fastapi", "starlette", "uvicorn", "httpx"}} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own interpreter

    assert "" == ran.stdout.strip()
