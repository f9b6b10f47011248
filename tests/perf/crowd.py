"""
A crowded close: a client that knows only the wire contract, another server that follows the site's rules, and that server's own ledger.

``python tests/perf/crowd.py --lots 100 --within 70`` takes some four minutes, prints a table, and ends with 1 when a rule was broken.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from contract_client import Client, clean_environment, start  # noqa: E402 - lies beside the test that uses it

TOKEN = "contract-only"
RIVALS = ("increment", "proxy", "sniper", "patient", None)
CAPS = (4, 6, 9, 14, 25)
PARTS = ("redis", "gateway", "poller", "bidder", "nellis-proxy")
AFTER_S = 6
LATE_WAR_S = 150


def arguments() -> argparse.Namespace:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else None)
    ask.add_argument("--name", default="", help="name of the result file; default: made from the other options")
    ask.add_argument("--lots", type=int, default=100)
    ask.add_argument("--within", type=float, default=70, help="seconds between the first close and the last")
    ask.add_argument("--first-close", type=float, default=60, help="seconds from the start to the first close")
    ask.add_argument("--format", choices=("plain", "streamed"), default="plain")
    ask.add_argument("--switch", action="store_true", help="the site changes its format halfway")
    ask.add_argument("--no-live", action="store_true", help="no live events")
    ask.add_argument("--bare", action="store_true", help="no batch read and no account list: every read is a page")
    ask.add_argument("--kills", type=int, default=0, help="kill -9 a part this many times, at random moments")
    ask.add_argument("--seed", type=int, default=1)
    return ask.parse_args()


async def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One sale; gives the figures."""
    words = ("bidwright_simulator", "--port", "0", "--lots", "0", "--format", asked.format, "--seed", str(asked.seed))
    simulator, site = start(folder, "site", *words, said=r"(http://\S+)", env=clean_environment())
    env = clean_environment() | {"NELLIS_BASE_URL": site, "NELLIS_SSE_URL": site, "BIDWRIGHT_MODE": "live"}
    env |= {
        "AUTH_TOKEN": TOKEN,
        "PORT": "0",
        "BIDWRIGHT_DATA_DIR": str(folder / "data"),
        "BIDWRIGHT_BUDGET_TOTAL_DOLLARS": "20000",
        "ENDED_AUCTION_RETENTION_MS": "900000",
    }
    env |= {"USE_SSE": "false"} if asked.no_live else {}
    up = None
    try:
        up, gateway = start(folder, "up", "bidwright_cli", "up", said=r"Dashboard +(http://\S+?)/#", env=env)
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            return await sale(asked, http, site, gateway, folder)
    finally:
        if up is not None:
            up.send_signal(signal.SIGINT)
            up.wait(20)
        simulator.terminate()
        simulator.wait(10)


async def sale(asked: argparse.Namespace, http: httpx.AsyncClient, site: str, gateway: str, folder: Path) -> dict[str, Any]:
    """Open the lots, watch them all, break what is to be broken, wait for the end and judge."""
    rng = random.Random(asked.seed)
    if asked.bare:
        await http.post(f"{site}/__sim/settings", json={"listings": False, "dashboard": False, "data": False, "loader": False})
    lots = []
    for number in range(asked.lots):
        kind = rng.choice(RIVALS)
        rivals = [{"kind": kind, "limit": rng.randint(3, 20)}] if kind else []
        close = asked.first_close + asked.within * number / max(1, asked.lots - 1)
        order = {"count": 1, "first_close_s": close, "rivals": rivals}
        lots += (await http.post(f"{site}/__sim/lots", json=order)).raise_for_status().json()["lots"]
    cookie = (await http.post(f"{site}/__sim/session", json={})).json()["cookie"]
    wishes = {str(lot["id"]): (rng.choice(CAPS), rng.choice(("sniping", "auto"))) for lot in lots}
    client = Client(gateway, TOKEN, http)
    await client.sync(cookie)
    listening = asyncio.create_task(client.watch(wishes))
    began, first = time.monotonic(), {str(lot["id"]): lot["close"] for lot in lots}
    kills = sorted(rng.uniform(15, asked.first_close + asked.within) for _ in range(asked.kills))
    killed: Counter[str] = Counter()
    switched = not asked.switch
    early: set[str] = set()
    while True:
        await asyncio.sleep(0.5)
        passed = time.monotonic() - began
        if not switched and passed > asked.first_close + asked.within / 2:
            switched = True
            other = "streamed" if asked.format == "plain" else "plain"
            await http.post(f"{site}/__sim/settings", json={"format": other})
        while kills and kills[0] <= passed:
            kills.pop(0)
            part = PARTS[sum(killed.values()) % len(PARTS)]
            killed[part] += kill(folder, part)
        told = set(client.ended)
        summary = (await http.get(f"{site}/__sim/summary")).json()
        closed = {str(lot["id"]) for lot in summary["lots"] if lot["closed"]}
        early |= told - closed
        if len(closed) == len(lots) or passed > asked.first_close + asked.within + LATE_WAR_S:
            break
    await asyncio.sleep(AFTER_S)
    summary = (await http.get(f"{site}/__sim/summary")).json()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    bids = (await http.get(f"{site}/__sim/ledger", params={"what": "bid", "who": "account", "limit": 50_000})).json()["entries"]
    posts = (await http.get(f"{site}/__sim/ledger", params={"what": "request", "kind": "bids", "limit": 50_000})).json()["entries"]
    told = (await http.get(f"{site}/__sim/ledger", params={"limit": 50_000})).json()
    (folder / "ledger.json").write_text(json.dumps({"ledger": told["entries"], "wishes": wishes, "lots": summary["lots"]}))
    listed = (await http.get(f"{gateway}/api/auctions", headers={"Authorization": TOKEN})).json()["auctions"]
    figures = judge(client, summary, bids, posts, wishes, first)
    gone = sorted(set(wishes) - {lot["id"] for lot in listed})
    return {**figures, "told early": sorted(early), "killed": dict(killed), "lots gone": gone}


