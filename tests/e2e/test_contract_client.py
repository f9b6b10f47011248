"""Another server that follows the site's rules, and a client that knows only the wire contract: judged by the server's own ledger."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from contract_client import ANY_PORTS, Client, clean_environment, start

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(240), pytest.mark.xdist_group("page")]
LOTS, TOKEN = 16, "contract-only"
RIVALS = ("increment", "proxy", "sniper", "patient")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Somebody's server; it has no lots yet."""
    words = ("bidwright_simulator", "--port", "0", "--lots", "0", "--format", "plain", "--seed", "11")
    process, url = start(tmp_path, "site", *words, said=r"(http://\S+)", env=clean_environment())
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def gateway(site: str, tmp_path: Path) -> Iterator[str]:
    """Bidwright, pointed at that server and live."""
    env = clean_environment() | {
        "NELLIS_BASE_URL": site,
        "NELLIS_SSE_URL": site,
        "BIDWRIGHT_MODE": "live",
        "AUTH_TOKEN": TOKEN,
        **ANY_PORTS,
    }
    env |= {"BIDWRIGHT_DATA_DIR": str(tmp_path / "data"), "BIDWRIGHT_BUDGET_TOTAL_DOLLARS": "20000"}
    process, url = start(tmp_path, "up", "bidwright_cli", "up", said=r"Dashboard +(http://\S+?)/#", env=env)
    yield url
    process.send_signal(signal.SIGINT)
    process.wait(15)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A plain client."""
    async with httpx.AsyncClient(trust_env=False, timeout=20) as made:
        yield made


async def test_a_contract_only_client_on_another_server(site: str, gateway: str, http: httpx.AsyncClient) -> None:
    """
    Every lot is bid on within its cap, the server is never asked too often, and each close is told once, after it happened.
    """
    lots = []
    for number, kind in enumerate(RIVALS):
        rivals = [{"kind": kind, "limit": 7 + 2 * number}]
        order = {"count": LOTS // len(RIVALS), "first_close_s": 26 + number, "spacing_s": 3, "extension_s": 12, "rivals": rivals}
        lots += (await http.post(f"{site}/__sim/lots", json=order)).json()["lots"]
    cookie = (await http.post(f"{site}/__sim/session", json={})).json()["cookie"]
    rng = random.Random(11)
    wishes = {str(lot["id"]): (rng.choice([6, 9, 14, 25]), "sniping" if number % 2 else "auto") for number, lot in enumerate(lots)}
    client = Client(gateway, TOKEN, http)
    await client.sync(cookie)
    listening = asyncio.create_task(client.watch(wishes))

    await asyncio.sleep(12)
    await http.post(f"{site}/__sim/settings", json={"format": "streamed"})  # the site changes its format without notice
    closed: set[str] = set()
    end = time.monotonic() + 150
    while time.monotonic() < end and len(closed) < LOTS / 2:  # rivals draw the others out
        await asyncio.sleep(1)
        early = set(client.ended)
        summary = (await http.get(f"{site}/__sim/summary")).json()
        closed = {str(lot["id"]) for lot in summary["lots"] if lot["closed"]}
        assert set() == early - closed
    await asyncio.sleep(4)
    summary = (await http.get(f"{site}/__sim/summary")).json()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    bids = (await http.get(f"{site}/__sim/ledger", params={"what": "bid", "who": "account", "limit": 5000})).json()["entries"]
    assert [] == client.refused
    assert [] == [bid for bid in bids if bid["amount"] > wishes[str(bid["lot"])][0]]
    assert 10 >= summary["max_requests_in_a_second"]
    missed = [lot for lot in summary["lots"] if lot["closed"] and not lot["won"] and (lot["hammer"] or 0) < wishes[str(lot["id"])][0]]
    assert [] == missed
    assert closed <= set(client.ended) <= {str(lot["id"]) for lot in summary["lots"] if lot["closed"]}
    assert LOTS / 2 <= len(closed)
    assert {1} == set(client.ended.values())
