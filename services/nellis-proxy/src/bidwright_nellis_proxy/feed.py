"""One lot's live events: a connection, followed as long as it speaks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from httpx_sse import ServerSentEvent, SSEError, aconnect_sse

from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.fields import cents, record
from bidwright_proto.v1 import site_pb2

SILENCE_S = 5.0
"""A ping comes about every second; longer silence is a dead connection."""
TIMEOUT = httpx.Timeout(SILENCE_S, connect=3.0)
_PRICES = ("currentBid", "current_bid", "currentPrice", "currentAmount", "finalBid", "final_bid")


class FeedLost(Exception):
    """
    The connection is down or was refused; *retry_after_s* when the site named a pause.
    """

    def __init__(self, why: str, retry_after: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after
        """The site's Retry-After header after a 429, as it stands."""


async def follow(
    http: httpx.AsyncClient, base: str, lot_id: str, heard: Callable[[str], None] = lambda _: None
) -> AsyncIterator[site_pb2.LiveEvent]:
    """
    Events of one lot, the first one CONNECTED, until the connection is lost. Always ends with FeedLost. *heard* is told each kind of event.

    An event says that something happened and is no news about money: its price is for display.
    """
    connected = False
    try:
        async with aconnect_sse(http, "GET", f"{base}/live-products", params={"productId": lot_id}) as source:
            status = source.response.status_code
            if status != 200:  # noqa: PLR2004 - HTTP
                wait = source.response.headers.get("retry-after", "5") if status == 429 else ""  # noqa: PLR2004 - HTTP
                raise FeedLost(f"refused-{status}", wait)
            async for event in source.aiter_sse():
                if not connected:
                    connected = True
                    yield site_pb2.LiveEvent(lot_id=lot_id, kind=site_pb2.LiveEvent.KIND_CONNECTED)
                told = told_by(event, lot_id)
                heard("ping" if told is None else "bid_update" if told.kind == site_pb2.LiveEvent.KIND_BID else "auction_closed")
                if told is not None:
                    yield told
    except httpx.ReadTimeout:
        raise FeedLost("silent") from None
    except (httpx.HTTPError, SSEError, OSError) as error:
        raise FeedLost(type(error).__name__) from None
    raise FeedLost("ended")


def told_by(event: ServerSentEvent, lot_id: str) -> site_pb2.LiveEvent | None:
    """What an event says about *lot_id*; None for pings, greetings and other lots."""
    kinds = {f"ch_product_bids:{lot_id}": site_pb2.LiveEvent.KIND_BID, f"ch_product_closed:{lot_id}": site_pb2.LiveEvent.KIND_CLOSED}
    kind = kinds.get(event.event)
    if kind is None:
        return None
    return site_pb2.LiveEvent(lot_id=lot_id, kind=kind, price_cents=_price(event.data))


def _price(data: str) -> int:
    """The price in an event's payload, whose names nobody has documented; 0 when there is none."""
    try:
        payload: dict[str, Any] = record(json.loads(data))
    except (ValueError, RecursionError):
        return 0
    for name in _PRICES:
        try:
            if (found := cents(payload.get(name), name)) is not None:
                return found
        except NotUnderstood:
            continue
    return 0
