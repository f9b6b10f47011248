"""Telling the owner: what a channel is handed and promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Protocol

NoticeKind = Literal[
    "won", "lost", "outbid", "wont", "ending", "doubt", "preflight", "session", "halt", "plugin", "experiment", "site", "found", "missed",
    "digest", "test",
]  # fmt: skip


class NotDelivered(Exception):
    """
    A channel did not deliver. The text is one sentence for the owner: what happened, and where it helps what to do.
    """


@dataclass(frozen=True, slots=True)
class Notice:
    """
    One thing the owner should know. *id* is the same however often it is handed over. *lot_id* is empty when it is about no lot;
    *urgent* means that something is at stake until the owner acts. Of the kinds, *missed* means that notices were lost, *digest* that
    several stand in one text, and *test* that the owner only tries the channel.
    """

    id: str
    kind: NoticeKind
    lot_id: str
    text: str
    urgent: bool
    at: datetime


class Notifier(Protocol):
    """
    A channel. It may be handed a notice twice (after a crash between sending and remembering), never less than once.

    Each address is served in a thread and a loop of its own, so that one that blocks keeps no other waiting. A channel may have a method
    ``check(address)``: it is asked once when channels are chosen and gives None, or one sentence that says why this address cannot be used
    and what to do; the address itself, which may hold a password, does not belong in it. With ``takes_any = True`` it is also asked about
    addresses whose first word names no channel.
    """

    name: ClassVar[str]
    description: ClassVar[str]

    async def send(self, notice: Notice, address: str) -> None:
        """
        Deliver *notice* to *address* (as in the settings, with the channel's name in front), within ten seconds.

        Raising means "not delivered": it is tried again with growing pauses for a day. The text of what is raised (NotDelivered, for
        choice) is kept, shown and logged, without what the address consists of.
        """
        ...


class Screens(Protocol):
    """
    Every page and browser extension that is connected to a gateway.
    """

    async def show(self, notice: Notice) -> int:
        """Show *notice* on all of them and give how many there are; 0: nobody saw it. Raises what the store raises."""
        ...
