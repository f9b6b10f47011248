"""Take over what the owner does on the site: the account's open lots become watches, none of them armed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bidwright.errors import BidwrightError, Conflict, StoreDown
from bidwright.runtime import reading
from bidwright_gateway import clean
from bidwright_gateway.deals import seconds_left
from bidwright_gateway.desk import Desk
from bidwright_gateway.errors import HalfDone
from bidwright_gateway.shape import iso, whole
from bidwright_proto.v1 import site_pb2

_WHY_NOT = {reading.CLOSED: "It has closed.", reading.SHUT: "The site says that it is not open for bids."}


@dataclass(slots=True)
class Takeover:
    """
    What becomes of the account's lots: ids in the site's order; *skipped* with the reason, a sentence.
    """

    added: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)

    def skip(self, lot_id: str, why: str) -> None:
        """Leave a lot as it is."""
        self.skipped.append({"id": lot_id, "why": why})


async def take_over(desk: Desk, mine: site_pb2.ListMyLotsReply, cap: int, *, dry_run: bool) -> Takeover:
    """
    Watch each open lot that is not watched yet, up to *cap* dollars and not armed; with *dry_run* only say which.

    What the desk refuses is skipped with its sentence. Raises StoreDown, HalfDone in the middle; asking again goes on where it stopped.
    """
    made = Takeover()
    try:
        await _take(desk, mine, cap, made, dry_run=dry_run)
    except StoreDown as error:
        if dry_run or not made.added:
            raise
        raise HalfDone({"added": made.added, "already": made.already, "skipped": made.skipped}) from error
    return made


async def _take(desk: Desk, mine: site_pb2.ListMyLotsReply, cap: int, made: Takeover, *, dry_run: bool) -> None:
    for lot in mine.lots:
        status = reading.status_of(lot)
        if status != reading.OPEN:
            made.skip(lot.id, _WHY_NOT[status])
            continue
        known = await desk.known(lot.id)
        if known is not None and known.final:
            made.skip(lot.id, _WHY_NOT[reading.CLOSED])
        elif known is not None and known.watched:
            made.already.append(lot.id)
        elif dry_run:
            made.added.append(lot.id)
        else:
            await _watch(desk, lot, mine.read_started_ms, cap, made)


async def _watch(desk: Desk, lot: site_pb2.Lot, read_started_ms: int, cap: int, made: Takeover) -> None:
    config = {"maxBid": cap, "autoBid": False}
    about = {"title": lot.title, "url": lot.url, "imageUrl": lot.image_url}
    read = site_pb2.GetLotReply(lot=lot, read_started_ms=read_started_ms)
    try:
        await desk.start(lot.id, config, about, read=read)
    except Conflict:  # somebody was faster
        made.already.append(lot.id)
    except StoreDown:
        raise
    except BidwrightError as error:
        made.skip(lot.id, str(error))
    else:
        made.added.append(lot.id)


def brief(lot: site_pb2.Lot, now: datetime, *, site: str, real: bool) -> dict[str, Any]:
    """A lot of the account as clients see it."""
    return {
        "id": lot.id,
        "title": clean.text(lot.title) or f"Lot {lot.id}",
        "currentBid": whole(lot.price_cents),
        "isWinning": lot.winning,
        "closeTime": iso(lot.close_ms),
        "timeRemaining": seconds_left(lot.close_ms, now),
        "auctionUrl": clean.lot_address(lot.url, lot.id, site=site, real=real),
    }
