"""What fuzzing begins with: pages of the simulated site, the kept ones, the format's examples, and texts that once did harm."""

import ast
import asyncio
import re
from pathlib import Path

import httpx

from bidwright.testing import HandClock
from bidwright.testing.site import in_process_site
from bidwright_nellis_proxy.ways import ACCEPT, Way, lot_path
from bidwright_simulator.site import Wish

ROOT = Path(__file__).resolve().parents[2]
WANTED = "70012345"
PAGE, DATA, LOADER, STREAM, HEADERS = "PDLSH"
"""The first character of a seed: how the rest of it is read."""
_KINDS = {".html": PAGE, ".data": DATA, ".json": LOADER}
_OF_WAY = {Way.PAGE: PAGE, Way.DATA: DATA, Way.LOADER: LOADER}
_LOT = '{"product":{"id":70012345,"currentPrice":1,"closeTime":1790000030000,"isClosed":true,%s},"bidHistory":[{"type":%s}]}'

HARMFUL = (
    PAGE + "<html>" + "window.__remixContext={x" * 2000,  # tried to read the state from each of them
    PAGE + "<html>" + "<form action=x " * 3000,  # looked for the end of each form in all that follow
    DATA + '[["SingleFetchClassInstance"' + ",0" * 2000 + "]]",  # went round its own references
    DATA + '[["SingleFetchRedirect",1],{"_2":3},"redirect",' + ",".join(f"[{n}]" for n in range(4, 1500)) + ",[]]",  # too deep for str()
    LOADER + _LOT % ('"photos":[' + ",".join(['"x:y"'] * 2000) + "]", "[" * 500 + "]" * 500),
    HEADERS + "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",  # a year that is no C integer
    HEADERS + "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
    HEADERS + "1e400",
    HEADERS + "120",
    HEADERS + "https://www.example.invalid/login?redirectTo=%2F",
)
WORDS = (
    *("streamController.enqueue(", "window.__remixContext", "window.__reactRouterContext", "loaderData", "product", "bidHistory"),
    *("SingleFetchRedirect", "SingleFetchClassInstance", "ErrorResponse", "SanitizedError", "userState", "isWinning", "nextBid"),
    *("currentPrice", "closeTime", "isClosed", "marketStatus", "myAuctions", "records", "type", "photos", "location", WANTED),
    *('[\\"D\\",', '["P",', '["Z",', '["M",', '["S",', '["N",', '["B","', '{"_1":', "\\nP1:", "\\nE1:", "1e400", "-7", "-1"),
    *("<!doctype", "<html", '"__type":"Date"', "2026-09-21T14:53:50.000Z", "$1,234.50", "\\u2028", "\\ud83d"),
)
"""Pieces that the formats are made of, for whoever changes inputs at random."""


def seeds() -> list[str]:
    """All of them."""
    return [*asyncio.run(_simulated()), *_kept(), *_examples(), *HARMFUL]


async def _simulated() -> list[str]:
    """An open lot and a closed one, in each way, format and form of dates."""
    found = []
    for form in ("streamed", "plain"):
        for dates in ("native", "wrapped", "ms"):
            clock = HandClock()
            here = in_process_site(clock)
            here.site.settings = here.site.settings.changed({"format": form, "dates": dates})
            lot = here.site.open_lot(Wish(600, rivals=(), early=(14, 20)))
            here.site.bid(here.site.demo_user, lot, 30)
            async with httpx.AsyncClient(transport=here.client_transport, base_url=here.base_url) as client:
                for _ in ("open", "closed"):
                    for way, kind in _OF_WAY.items():
                        headers = {"Accept": ACCEPT[way], "Cookie": here.cookie()}
                        text = (await client.get(lot_path(way, str(lot.id)), headers=headers)).text
                        found.append(kind + text.replace(str(lot.id), WANTED))
                    clock.advance(1000)
    return found


def _kept() -> list[str]:
    """The pages in tests/contract/pages."""
    folder = ROOT / "tests/contract/pages"
    return [_KINDS[path.suffix] + path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.suffix in _KINDS]


def _examples() -> list[str]:
    """Every stream that stands as text in the decoder's own tests: the format's checked examples and the malformed ones."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests/unit/bidwright/turbo_stream").glob("*.py")]
    texts = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    streams = sorted(text for text in texts if re.match(r"\[|-\d", text))
    return [kind + text for text in streams for kind in (STREAM, DATA)]
