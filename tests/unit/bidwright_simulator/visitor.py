"""What a visitor of the simulated site does: reads the data in its pages, and bids."""

import json
import re

from bidwright.turbo_stream import decode
from bidwright_simulator import Settings

LOADER = "routes/p.$title.$productId._index"
CALL = re.compile(r'streamController\.enqueue\(("(?:[^"\\]|\\.)*")\)')


def embedded(html):
    return decode("".join(json.loads(literal) for literal in CALL.findall(html)))["loaderData"]


def manners(here, **changes):
    here.site.settings = Settings(**changes)


async def bid(client, lot, amount, headers=None):
    return await client.post(
        "/api/bids", content=json.dumps({"productId": lot.id, "bid": amount}), headers={"Content-Type": "text/plain", **(headers or {})}
    )
