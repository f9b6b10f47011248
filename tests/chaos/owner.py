"""The owner: a client that speaks only the wire contract, and a note of everything it asked for and when that was acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import websockets
from plant import TOKEN, Plant

STRATEGIES = ("sniping", "auto", "auto")
RIVALS = ("increment", "proxy", "sniper", "patient", None)


@dataclass
class Wish:
    """
    One command about a lot: the most that may be bid from then on (0: disarmed or let go), and when it was sent and acknowledged.
    """

    cap: int
    sent: float
    acked: float | None = None
    watched: bool = True
    armed: bool = True


@dataclass
class Note:
    """
    What the owner wants of one lot, in order.
    """

    wishes: list[Wish] = field(default_factory=list)
    busy: bool = False
    doubt: bool = False
    """A command was refused, perhaps after an earlier try of it had been taken (the lot closed between): what holds is not known."""

    def most(self, at: float) -> int:
        """The highest limit that can have been in force at *at*: each from being sent until the next one's acknowledgement."""
        found = [0]
        for number, wish in enumerate(self.wishes):
            ended = next((later.acked for later in self.wishes[number + 1 :] if later.acked), float("inf"))
            if wish.sent <= at <= ended:
                found.append(wish.cap if wish.armed else 0)
        return max(found)

    @property
    def last(self) -> Wish:
        """The newest acknowledged wish."""
        return next(wish for wish in reversed(self.wishes) if wish.acked)


