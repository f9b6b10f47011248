"""Orders: what a client may ask over the WebSocket once it is known, the same in both protocols. Each gives the frame to answer with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bidwright.errors import Conflict, NotFound, StoreDown
from bidwright_gateway import ids
from bidwright_gateway.callers import Caller
from bidwright_gateway.clients import Client, Follower
from bidwright_gateway.deps import Deps
from bidwright_gateway.once import Answer
from bidwright_gateway.shape import Flavour

Frame = dict[str, Any]
CHANGES = frozenset({"startMonitoring", "stopMonitoring", "updateConfig", "placeBid", "halt", "resume"})


class Orders:
    """
    The orders of one client. Raises BidwrightError with a sentence for whoever asked.
    """

    def __init__(self, deps: Deps, client: Client) -> None:
        self._deps, self._client = deps, client
        self._known: dict[str, Callable[[Frame], Awaitable[Frame | None]]] = {
            "getMonitoredAuctions": self._list,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "startMonitoring": self._start,
            "stopMonitoring": self._stop,
            "updateConfig": self._update,
            "placeBid": self._bid,
            "halt": self._halt,
            "resume": self._resume,
        }

    def __contains__(self, kind: str) -> bool:
        return kind in self._known

    async def take(self, frame: Frame) -> Frame | None:
        """Do what *frame* asks, once for each ``idempotencyKey``; None when there is nothing to answer."""
        kind, key = frame["type"], frame.get("idempotencyKey")
        if kind in CHANGES and kind != "halt" and self._deps.board.away:
            raise StoreDown("Redis is away")  # not even asked: what it is asked while it stands still it may do much later
        if kind not in CHANGES or kind == "placeBid" or not isinstance(key, str) or not key:  # a bid's key is kept with its receipt
            return await self._known[kind](frame)

        async def work() -> Answer:
            return Answer(200, msgspec.json.encode(await self._known[kind](frame)))

        asked = {name: value for name, value in frame.items() if name not in ("requestId", "idempotencyKey")}
        answer = await self._deps.once.run(f"ws:{key}", self._who.id, msgspec.json.encode(asked, order="deterministic"), work)
        reply: Frame = msgspec.json.decode(answer.body)
        return {**reply, "repeated": True} if answer.repeated else reply

    @property
    def _who(self) -> Caller:
        assert self._client.who is not None  # noqa: S101 - nobody unknown gets here
        return self._client.who

    async def _list(self, _: Frame) -> Frame:
        board, hub = self._deps.board, self._deps.hub
        words = self._client.flavour if self._client.version == 1 else Flavour.EXTENSION
        lots = await board.current()
        data: Frame = {"auctions": [hub.leaves.raw(lot, words) for lot in board.listed(lots.values())]}
        if not board.up:
            data |= {"stale": True, "ageSeconds": round(board.age_s, 1)}
        return {"type": "response", "data": data}

    async def _subscribe(self, frame: Frame) -> Frame | None:
        if isinstance(self._client, Follower):
            lots = _lots(frame)
            self._client.lots = frozenset(lots) if lots else None
            return {"type": "response", "action": "subscribe", "success": True, "data": {"auctionIds": lots}}
        lot = self._deps.board.lots.get(ids.lot_id(frame.get("auctionId")))
        if lot and lot.watched:
            return {"type": "auctionUpdate", "auctionId": lot.id, "data": self._deps.hub.auction(lot, self._client.flavour)["data"]}
        return None

    async def _unsubscribe(self, frame: Frame) -> Frame | None:
        """Clients of the existing protocol are told everything: there is nothing to undo."""
        if not isinstance(self._client, Follower):
            return None
        lots = _lots(frame)
        left = (self._client.lots or frozenset()) - set(lots) if lots else None
        self._client.lots = left
        return {"type": "response", "action": "unsubscribe", "success": True, "data": {"auctionIds": sorted(left or ())}}

    async def _start(self, frame: Frame) -> Frame:
        lot_id, deps = ids.lot_id(frame.get("auctionId")), self._deps
        reply = {"type": "response", "action": "startMonitoring", "auctionId": lot_id}
        await deps.consent.to_watch(self._who, frame, lot_id, key=_key(frame), mode=deps.board.mode)
        try:
            await deps.desk.start(lot_id, frame.get("config"), frame.get("metadata"))
        except Conflict:
            return {**reply, "success": False}
        return {**reply, "success": True}

    async def _stop(self, frame: Frame) -> Frame:
        lot_id = ids.lot_id(frame.get("auctionId"))
        stopped = await self._deps.desk.stop(lot_id)
        return {"type": "response", "action": "stopMonitoring", "auctionId": lot_id, "success": stopped}

    async def _update(self, frame: Frame) -> Frame:
        lot_id, deps = ids.lot_id(frame.get("auctionId")), self._deps
        expect = frame.get("expectVersion")
        try:
            if not self._who.is_owner:
                known = await deps.desk.lot(lot_id)
                await deps.consent.to_change(self._who, frame, known, key=_key(frame), mode=deps.board.mode)
            lot = await deps.desk.configure(lot_id, frame.get("config"), expect=expect if isinstance(expect, str) else "")
        except NotFound:
            raise NotFound(f"Auction {lot_id} not found") from None
        deps.hub.tell_after(self._client, lot)
        return {"type": "response", "data": {"success": True}}

    async def _bid(self, frame: Frame) -> Frame:
        lot_id, deps = ids.lot_id(frame.get("auctionId")), self._deps
        if not self._who.is_owner:
            known = await deps.desk.known(lot_id)
            await deps.consent.to_bid(self._who, frame, known, key=_key(frame), mode=deps.board.mode)
        outcome = await deps.bidding.place(lot_id, frame.get("amount"), _key(frame))
        return {"type": "bidResult", "auctionId": lot_id, **outcome.body}

    async def _halt(self, frame: Frame) -> Frame:
        gen = await self._deps.switches.halt(frame.get("why"))
        return {"type": "response", "action": "halt", "success": True, "halted": True, "gen": gen}

    async def _resume(self, frame: Frame) -> Frame:
        answer = await self._deps.switches.resume(frame.get("gen"))
        return {"type": "response", "action": "resume", "success": True, **answer}


def _key(frame: Frame) -> str:
    key = frame.get("idempotencyKey")
    return key if isinstance(key, str) else ""


def _lots(frame: Frame) -> list[str]:
    """The lots that a subscription names, each once. Raises BadInput."""
    named = frame.get("auctionIds") or ([frame["auctionId"]] if frame.get("auctionId") else [])
    return list(dict.fromkeys(map(ids.lot_id, named)))
