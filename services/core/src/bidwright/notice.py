"""Telling the owner: what a channel is handed and promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Protocol

NoticeKind = Literal["won", "lost", "outbid", "wont", "preflight", "session", "halt", "plugin", "experiment", "missed"]


@dataclass(frozen=True, slots=True)
class Notice:
    """
    One thing the owner should know. *id* is the same however often it is handed over. *lot_id* is empty when it is about no lot;
    *urgent* means that something is at stake until the owner acts. *missed*: notices were lost, look at the page.
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
    """

    name: ClassVar[str]
    description: ClassVar[str]

    async def send(self, notice: Notice, address: str) -> None:
        """
        Deliver *notice* to *address* (as in the settings, with the channel's name in front), within ten seconds.

        Raising means "not delivered": it is tried again with growing pauses for a day. The text of what is raised is kept and logged.
        """
        ...
