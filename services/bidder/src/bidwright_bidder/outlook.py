"""Outlook: what will happen to a lot, as one sentence for its owner and one next step for the bidder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Literal

from bidwright import Money
from bidwright.records import LotRecord

SayKind = Literal["will", "wont", "idle"]


class Step(Enum):
    """
    The bidder's next step.
    """

    REST = "rest"
    READ = "read"
    WAIT = "wait"
    BID = "bid"


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    *kind* and *sentence* are for the owner. *again_s*: look again then, if nothing wakes the lot before (REST, READ).
    *at* is the planned instant in site time (WAIT), *amount* what to bid (BID); *answering*: we bid on the lot before.
    *reason* is the strategy's own sentence on a bid.
    """

    kind: SayKind
    sentence: str
    step: Step = Step.REST
    again_s: float = 60.0
    at: datetime | None = None
    amount: Money | None = None
    answering: bool = False
    reason: str = ""

    @property
    def will_bid(self) -> bool:
        """Whether a bid is coming without anybody doing anything."""
        return self.kind == "will"


def wont(why: str, again_s: float = 60.0) -> Outlook:
    """Nothing will be bid, because *why*."""
    return Outlook("wont", f"Will NOT bid, because {why}.", again_s=again_s)


def idle(sentence: str, again_s: float = 60.0) -> Outlook:
    """Nothing to do now, and nothing wrong."""
    return Outlook("idle", sentence, again_s=again_s)


def on_paper(lot: LotRecord) -> str:
    """Words that keep paper and real money apart in every sentence."""
    return "" if lot.mode == "live" else " on paper"


def clock_time(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """*moment* as the owner's clock shows it; with the date when it is on another day than *now*."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.date() == today.date() else f"{local:%H:%M:%S} on {local:%b} {local.day}"
