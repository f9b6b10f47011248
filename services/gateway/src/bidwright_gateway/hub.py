"""The hub: who is connected, and what all of them are told. Each frame is encoded once per flavour of client."""

from __future__ import annotations

from collections.abc import Iterable

from bidwright.clock import Clock, to_ms
from bidwright.money import Money
from bidwright.records import IntentRecord, LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright_gateway import clean
from bidwright_gateway.board import Board, Change, News
from bidwright_gateway.clients import Client, encode
from bidwright_gateway.closes import Closes
from bidwright_gateway.report import service_report
from bidwright_gateway.shape import Auction, Flavour, Shaper

STEP_S = 0.25
"""Pause between two looks at who has to be told the time again."""
_MINUTE, _HOUR = 60, 3600
_BY_NOTIFIER = ("won", "lost", "outbid")


class Hub:
    """
    Broadcasts by the rules of the contract, section 4: each change, each close once, the time again and again.
    """

    def __init__(self, board: Board, shaper: Shaper, clock: Clock, site_time: SiteTime) -> None:
        self._board, self._shaper, self._clock, self._site_time = board, shaper, clock, site_time
        self.clients: set[Client] = set()
        self.closes = Closes(clock)
        self._told_at: dict[str, float] = {}
        self._listed: set[str] = set()
        self._store_up = False
        self.told_by_notifier = False
        """Whether a notifier tells wins, losses and outbids on the screens, by the owner's rules."""
        board.listeners.append(self.hear)

    # ---- frames --------------------------------------------------------------------------------------------------------------

    def auction(self, lot: LotRecord, flavour: Flavour) -> Auction:
        """The lot as it is at this moment."""
        return self._shaper.auction(lot, self._site_time.now(), flavour)

    def auctions(self, flavour: Flavour) -> list[Auction]:
        """The list as it is at this moment."""
        return [self.auction(lot, flavour) for lot in self._board.listed()]

    def hear(self, news: News) -> None:
        """Tell what the board heard."""
        self._shaper.shift_ms = self._board.service.shift_ms
        for change in news.changes:
            self._changed(change)
        for intent in news.intents:
            self._bid_ended(intent)
        self.forget_removed()
        if news.service:
            self.tell_service()

    def welcome(self, client: Client) -> None:
        """Send the list to a client that has shown its token, then the closes it has missed."""
        client.send({"type": "monitoredAuctions", "auctions": self.auctions(client.flavour)})
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

    def _send(self, lot: LotRecord, clients: Iterable[Client]) -> None:
        texts: dict[Flavour, str] = {}
        for client in clients:
            if client.flavour not in texts:
                texts[client.flavour] = encode({"type": "auctionState", "auction": self.auction(lot, client.flavour)}).decode()
            client.push(f"lot:{lot.id}", texts[client.flavour])

    def tell_list(self) -> None:
        """Send the whole list to everybody."""
        texts: dict[Flavour, str] = {}
        for client in self._audience():
            if client.flavour not in texts:
                texts[client.flavour] = encode({"type": "monitoredAuctions", "auctions": self.auctions(client.flavour)}).decode()
            client.push("list", texts[client.flavour])

    def tell_service(self) -> None:
        """Send switches and money to those who asked for it (our own page)."""
        for client in self._audience():
            if client.wants_service:
                client.push("service", encode({"type": "serviceState", "service": service_report(self._board)}).decode())

    def notify(self, lot: LotRecord, kind: str, message: str, clients: Iterable[Client] | None = None) -> None:
        """Send a sentence that the extension shows as a notification, to everybody unless *clients* are named."""
        if self.told_by_notifier and kind in _BY_NOTIFIER:
            return
        text = encode({"type": "notification", "message": message, "kind": kind, "auctionId": lot.id}).decode()
        for client in self._audience() if clients is None else clients:
            client.push(f"note:{kind}:{lot.id}:{lot.price}", text)

    def say(self, kind: str, message: str) -> None:
        """Send everybody a sentence that is about no lot."""
        text = encode({"type": "notification", "message": message, "kind": kind, "auctionId": ""}).decode()
        for client in self._audience():
            client.push(f"note:{kind}:{message}", text)

    # ---- time ----------------------------------------------------------------------------------------------------------------

    def tell_due(self) -> None:
        """Send each lot's state again when its time on the screen has grown old."""
        if self._store_up != self._board.up:
            self._store_up = self._board.up
            self.tell_service()
        now, site = self._clock.monotonic(), to_ms(self._site_time.now())
        for lot in self._board.listed():
            if lot.final:
                continue
            left = (lot.close - site) / 1000 if lot.close else 0.0
            every = 1.0 if 0 < left <= _MINUTE else 5.0 if left <= _HOUR else 60.0
            if now - self._told_at.get(lot.id, float("-inf")) >= every - STEP_S / 2:
                self.tell(lot)
        self.forget_removed()

    def forget_removed(self) -> None:
        """Send the list when a lot has left it."""
        listed = {lot.id for lot in self._board.listed()}
        if gone := self._listed - listed:
            for lot_id in gone:
                self._told_at.pop(lot_id, None)
                self._shaper.hints.pop(lot_id, None)
                for client in self.clients:
                    client.forget(f"lot:{lot_id}", unless='"status":"ended"')
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

    def _closed(self, old: LotRecord | None, new: LotRecord, clients: list[Client]) -> None:
        title = self._title(new)
        if new.outcome == "won":
            all_in = Money(new.booked) if new.booked else None
            paper = "Dry run: would have won" if new.mode != "live" else "Won"
            self.notify(new, "won", f"{paper} {title} for {Money(new.paid)}" + (f" ({all_in} all-in)" if all_in else ""), clients)
        elif new.outcome == "lost" and (new.high > 0 or (old is not None and old.armed)):
            self.notify(new, "lost", f"Lost {title}: it went for {Money(new.price)}", clients)

    def _outbid(self, lot: LotRecord) -> None:
        self.notify(lot, "outbid", f"Outbid on {self._title(lot)}: now {Money(lot.price)}")

    def _bid_ended(self, intent: IntentRecord) -> None:
        lot = self._board.lots.get(intent.lot_id)
        if intent.state == "OUTBID" and lot and lot.watched and not lot.final:
            self.notify(lot, "outbid", f"Outbid on {self._title(lot)}: {Money(intent.amount)} was not enough")

    def _title(self, lot: LotRecord) -> str:
        return clean.text(lot.shown.get("title"), 80) or f"lot {lot.id}"

    def _audience(self) -> list[Client]:
        return [client for client in self.clients if client.authenticated]
