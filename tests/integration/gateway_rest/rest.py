"""REST through the front door: the lot that the site knows, and how it is watched."""

import time

from bidwright_proto.v1 import site_pb2

SITE = "http://127.0.0.1:9900"
LOT = "70012345"
CONFIG = {"maxBid": 40, "strategy": "increment"}


def lot(lot_id=LOT, **fields):
    """A lot as nellis-proxy reads it."""
    close = round(time.time() * 1000) + 412_000
    base = {"title": 'Lamp <b>18"', "url": f"{SITE}/p/lamp/{lot_id}", "price_cents": 1400, "next_bid_cents": 1500, "close_ms": close}
    more = {"market_status": "open", "has_user_state": True, "allowed_to_bid": True, "bid_count": 3}
    return site_pb2.Lot(id=lot_id, **{**base, **more, **fields})


async def watch(http, lot_id=LOT, **config):
    """Watch a lot and give the reply."""
    return await http.post(f"/api/auctions/{lot_id}/monitor", json={"config": {**CONFIG, **config}})