def kill(folder: Path, part: str) -> int:
    """End a part without a word, as a crash would; 1 when it was there."""
    try:
        pid = json.loads(next((folder / "data").glob("**/run.json")).read_text())["pids"][part]
        os.kill(pid, signal.SIGKILL)
    except (OSError, KeyError, StopIteration, ValueError):
        return 0
    return 1


def judge(
    client: Client,
    summary: dict[str, Any],
    bids: list[dict[str, Any]],
    posts: list[dict[str, Any]],
    wishes: dict[str, tuple[int, str]],
    first: dict[str, int],
) -> dict[str, Any]:
    """What the site's ledger says, in figures; lists name the lots that broke a rule."""
    refused = Counter(bid["outcome"] for bid in bids if bid["outcome"] not in ("winning", "outbid"))
    asked = sorted((post["lot"], post["t"], post["t"] + (post["ms"] or 0)) for post in posts)
    at_once = {one[0] for one, other in pairwise(asked) if one[0] == other[0] and other[1] < one[2]}
    amounts = Counter((bid["lot"], bid["amount"]) for bid in bids)
    firsts: dict[str, dict[str, Any]] = {}
    for bid in bids:
        firsts.setdefault(str(bid["lot"]), bid)
    leads = [(first[lot] - bid["t"]) / 1000 for lot, bid in firsts.items() if wishes[lot][1] == "sniping"]
    rows = {str(lot["id"]): lot for lot in summary["lots"]}
    closed = {lot for lot, row in rows.items() if row["closed"]}
    cheap = {lot: row for lot, row in rows.items() if row["closed"] and (row["hammer"] or 0) < wishes[lot][0]}
    delays = [client.ended_at[lot] - rows[lot]["close"] / 1000 for lot in closed & set(client.ended_at)]
    return {
        "lots": len(rows),
        "closed": len(closed),
        "won": summary["won"],
        "bids": len(bids),
        "refused by the site": dict(refused),
        "refused, percent": round(100 * sum(refused.values()) / max(1, len(bids)), 2),
        "most requests in a second": summary["max_requests_in_a_second"],
        "requests": summary["requests_by_kind"],
        "sniping: first bid before the close, s": spread(leads),
        "end told after the close, s": spread(delays),
        "starts refused": [frame["error"] for frame in client.refused],
        "never bid on, cap allowed it": sorted(lot for lot, row in cheap.items() if not row["our_bids"]),
        "lost below the cap": sorted(lot for lot, row in cheap.items() if row["our_bids"] and not row["won"]),
        "over the cap": sorted(str(bid["lot"]) for bid in bids if bid["amount"] > wishes[str(bid["lot"])][0]),
        "two at once": sorted(at_once),
        "same bid twice": sorted({lot for (lot, _), times in amounts.items() if times > 1}),
        "end not told": sorted(closed - set(client.ended)),
        "end told twice": sorted(lot for lot, times in client.ended.items() if times > 1),
    }


def spread(values: list[float]) -> str:
    """Least, middle and most."""
    return f"{min(values):.1f} / {median(values):.1f} / {max(values):.1f}" if values else "-"


RULES = (
    "starts refused",
    "never bid on, cap allowed it",
    "over the cap",
    "two at once",
    "same bid twice",
    "end not told",
    "end told twice",
    "told early",
    "lots gone",
)


def broken(figures: dict[str, Any]) -> list[str]:
    """The rules that were broken."""
    wrong = [rule for rule in RULES if figures[rule]]
    wrong += ["more than ten requests in a second"] * (figures["most requests in a second"] > 10)
    return wrong + ["two of a hundred bids refused"] * (figures["refused, percent"] >= 2)


def main() -> int:
    """Run, print, keep, judge."""
    asked = arguments()
    name = asked.name or "-".join(
        ["crowd", asked.format]
        + ["switch"] * asked.switch
        + ["no-live"] * asked.no_live
        + ["bare"] * asked.bare
        + [f"kills{asked.kills}"] * bool(asked.kills)
    )
    folder = Path(tempfile.mkdtemp(prefix="bidwright-crowd-"))
    figures = asyncio.run(run(asked, folder))
    wrong = broken(figures)
    results = ROOT / "bench/results"
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps({"options": vars(asked), **figures, "broken": wrong}, indent=1) + "\n")
    sys.stdout.write(f"{name}\n" + "".join(f"  {key:<40} {value}\n" for key, value in figures.items()))
    sys.stdout.write(f"  broken: {', '.join(wrong) or 'nothing'}   (logs in {folder})\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
