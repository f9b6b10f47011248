"""The hub: who is connected, and what clients of the existing protocol are told. Each frame is encoded once per flavour of client."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable

import msgspec

from bidwright.clock import Clock, to_ms
from bidwright.event import Event
from bidwright.money import Money
from bidwright.records import IntentRecord, LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright_gateway import clean
from bidwright_gateway.board import Board, Change, News
from bidwright_gateway.clients import Client
from bidwright_gateway.closes import Closes
from bidwright_gateway.frames import Frame, encode
from bidwright_gateway.leaves import Leaves
from bidwright_gateway.messages import Note, Notice, plain
from bidwright_gateway.report import service_report
from bidwright_gateway.shape import Auction, Flavour, Shaper

STEP_S = 0.25
"""Pause between two looks at who has to be told the time again."""
_MINUTE, _HOUR = 60, 3600
_LOOK_S = 1.0
"""How often it is looked whether an ended lot has been listed long enough."""
_LIST_PAUSE_S = 0.001
"""Pause between two lists that are sent because lots left, for each lot in it: ten thousand are eleven megabytes for every client."""
_BY_NOTIFIER = ("won", "lost", "outbid")


class Hub:
    """
    Broadcasts by the rules of the contract, section 4: each change, each close once, the time again and again.
    """

    def __init__(self, board: Board, shaper: Shaper, clock: Clock, site_time: SiteTime) -> None:
        self._board, self._shaper, self._clock, self._site_time = board, shaper, clock, site_time
        self.clients: set[Client] = set()
        self.leaves = Leaves(shaper, site_time, lambda: board.lots)
        self.closes = Closes(clock)
        self.notes: dict[str, list[Note]] = {}
        """Sentences for people about what was heard last, by lot."""
        self._hearing = False
        self._told_at: dict[str, float] = {}
        self._listed: set[str] = set()
        self._looked_at = self._list_after = float("-inf")
        self._lists: dict[Flavour, Frame] = {}
        """The list for who comes in this second, while nothing happens."""
        self._store_up: bool | None = None
        """As it was told last; nothing yet: who came before the first step may have seen the one or the other."""
        self.told_by_notifier = False
        """Whether a notifier tells wins, losses and outbids on the screens, by the owner's rules."""
        board.listeners.append(self.hear)

    # ---- frames --------------------------------------------------------------------------------------------------------------

    def auction(self, lot: LotRecord, flavour: Flavour) -> Auction:
        """The lot as it is at this moment."""
        return self._shaper.auction(lot, self._site_time.now(), flavour)

    def auctions(self, flavour: Flavour) -> list[msgspec.Raw]:
        """The list as it is at this moment, each lot as JSON. Who is told it will be told when a lot leaves it."""
        listed = self._board.listed()
        self._listed.update(lot.id for lot in listed)
        return [self.leaves.raw(lot, flavour) for lot in listed]

    def hear(self, news: News) -> None:
        """Tell what the board heard."""
        self._shaper.shift_ms = self._board.service.shift_ms
        self.notes, self._hearing = {}, True
        self._lists.clear()
        for change in news.changes:
            self._changed(change)
        for intent in news.intents:
            self._bid_ended(intent)
        left = [self._left_list(change) for change in news.changes]
        if any(left):
            self.forget_removed()
        self._hearing = False
        if news.service:
            self.tell_service(told=any(not event.lot_id for event in news.events))

    def welcome(self, client: Client) -> None:
        """Send the list to a client that has shown its token, then the closes it has missed."""
        client.push("list", self._list(client.flavour))
        for lot in self.closes.owed(client):
            self._send(lot, [client])
            self._closed(None, lot, [client])

    def leave(self, client: Client) -> None:
        """Forget a client whose connection has ended."""
        self.clients.discard(client)
        self.closes.left(client)

    def tell(self, lot: LotRecord) -> None:
        """Send the lot's state to everybody."""
        self._told_at[lot.id] = self._clock.monotonic()
        self._send(lot, self._audience())

    def tell_after(self, client: Client, lot: LotRecord) -> None:
        """Send the lot's state once more behind the answer to *client*'s change, as the contract has it."""
        if client.version == 1:
            asyncio.get_running_loop().call_soon(self.tell, lot)

    def _send(self, lot: LotRecord, clients: Iterable[Client]) -> None:
        frames = {flavour: self._state(lot, flavour) for flavour in Flavour}
        for client in clients:
            client.push(f"lot:{lot.id}", frames[client.flavour])

    def _state(self, lot: LotRecord, flavour: Flavour) -> Frame:
        return Frame(lambda: {"type": "auctionState", "auction": self.leaves.raw(lot, flavour)}, self._second, lasting=lot.final)

    def _second(self) -> int:
        return to_ms(self._site_time.now()) // 1000

    def tell_list(self) -> None:
        """Send the whole list to everybody."""
        self._lists.clear()
        for client in self._audience():
            client.push("list", self._list(client.flavour))

    def _list(self, flavour: Flavour) -> Frame:
        kept = self._lists.get(flavour)
        if kept is None or not kept.current:
            kept = Frame(lambda: {"type": "monitoredAuctions", "auctions": self.auctions(flavour)}, self._second)
            self._lists[flavour] = kept
        return kept

    def tell_store(self) -> None:
        """Tell when Redis has gone away or come back since it was told last."""
        if self._store_up != self._board.up:
            self.tell_service()

    def tell_service(self, *, told: bool = False) -> None:
        """Send switches and money to those who asked for it, and to the new protocol unless an event of theirs has *told* it already."""
        self._store_up = self._board.up
        text = encode({"type": "serviceState", "service": service_report(self._board)}).decode()
        for client in self.clients:
            if client.authenticated and (client.wants_service or (client.version > 1 and not told)):
                client.push("service", text)

    def notify(self, lot: LotRecord, kind: str, message: str, clients: Iterable[Client] | None = None) -> None:
        """Send a sentence that the extension shows as a notification, to everybody unless *clients* are named."""
        if self.told_by_notifier and kind in _BY_NOTIFIER:
            return
        if self._hearing:
            self.notes.setdefault(lot.id, []).append(Note(kind, message))
        elif clients is None:
            self._notice(lot.id, kind, message)
        text = encode({"type": "notification", "message": message, "kind": kind, "auctionId": lot.id}).decode()
        for client in self._audience() if clients is None else clients:
            client.push(f"note:{kind}:{lot.id}:{lot.price}", text)

    def say(self, kind: str, message: str) -> None:
        """Send everybody a sentence that is about no lot."""
        self.show("", kind, message, f"note:{kind}:{message}")

    def show(self, lot_id: str, kind: str, message: str, key: str) -> int:
        """Send a sentence, which belongs to no event, to every client in its own words, under *key* in their queues; how many those are."""
        text = encode({"type": "notification", "message": message, "kind": kind, "auctionId": lot_id}).decode()
        old = [client for client in self.clients if client.authenticated and client.version == 1]
        for client in old:
            client.push(key, text)
        return len(old) + self._notice(lot_id, kind, message)

    def _notice(self, lot_id: str, kind: str, message: str) -> int:
        """Tell clients of the new protocol what belongs to no event; how many those are."""
        new = [client for client in self.clients if client.authenticated and client.version > 1]
        for client in new:
            client.send(plain(Notice(auction_id=lot_id, kind=kind, message=message)))
        return len(new)

    # ---- time ----------------------------------------------------------------------------------------------------------------

    def tell_due(self) -> None:
        """Send each lot's state again when its time on the screen has grown old."""
        self.tell_store()
        now, site = self._clock.monotonic(), to_ms(self._site_time.now())
        for lot in self._board.visible() if self._audience() else ():
            if lot.final:
                continue
            left = (lot.close - site) / 1000 if lot.close else 0.0
            every = 1.0 if 0 < left <= _MINUTE else 5.0 if left <= _HOUR else 60.0
            if lot.id not in self._told_at:  # each at its own time: thousands in one step would hold up everything else
                self._told_at[lot.id] = now - every * (zlib.crc32(lot.id.encode()) % 100) / 100
            if now - self._told_at[lot.id] >= every - STEP_S / 2:
                self.tell(lot)
        if now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            self._lists = {flavour: frame for flavour, frame in self._lists.items() if frame.current}
            self.forget_removed()

    def _left_list(self, change: Change) -> bool:
        """Whether a change took a lot off the list: only then are all of them looked through."""
        if change.new is not None and self._board.visible([change.new]):
            self._listed.add(change.new.id)
            return False
        lot = change.new or change.old
        return lot is not None and lot.id in self._listed

    def forget_removed(self) -> None:
        """Send the list when a lot has left it."""
        listed, now = {lot.id for lot in self._board.visible()}, self._clock.monotonic()
        gone = self._listed - listed
        if gone and now < self._list_after:
            self._listed |= listed
            return
        if gone:
            self._list_after = now + _LIST_PAUSE_S * len(listed)
            for lot_id in gone:
                self._told_at.pop(lot_id, None)
                self._shaper.hints.pop(lot_id, None)
                for client in self.clients:
                    client.forget(f"lot:{lot_id}")
            self.tell_list()
        self._listed = listed

    # ---- what changed --------------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        old, new = change.old, change.new
        if new is None or not new.watched or (old and old.final):
            return
        self.tell(new)
        if new.final:
            clients = self._audience()
            self.closes.add(new, clients)
            self._closed(old, new, clients)
        elif old and old.leading and not new.leading:
            self._outbid(new)

    def ending_of(self, event: Event) -> list[Note]:
        """The sentence about a close that was told before this process began."""
        lot = self._board.lots.get(event.lot_id)
        told = self._ending(None, lot) if lot and lot.final and event.kind == "lot.closed" else None
        return [told] if told else []

    def _closed(self, old: LotRecord | None, new: LotRecord, clients: list[Client]) -> None:
        if told := self._ending(old, new):
            self.notify(new, told.kind, told.message, clients)

    def _ending(self, old: LotRecord | None, new: LotRecord) -> Note | None:
        title = self._title(new)
        if new.outcome == "won":
            all_in = Money(new.booked) if new.booked else None
            paper = "Dry run: would have won" if new.mode != "live" else "Won"
            return Note("won", f"{paper} {title} for {Money(new.paid)}" + (f" ({all_in} all-in)" if all_in else ""))
        if new.outcome == "lost" and (new.high > 0 or (old is not None and old.armed)):
            return Note("lost", f"Lost {title}: it went for {Money(new.price)}")
        return None

    def _outbid(self, lot: LotRecord) -> None:
        self.notify(lot, "outbid", f"Outbid on {self._title(lot)}: now {Money(lot.price)}")

    def _bid_ended(self, intent: IntentRecord) -> None:
        lot = self._board.lots.get(intent.lot_id)
        if intent.state == "OUTBID" and lot and lot.watched and not lot.final:
            self.notify(lot, "outbid", f"Outbid on {self._title(lot)}: {Money(intent.amount)} was not enough")

    def _title(self, lot: LotRecord) -> str:
        return clean.text(lot.shown.get("title"), 80) or f"lot {lot.id}"

    def _audience(self) -> list[Client]:
        return [client for client in self.clients if client.authenticated and client.version == 1]
