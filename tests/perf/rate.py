"""
The shared request budget under pressure: four processes at one gate, judged by the arrivals at a server of our own.

Polls ask for ten times what there is, a bid comes every 0.3 to 0.9 s, every request is under way for up to 20 ms, and twice the
site asks for a pause. ``python tests/perf/rate.py`` takes a minute and ends with 1 when a rule was broken.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from kit import dice, engine, percentile, told
from prometheus_client import CollectorRegistry

from bidwright import SystemClock
from bidwright.errors import UpstreamBusy
from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.gate import Gate, Purpose, Rate
from bidwright_nellis_proxy.metrics import Metrics

WORK = "--work"
PROCESSES = 4
PER_SECOND = 10
ASKED_TIMES = 10
JITTER_S = 0.02
BID_EVERY_S = (0.3, 0.9)
PAUSE_MS = 3000
BID_P99_MS = 50.0
CROWD_S = 1.0
"""After a pause the bids that it held share the first tokens; a bid in this time may stand behind them and is counted apart."""
ANSWER_S = 0.05


@dataclass
class Seen:
    """
    What one process was told at the gate.
    """

    admitted: list[tuple[str, int]] = field(default_factory=list)
    """Purpose, and the store's steady ms of the admission."""
    bids: list[tuple[float, float]] = field(default_factory=list)
    """When a bid was asked for, on the clock that all processes share, and how many ms it waited."""
    sent_away: list[str] = field(default_factory=list)
    """Purposes that were told to come back later."""


@dataclass(frozen=True)
class Pause:
    """
    Nobody may be admitted in the steady ms from *start* until *end*; it *began* on the clock that all processes share.
    """

    began: float
    start: int
    end: int

    @property
    def over(self) -> float:
        """Its end on the clock that all processes share."""
        return self.began + PAUSE_MS / 1000


async def work(url: str, port: int, seed: int, seconds: float, bids: list[float]) -> Seen:
    """One process: polls at its share of the pressure, and bids at the moments it was given."""
    rng, seen, redis = dice(seed), Seen(), connect(url)
    gate = Gate(Transitions(redis), SystemClock(), Rate(PER_SECOND), Metrics(CollectorRegistry()))
    _, site = await asyncio.open_connection("127.0.0.1", port)

    async def ask(purpose: Purpose) -> None:
        began = time.monotonic()
        try:
            if purpose is Purpose.BID:
                started = await gate.admit(purpose)
                seen.bids.append((began, (time.monotonic() - began) * 1000))
                await send(purpose, started)
            else:
                async with gate.through(purpose) as started:
                    await send(purpose, started)
                    await asyncio.sleep(ANSWER_S)
        except UpstreamBusy:
            seen.sent_away.append(purpose.name.lower())

    async def send(purpose: Purpose, started: int) -> None:
        seen.admitted.append((purpose.name.lower(), started))
        await asyncio.sleep(rng.uniform(0, JITTER_S))
        site.write(b"x")

    began = time.monotonic()
    every = PROCESSES / (PER_SECOND * ASKED_TIMES)
    moments = [(at, Purpose.BID) for at in bids] + [(n * every, Purpose.POLL) for n in range(int(seconds / every))]
    async with asyncio.TaskGroup() as group:
        for at, purpose in sorted(moments):
            await asyncio.sleep(began + at - time.monotonic())
            group.create_task(ask(purpose))
    site.close()
    await redis.aclose()
    return seen


