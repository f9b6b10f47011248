"""
How long a page takes from text to ``Lot``, and the decoder of the stream alone, for every form the site has.

``python tests/perf/decode.py`` reads pages of the simulated site and those in tests/contract/pages; some ten seconds.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
from kit import ROOT, percentile, told

from bidwright.testing import HandClock
from bidwright.testing.site import in_process_site
from bidwright.turbo_stream import decode
from bidwright_nellis_proxy.embedded import literals
from bidwright_nellis_proxy.lots import lot_in
from bidwright_nellis_proxy.replies import Reply, kept
from bidwright_nellis_proxy.ways import ACCEPT, Way, decoded, lot_path
from bidwright_simulator.site import Wish

SITE = "https://www.example.invalid"
KEPT_LOT = "70012345"
KEPT = (
    ("streamed.html", "text/html", Way.PAGE),
    ("plain.html", "text/html", Way.PAGE),
    ("single-fetch.data", "text/x-script", Way.DATA),
    ("loader.json", "application/json", Way.LOADER),
)
TURNS = 10
FORMS = (("plain", Way.PAGE), ("streamed", Way.PAGE), ("streamed", Way.DATA), ("streamed", Way.LOADER))


async def simulated(bids: int) -> list[tuple[str, Reply, Way, str]]:
    """One lot with *bids* rows of history, as the simulated site shows it to the owner in each form."""
    here = in_process_site(HandClock())
    lot = here.site.open_lot(Wish(3600, rivals=(), early=tuple(range(5, 5 + bids))))
    found = []
    async with httpx.AsyncClient(transport=here.client_transport, base_url=here.base_url) as client:
        for form, way in FORMS:
            here.site.settings = here.site.settings.changed({"format": form})
            headers = {"Accept": ACCEPT[way], "Cookie": here.cookie()}
            answer = await client.get(lot_path(way, str(lot.id)), headers=headers)
            reply = Reply(answer.status_code, answer.text, kept(answer.headers.items()))
            name = f"{form} page" if way is Way.PAGE else way.value
            found.append((f"{name}, {bids} bids", reply, way, str(lot.id)))
    return found


def recorded() -> list[tuple[str, Reply, Way, str]]:
    """The kept pages."""
    folder = ROOT / "tests/contract/pages"
    return [(name, Reply(200, (folder / name).read_text("utf-8"), {"content-type": kind}), way, KEPT_LOT) for name, kind, way in KEPT]


def read(reply: Reply, way: Way, lot_id: str) -> object:
    """The whole path, as nellis-proxy goes it."""
    return lot_in(decoded(reply, way).root, lot_id, SITE)


def stream_in(reply: Reply) -> str:
    """The turbo-stream that *reply* carries; empty when it carries none."""
    if reply.is_html:
        return "".join(literals(reply.text))
    return reply.text if "script" in reply.headers.get("content-type", "") else ""


def timed(jobs: list[tuple[str, str, Callable[[], object]]], seconds: float) -> list[dict[str, Any]]:
    """Do each of the *jobs* for *seconds*, in turns: a machine that slows down for a while then does so for all of them."""
    took: list[list[float]] = [[] for _ in jobs]
    for turn in range(TURNS + 1):
        for times, (_, _, work) in zip(took, jobs, strict=True):
            end = time.perf_counter() + seconds / TURNS
            while (began := time.perf_counter()) < end:
                work()
                if turn:  # the first one warms up
                    times.append(time.perf_counter() - began)
    return [row(what, len(text.encode()), times) for (what, text, _), times in zip(jobs, took, strict=True)]


def row(what: str, size: int, took: list[float]) -> dict[str, Any]:
    """One line of the table."""
    return {
        "what": what,
        "KB": round(size / 1000, 1),
        "p50 ms": round(percentile(took, 50) * 1000, 3),
        "p99 ms": round(percentile(took, 99) * 1000, 3),
        "MB/s": round(size / 1e6 * len(took) / sum(took), 1),
        "times": len(took),
    }


def main() -> int:
    """Measure, print, keep."""
    ask = argparse.ArgumentParser(description="Decode time per page.")
    ask.add_argument("--seconds", type=float, default=0.5, help="for each row")
    asked = ask.parse_args()
    pages = [page for bids in (3, 40) for page in asyncio.run(simulated(bids))] + recorded()
    jobs = [(f"lot: {name}", reply.text, partial(read, reply, way, lot_id)) for name, reply, way, lot_id in pages]
    streams = [(name, stream_in(reply)) for name, reply, _, _ in pages]
    jobs += [(f"decoder alone: {name}", text, partial(decode, text)) for name, text in streams if text]
    told("decode", vars(asked), timed(jobs, asked.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
