"""Strategies asked under guard."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bidwright import LotView, Money
from bidwright.plugins import load
from bidwright_bidder.strategies import Strategies

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


async def test_wrong_settings_say_which():
    """
    In words that name the setting.
    """
    strategies = Strategies(load(installed=["strategy-snipe"], dropins=None))

    assert "snipeSeconds: Input should be less than or equal to 60" in (await strategies.params("sniping", '{"snipeSeconds": 99}')).why
    assert "not readable" in (await strategies.params("sniping", "{")).why
    assert "do not fit" in (await strategies.params("sniping", "[]")).why
    assert "there is: sniping" in (await strategies.params("brilliant", "")).why
    assert "no strategy is chosen" in (await strategies.params("", "")).why
    assert 7 == (await strategies.params("sniping", '{"snipeSeconds": 7, "other": 1}')).lead


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
