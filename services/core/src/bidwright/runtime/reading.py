"""A read of the site becomes an observation: the one place that turns nellis-proxy's answer into OBSERVE or SHOW."""

from __future__ import annotations

from bidwright.transitions import Observed, Shown, Transitions
from bidwright_proto.v1 import site_pb2

OPEN, CLOSED, SHUT = "open", "closed", "not-open"


def status_of(lot: site_pb2.Lot) -> str:
    """``open``, ``closed``, or ``not-open`` for a market status we do not know: unknown words are not open for bidding."""
    if lot.closed:
        return CLOSED
    return OPEN if lot.market_status == "open" else SHUT


def shown(lot: site_pb2.Lot) -> dict[str, str | int]:
    """The display fields kept with a lot, as ``x:<name>``; amounts in cents, times in Unix ms, flags 0/1."""
    return {
        "title": lot.title,
        "url": lot.url,
        "image": lot.image_url,
        "bid_count": lot.bid_count,
        "bidder_count": lot.bidder_count,
        "market": lot.market_status,
        "initial_close": lot.initial_close_ms,
        "extension": lot.extension_s,
        "extended": int(lot.extended),
        "retail": lot.retail_cents,
        "inventory": lot.inventory_number,
        "location_name": lot.location_name,
        "location_id": lot.location_id,
        "notes": lot.notes,
        "watching": int(lot.watching),
        "participated": int(lot.participated),
        "allowed": int(lot.allowed_to_bid) if lot.has_user_state else 1,
    }


async def apply(transitions: Transitions, lot: site_pb2.Lot, read_started_ms: int) -> Observed | Shown:
    """
    Tell the store what the site said: OBSERVE when the read knows whether we lead and what the next bid is, else SHOW.

    Raises StoreDown.
    """
    status = status_of(lot)
    if lot.has_user_state and (status != OPEN or lot.next_bid_cents > 0):
        return await transitions.observe(
            lot.id,
            read_started=read_started_ms,
            next_bid=lot.next_bid_cents,
            leading=lot.winning,
            status=status,
            close=lot.close_ms,
            price=lot.price_cents,
            shown=shown(lot),
        )
    return await transitions.show(
        lot.id, read_started=read_started_ms, status=status, close=lot.close_ms, price=lot.price_cents, shown=shown(lot)
    )
