"""Caps: what a wish's hammer cap and all-in cap become with the lot's rates. Nothing here raises what the owner typed."""

from __future__ import annotations

from bidwright.errors import BadInput
from bidwright.money import Money, Rates
from bidwright.records import LotRecord
from bidwright_gateway.ratebook import Rated, percent
from bidwright_gateway.wishes import Wish

FIELD = "config.maxAllIn"
UNKNOWN_RATES = (
    "Premium and tax are not known for this lot, so an all-in limit cannot be armed. "
    "Give them with PUT /api/rates or `bidwright rates set`, or arm it with a max bid alone."
)


def fields(wish: Wish, rated: Rated, *, limit: int, lot: LotRecord | None = None) -> dict[str, str | int]:
    """
    The fields of a watch for both caps of *wish*; *lot* is the watch that is changed, None for a new one. *limit* as in dollars.

    Raises BadInput when the all-in cap leaves no whole dollar, or more than the owner's limit for a single bid, or cannot be armed.
    """
    made: dict[str, str | int] = {} if lot else {"allin": "", "capby": ""}
    follows = lot is not None and lot.cap_by == "allin"  # the hammer cap goes with the all-in cap
    if wish.cap is not None:
        made["cap"] = wish.cap * 100
        if follows and lot and made["cap"] != lot.cap:
            made["capby"] = ""
    if wish.no_all_in:
        made |= {"allin": "", "capby": ""}
    if wish.all_in is not None:
        hammer = _left(wish.all_in, rated.rates)
        made["allin"] = wish.all_in.cents
        if wish.cap is None and (lot is None or follows):
            made |= {"cap": _within(wish.all_in, hammer, limit).cents, "capby": "allin"}
    armed = wish.armed if wish.armed is not None else bool(lot and lot.armed)
    all_in = wish.all_in is not None or bool(lot and lot.allin is not None and not wish.no_all_in)
    if armed and all_in and not rated.known and (wish.armed or wish.all_in is not None):
        raise BadInput(UNKNOWN_RATES, FIELD)
    return made


def derived(lot: LotRecord, rates: Rates) -> dict[str, str | int]:
    """The hammer cap of *lot* with new *rates*, if it goes with its all-in cap: at least a dollar, which the all-in cap then refuses."""
    if lot.cap_by != "allin" or lot.allin is None:
        return {}
    return {"cap": max(rates.hammer_cap(Money(lot.allin)), Money.whole(1)).cents}


def _left(all_in: Money, rates: Rates) -> Money:
    hammer = rates.hammer_cap(all_in)
    if hammer < Money.whole(1):
        least = rates.all_in(Money.whole(1))
        raise BadInput(
            f"Max all-in of {all_in} leaves no whole dollar to bid: a bid of $1 costs {least} "
            f"with {percent(rates.premium)} % premium and {percent(rates.tax)} % tax.",
            FIELD,
        )
    return hammer


def _within(all_in: Money, hammer: Money, limit: int) -> Money:
    if hammer > Money.whole(limit):
        raise BadInput(
            f"Max all-in of {all_in} means bids up to {hammer}, "
            f"above your limit of ${limit:,} for a single bid (BIDWRIGHT_MAX_BID_DOLLARS).",
            FIELD,
        )
    return hammer
