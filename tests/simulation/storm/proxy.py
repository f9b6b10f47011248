"""A proxy: the shipped last hop of a bid (bidwright_nellis_proxy.bids), over a wire, a session and a gate that misbehave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from pydantic import SecretStr

from bidwright.clock import from_ms
from bidwright.errors import BidwrightError, UpstreamBusy
from bidwright_nellis_proxy import bids
from bidwright_nellis_proxy.bids import Bids, Outcome
from bidwright_nellis_proxy.classify import classify
from bidwright_nellis_proxy.replies import Reply
from bidwright_nellis_proxy.wire import TOTAL_S, Lost, NotConnected

from .loop import Box, Process, pause, wait
from .upstream import spoilt

if TYPE_CHECKING:
    from .world import World


class Quiet:
    """
    Takes everything and says nothing: metrics and logs.
    """

    def __getattr__(self, _: str) -> Quiet:
        return self

    def __call__(self, *_: object, **__: object) -> Quiet:
        return self


class TrueClock:
    """
    The time as it is for differences, and the wall clock as somebody set it.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        """What the wall clock shows."""
        return from_ms(self._world.wall_ms())

    def monotonic(self) -> float:
        """Seconds that never step."""
        return self._world.loop.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await pause(seconds)


class Door:
    """
    One intent's way to the site, in the place of the TLS settings: the wire below is opened with it.
    """

    def __init__(self, world: World, process: Process, intent: str) -> None:
        self.world, self.process, self.intent = world, process, intent


class Wire:
    """
    In the place of bidwright_nellis_proxy.wire.Wire: same four steps, delivery by dice.
    """

    def __init__(self, door: Door) -> None:
        self._door, self._answer = door, Box()

    @classmethod
    async def open(cls, _address: str, tls: Any) -> Wire:
        """Connect; sometimes in vain."""
        rng = tls.world.rng
        await pause(rng.uniform(0.005, 0.12) if rng.random() > 0.03 else rng.uniform(0.5, 3.0))
        if tls.world.stormy and rng.random() < 0.03:
            raise NotConnected("refused")
        return cls(tls)

    @property
    def usable(self) -> bool:
        """False when the other side hung up before anything was written."""
        return not (self._door.world.stormy and self._door.world.rng.random() < 0.02)

    def write(self, _path: str, _headers: list[tuple[str, str]], body: bytes) -> None:
        """The bytes leave now; in the variant with stalls the process may be stopped right before that."""
        said = json.loads(body)
        self._door.world.write(self._door, str(said["productId"]), int(said["bid"]), self._answer)

    async def read(self, _http: object) -> Reply:
        """The answer, if one comes within the total time-out."""
        if not await wait(self._answer, TOTAL_S):
            raise Lost("timeout")
        value = self._answer.value
        if isinstance(value, Lost):
            raise value
        return value

    def abort(self) -> None:
        """Nothing to do: what was written is on its way."""


class _Session:
    def __init__(self, world: World, line: Any) -> None:
        self._world, self._transitions = world, line

    async def cookie(self, *, fresh: bool) -> SecretStr | None:
        del fresh
        await pause(self._world.delay())
        return None if self._world.stormy and self._world.rng.random() < 0.01 else SecretStr("a-made-up-session")

    async def lost(self, _cookie: SecretStr, why: str) -> None:
        await self._transitions.session("expired", why)

    async def doubt(self, _cookie: SecretStr, why: str) -> None:
        await self._transitions.session("unchecked", why)


class _Site:
    base, metrics, site_clock = "http://site", Quiet(), Quiet()

    def __init__(self, world: World) -> None:
        self._world, self.gate = world, self

    async def admit(self, _purpose: object) -> None:
        await pause(self._world.rng.uniform(0, 0.2))
        if self._world.stormy and self._world.rng.random() < 0.02:
            raise UpstreamBusy("no token", retry_after=1)

    async def block(self, *_: object) -> None:
        await pause(0)


def write(world: World, door: Door, lot_id: str, dollars: int, answer: Box) -> None:
    """A body leaves: it is delivered or not, applied at once or late, and its answer comes whole, late, spoilt or never."""
    rng, loop = world.rng, world.loop
    late = rng.uniform(0.3, 16) if world.variant == "stalls" and world.stormy and rng.random() < 0.15 else 0.0
    if late:
        world.tally["stalls"] += 1
        door.process.frozen_until = loop.now + late
    loop.at(loop.now + late, lambda: _leave(world, door, lot_id, dollars, answer))


def _leave(world: World, door: Door, lot_id: str, dollars: int, answer: Box) -> None:
    rng, loop = world.rng, world.loop
    world.note(door.process.name, "WRITE", (door.intent, lot_id, dollars * 100), ())
    world.tally["writes"] += 1
    world.judge.written(door.intent, lot_id, dollars * 100, loop.now)
    world.on_write()
    if world.stormy and rng.random() < 0.08:
        loop.at(loop.now + rng.uniform(0.01, 2), lambda: rng.random() < 0.5 and loop.fill(answer, Lost("reset")))
        return
    world.upstream.on_the_way[lot_id].append(dollars * 100)
    slow = world.stormy and rng.random() < 0.2
    within = rng.uniform(0.3, 5.0) if slow else rng.uniform(0.01, 0.3)

    def arrive() -> None:
        world.upstream.on_the_way[lot_id].remove(dollars * 100)
        what, reply = world.upstream.apply(lot_id, dollars, loop.now)
        world.note("site", "APPLY", (lot_id, dollars * 100), (what,))
        back = loop.now + (rng.uniform(0.2, 6) if world.stormy and rng.random() < 0.1 else rng.uniform(0.005, 0.15))
        known: Reply | None = reply
        if world.stormy and rng.random() < 0.25:
            known = spoilt(rng, reply)
        if known is not None:
            loop.at(back, lambda: loop.fill(answer, known))
            if known is reply and world.stormy and rng.random() < 0.15:
                loop.at(loop.now + rng.uniform(0.05, 14), lambda: world.ghost(door.intent, reply))
        world.judge.look(loop.now)

    loop.at(loop.now + within, arrive)


async def submit(world: World, process: Process, intent: str) -> Outcome | None:
    """Bring one intent to its end as the shipped proxy does. None when the store did not answer on the way."""
    transitions, records = world.lines(process)
    made = Bids(
        _Site(world),  # type: ignore[arg-type]
        _Session(world, transitions),  # type: ignore[arg-type]
        transitions,
        records=records,
        clock=TrueClock(world),
        tls=Door(world, process, intent),  # type: ignore[arg-type]
        user_agent="",
        replica=process.name,
    )
    try:
        return await made._submit(intent)
    except BidwrightError:
        return None


async def ghost(world: World, process: Process, intent: str, reply: Reply) -> None:
    """The site's answer comes a second time: whoever hears it settles once more."""
    transitions, _ = world.lines(process)
    verdict = classify(reply, from_ms(world.wall_ms()))
    try:
        await transitions.settle(intent, verdict.state, verdict.why)
    except BidwrightError:
        return


@contextmanager
def shipped() -> Iterator[None]:
    """The shipped module, writing to the wire above instead of a socket, and silent."""
    with patch.multiple(bids, Wire=Wire, log=Quiet()):
        yield