class Owner:
    """
    Arms lots, edits, disarms and lets go of them, and listens.
    """

    def __init__(self, plant: Plant, dice: random.Random) -> None:
        self._plant, self._dice = plant, dice
        self.notes: dict[str, Note] = {}
        self.budgets: list[tuple[float, int]] = [(0.0, plant.budget_dollars)]
        """Each total limit, in dollars, from when it was asked for; it is only ever raised."""
        self.halts: list[tuple[float, float]] = []
        """From a halt's acknowledgement to the moment its end was asked for."""
        self.ended: Counter[str] = Counter()
        self.ended_at: dict[str, float] = {}
        self.commands = 0
        self.wrong: list[str] = []
        self.looks = 0

    # ---- commands ------------------------------------------------------------------------------------------------------------

    async def wave(self, lots: int, soonest_s: float, latest_s: float) -> None:
        """New lots on the site, watched and armed, and each looked after until it closes."""
        async with asyncio.TaskGroup() as group:
            for _ in range(lots):
                kind = self._dice.choice(RIVALS)
                rivals = [{"kind": kind, "limit": self._dice.randint(3, 25)}] if kind else []
                close_s = self._dice.uniform(soonest_s, latest_s)
                lot = await self._plant.open_lot(first_close_s=close_s, rivals=rivals)
                group.create_task(self._look_after(lot, close_s))

    async def _look_after(self, lot: str, close_s: float) -> None:
        self.notes[lot] = Note()
        cap, strategy = self._dice.randint(4, 25), self._dice.choice(STRATEGIES)
        config = {"maxBid": cap, "strategy": strategy, "autoBid": True}
        if not await self._command(lot, "POST", "monitor", {"config": config}, Wish(cap, 0)):
            return
        for _ in range(self._dice.choice((0, 0, 1, 2, 3))):
            await asyncio.sleep(self._dice.uniform(0.1, 0.5) * close_s)
            if lot in self.ended or not await self._edit(lot):
                return

    async def _edit(self, lot: str) -> bool:
        last = self.notes[lot].last
        what = self._dice.choices(("raise", "lower", "disarm", "arm", "let go"), (3, 3, 1, 2, 1))[0]
        if not last.watched:
            what = "watch"
        if what in ("raise", "lower"):
            cap = last.cap + self._dice.randint(1, 10) if what == "raise" else max(1, last.cap - self._dice.randint(1, 10))
            return await self._command(lot, "PUT", "config", {"maxBid": cap}, Wish(cap, 0, armed=last.armed))
        if what in ("disarm", "arm"):
            armed = what == "arm"
            return await self._command(lot, "PUT", "config", {"autoBid": armed}, Wish(last.cap, 0, armed=armed))
        if what == "let go":
            return await self._command(lot, "DELETE", "monitor", None, Wish(last.cap, 0, watched=False, armed=False))
        config = {"maxBid": last.cap, "strategy": "auto", "autoBid": True}
        return await self._command(lot, "POST", "monitor", {"config": config}, Wish(last.cap, 0))

    async def _command(self, lot: str, method: str, path: str, body: Any, wish: Wish) -> bool:
        """Ask until it is answered, under one key. True when it was accepted."""
        note, key = self.notes[lot], uuid.uuid4().hex
        wish.sent = time.time()
        note.wishes.append(wish)
        note.busy = True
        try:
            answer = await self._plant.insist(method, f"/api/auctions/{lot}/{path}", body, key, within_s=120)
        finally:
            note.busy = False
        self.commands += 1
        if answer.status_code == 200:
            wish.acked = time.time()
            return True
        if answer.status_code not in (404, 409, 410):
            self.wrong.append(f"{method} {path} of {lot}: {answer.status_code} {answer.text[:200]}")
        note.doubt = True
        return False

    async def halt(self, seconds: float) -> None:
        """The kill switch for a while."""
        await self._plant.insist("POST", "/api/halt", {"why": "chaos"}, within_s=120)
        acked = time.time()
        self.halts.append((acked, float("inf")))
        await asyncio.sleep(seconds)
        while True:
            gen = (await self._plant.insist("GET", "/api/halt", within_s=600)).json()["gen"]
            self.halts[-1] = (acked, time.time())
            answer = await self._plant.insist("POST", "/api/resume", {"gen": gen}, within_s=600)
            if answer.status_code == 200 or not (await self._plant.insist("GET", "/api/halt", within_s=600)).json()["halted"]:
                return

    async def raise_budget(self, dollars: int) -> None:
        """A higher total limit."""
        self.budgets.append((time.time(), dollars))
        await self._plant.insist("PUT", "/api/budgets/total", {"limit": dollars}, within_s=120)

    async def log_in_again(self) -> None:
        """Sync the session until it is taken."""
        while True:
            try:
                await self._plant.log_in()
            except (RuntimeError, TimeoutError, ValueError):
                await asyncio.sleep(0.5)
            else:
                return

    # ---- listening -----------------------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Hear every end, over as many connections as it takes."""
        while True:
            try:
                async with websockets.connect(self._plant.url.replace("http", "ws") + "/ws", proxy=None, open_timeout=5) as ws:
                    await ws.send(json.dumps({"type": "authenticate", "token": TOKEN, "requestId": "req_1"}))
                    async for text in ws:
                        self._hear(json.loads(text))
            except (OSError, TimeoutError, websockets.WebSocketException):
                pass
            await asyncio.sleep(0.3)

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "auctionState" and frame["auction"]["status"] == "ended":
            lot = frame["auction"]["id"]
            self.ended[lot] += 1
            self.ended_at.setdefault(lot, time.time())

    async def audit(self) -> list[str]:
        """Compare what the gateway lists with what was acknowledged; gives what differs. Lots with a command under way are left out."""
        before = {lot: (note.last, len(note.wishes)) for lot, note in self.notes.items() if self._settled(note)}
        answer = await self._plant.told("GET", "/api/auctions")
        if answer is None or answer.status_code != 200 or "stale" in answer.json():
            return []
        listed = {lot["id"]: lot for lot in answer.json()["auctions"]}
        self.looks += 1
        wrong = []
        for lot, (wish, count) in before.items():
            note = self.notes[lot]
            if not self._settled(note) or len(note.wishes) != count or not wish.watched:
                continue
            if lot not in listed:
                wrong.append(f"{lot} is gone")
            elif listed[lot]["config"]["maxBid"] != wish.cap:
                wrong.append(f"{lot} has limit {listed[lot]['config']['maxBid']}, acknowledged was {wish.cap}")
            elif listed[lot]["status"] != "ended" and lot not in self.ended and listed[lot]["config"]["autoBid"] != wish.armed:
                wrong.append(f"{lot} is {'armed' if not wish.armed else 'disarmed'}, acknowledged was the opposite")
        return wrong

    @staticmethod
    def _settled(note: Note) -> bool:
        return not note.busy and not note.doubt and any(wish.acked for wish in note.wishes)
