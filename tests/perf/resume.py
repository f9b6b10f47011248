"""
Does a client of the new protocol that is cut off at each step of it, again and again, hear of everything exactly once?

``python tests/perf/resume.py`` cuts it off 1 000 times, which takes about four minutes; ``--kills`` changes that. Ends with 1 when not.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from gateway import SITE, TOKEN, gateway
from kit import ROOT, engine, told

from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect as store_at

sys.path.insert(0, str(ROOT / "tests/integration"))
from cut_off import STEPS, killed


async def main() -> int:
    """Cut off, compare and keep."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    ask.add_argument("--kills", type=int, default=1000)
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as name, engine(Path(name)) as made:
        folder, redis = Path(name), store_at(made.url)
        await initialise(redis, data_dir=folder, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
        async with gateway(made.url, folder, folder / "log") as (port, _):
            reader, happened = await killed(f"ws://127.0.0.1:{port}/ws?v=2", redis, asked.kills, TOKEN)
        await redis.aclose()
    twice = len(reader.seen) - len(set(reader.seen))
    missed = len(set(happened) - set(reader.seen))
    rows = [{"cut off": step, "times": reader.cut[step]} for step in STEPS]
    told("resume", vars(asked), rows, events=len(happened), missed=missed, twice=twice, gaps=reader.gaps, snapshots=reader.snapshots)
    return int(happened != reader.seen or reader.gaps > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