async def run(url: str, folder: Path, seconds: float, seed: int) -> dict[str, Any]:
    """The site's door, four processes before it, and two pauses; gives the figures."""
    arrivals: list[float] = []

    async def arrive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1):  # one byte is one request
            arrivals.extend([time.monotonic()] * len(piece))
        writer.close()

    redis = connect(url)
    await initialise(redis, data_dir=folder, site="http://site.invalid", live="0", max_bid_cents=1, total_limit_cents=1)
    server = await asyncio.start_server(arrive, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    deal = bids_for(seconds, seed)
    workers = [await worker(url, port, seed + n, seconds, deal[n]) for n in range(PROCESSES)]
    pauses = [await pause(redis, seconds / 3) for _ in range(2)]
    said = [json.loads((await made.communicate())[0]) for made in workers]
    server.close()
    await redis.aclose()
    return judge(said, arrivals, pauses, seconds)


def bids_for(seconds: float, seed: int) -> list[list[float]]:
    """When each process is asked for a bid."""
    rng = dice(seed)
    deal: list[list[float]] = [[] for _ in range(PROCESSES)]
    at = rng.uniform(*BID_EVERY_S)
    while at < seconds:
        rng.choice(deal).append(at)
        at += rng.uniform(*BID_EVERY_S)
    return deal


async def worker(url: str, port: int, seed: int, seconds: float, bids: list[float]) -> asyncio.subprocess.Process:
    """Start one process."""
    words = (WORK, url, str(port), str(seed), str(seconds), json.dumps(bids))
    return await asyncio.create_subprocess_exec(sys.executable, __file__, *words, stdout=asyncio.subprocess.PIPE)


async def pause(redis: Any, after_s: float) -> Pause:
    """Have the site ask for a pause."""
    await asyncio.sleep(after_s)
    transitions = Transitions(redis)
    began, before = time.monotonic(), await transitions.stamp()
    await transitions.block(PAUSE_MS)
    return Pause(began, await transitions.stamp() + 1, before + PAUSE_MS)


def judge(said: list[dict[str, Any]], arrivals: list[float], pauses: list[Pause], seconds: float) -> dict[str, Any]:
    """The figures."""
    bids = [(asked, wait) for one in said for asked, wait in one["bids"]]
    waits = [wait for asked, wait in bids if not any(0 <= asked - p.began < PAUSE_MS / 1000 + CROWD_S for p in pauses)]
    held = [asked - p.over + wait / 1000 for asked, wait in bids for p in pauses if 0 <= asked - p.began < PAUSE_MS / 1000]
    behind = [wait for asked, wait in bids if any(0 <= asked - p.over < CROWD_S for p in pauses)]
    admitted = [at for one in said for _, at in one["admitted"]]
    away = Counter(kind for one in said for kind in one["sent_away"])
    kinds = Counter(kind for one in said for kind, _ in one["admitted"])
    return {
        "most arrivals in any second": busiest(sorted(arrivals)),
        "arrivals": len(arrivals),
        "arrivals/s outside pauses": round(len(arrivals) / (seconds - len(pauses) * PAUSE_MS / 1000), 2),
        "arrivals by process": [len(one["admitted"]) for one in said],
        "polls admitted / sent away": f"{kinds['poll']} / {away['poll']}",
        "bids admitted / sent away in a pause": f"{kinds['bid']} / {away['bid']}",
        "bid wait p50 ms": round(percentile(waits, 50), 1),
        "bid wait p99 ms": round(percentile(waits, 99), 1),
        "bid wait max ms": round(max(waits), 1),
        "bids held by a pause left after its end, ms": sorted(round(late * 1000) for late in held),
        "bids in the second after it waited, ms": sorted(round(wait) for wait in behind),
        "admitted in a pause": sum(p.start <= at < p.end for at in admitted for p in pauses),
        "first admission after a pause, ms": [min(at for at in admitted if at >= p.start) - p.end for p in pauses],
    }


def busiest(times: list[float]) -> int:
    """Most moments inside any window of a second."""
    most = start = 0
    for end, moment in enumerate(times):
        while times[start] <= moment - 1:
            start += 1
        most = max(most, end - start + 1)
    return most


def broken(figures: dict[str, Any]) -> list[str]:
    """The rules that were broken."""
    wrong = [f"more than {PER_SECOND} arrivals in a second"] * (figures["most arrivals in any second"] > PER_SECOND)
    wrong += ["admitted in a pause"] * (figures["admitted in a pause"] > 0)
    return wrong + [f"a bid waited longer than {BID_P99_MS:.0f} ms (p99)"] * (figures["bid wait p99 ms"] > BID_P99_MS)


def main() -> int:
    """Run, judge, print, keep."""
    ask = argparse.ArgumentParser(description="Four processes at the shared gate.")
    ask.add_argument("--seconds", type=float, default=60)
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bidwright-rate-"))
    with engine(folder / "store") as store:
        figures = uvloop.run(run(store.url, folder, asked.seconds, asked.seed))
    wrong = broken(figures)
    rows = [{"what": what, "found": found} for what, found in figures.items()]
    told("rate", vars(asked), rows, broken=", ".join(wrong) or "nothing")
    return int(bool(wrong))


if __name__ == "__main__":
    if sys.argv[1:2] == [WORK]:
        url, port, seed, seconds, bids = sys.argv[2:]
        print(json.dumps(asdict(uvloop.run(work(url, int(port), int(seed), float(seconds), json.loads(bids))))))  # noqa: T201 - to its parent
    else:
        sys.exit(main())
