"""The workers: poller, bidder and sweeper, each following the shipped order of steps with every step in danger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError

from bidwright import Bid, Hold, Wait
from bidwright.clock import to_ms
from bidwright.errors import StoreDown
from bidwright.records import LotRecord, Records
from bidwright.transitions import Ticket, Transitions
from bidwright_bidder.refusals import PASSING, READ_AGAIN, explain

from .loop import Process, Task, pause, wait
from .proposals import propose, strategies
from .upstream import Page

if TYPE_CHECKING:
    from .world import World

POLL_LEASE_MS, BID_LEASE_MS, RENEW_S, SUBMIT_S = 7000, 2000, 0.5, 8.0
AHEAD_MS, VALID_MS = 1000, 5000
DOWN = (StoreDown, RedisError)


async def poller(world: World, process: Process) -> None:
    """Take what is due for a read and read it, each lot in a task of its own."""
    transitions, _ = world.lines(process)
    while True:
        try:
            taken = await transitions.take("poll", n=4, lease_ms=POLL_LEASE_MS)
            for ticket in taken.tickets:
                process.spawn(_poll(world, process, transitions, ticket))
        except DOWN:
            pass
        await pause(world.rng.uniform(0.5, 1.2))


async def _poll(world: World, process: Process, transitions: Transitions, ticket: Ticket) -> None:
    try:
        await read(world, process, transitions, ticket.lot_id)
        left = world.upstream.lots[ticket.lot_id].close - world.upstream.ms(world.loop.now)
        after = world.rng.uniform(1, 3) if left < 15_000 else world.rng.uniform(2, 6)
        await transitions.done("poll", ticket.lot_id, ticket.fence, round(after * 1000))
    except DOWN:
        return


async def read(world: World, process: Process, transitions: Transitions, lot_id: str) -> bool:
    """Read the lot's page and tell the store. False when it did not come. Raises StoreDown."""
    rng = world.rng
    started = await transitions.stamp()
    slow = world.stormy and rng.random() < 0.12
    there = rng.uniform(0.1, 2.2) if slow else rng.uniform(0.01, 0.1)
    await pause(there)
    page = world.upstream.page(lot_id, world.loop.now)
    await pause(rng.uniform(0.1, 2.3) if slow else rng.uniform(0.005, 0.1))
    if world.stormy and rng.random() < 0.04:
        return False
    world.tally["reads"] += 1
    if world.stormy and rng.random() < 0.06:
        process.spawn(_again(world, transitions, lot_id, started, page), after=rng.uniform(0.05, 4))
    await tell(world, transitions, lot_id, started, page)
    return True


async def _again(world: World, transitions: Transitions, lot_id: str, started: int, page: Page) -> None:
    """The same read arrives a second time."""
    try:
        await tell(world, transitions, lot_id, started, page)
    except DOWN:
        return


async def tell(world: World, transitions: Transitions, lot_id: str, started: int, page: Page) -> None:
    """OBSERVE, or SHOW when the page does not know who we are."""
    shown: dict[str, str | int] = {"allowed": 1, "bid_count": page.price // 100}
    known: dict[str, Any] = {"read_started": started, "status": page.status, "close": page.close, "price": page.price, "shown": shown}
    if (world.stormy and world.rng.random() < 0.08) or (page.status == "open" and page.next_bid <= 0):
        await transitions.show(lot_id, **known)
    else:
        await transitions.observe(lot_id, next_bid=page.next_bid, leading=page.leading, **known)


async def sweeper(world: World, process: Process) -> None:
    """Bring forward what is past its time; delete what is long over."""
    transitions, _ = world.lines(process)
    while True:
        try:
            await transitions.sweep()
            if world.judge.seen.head["session"] != "ok" and world.rng.random() < 0.3:
                await transitions.session("ok", "checked")
            if world.purges and world.rng.random() < 0.05:
                await transitions.purge(older_ms=5000, n=5)
        except DOWN:
            pass
        await pause(world.rng.uniform(0.5, 1.0))


async def bidder(world: World, process: Process) -> None:
    """Take lots up to a second ahead and hold each in a task of its own."""
    transitions, records = world.lines(process)
    given = strategies(world.rng)
    while True:
        try:
            taken = await transitions.take("bid", n=3, lease_ms=BID_LEASE_MS, ahead_ms=AHEAD_MS)
            for ticket in taken.tickets:
                process.spawn(Look(world, process, transitions, records, ticket, taken.now_ms, given).hold())
        except DOWN:
            pass
        await pause(world.rng.uniform(0.5, 1.2))


class Look:
    """
    One look at one taken lot: read the record, decide, make sure of a fresh read, RESERVE, submit, DONE.
    """

    def __init__(
        self, world: World, process: Process, transitions: Transitions, records: Records, ticket: Ticket, now_ms: int, given: Any
    ) -> None:
        self.world, self.process, self.transitions, self.records = world, process, transitions, records
        self.ticket, self.given = ticket, given
        self._told, self._told_at = now_ms, world.loop.now

    @property
    def steady_ms(self) -> int:
        """The store's steady time, as far as this worker can tell."""
        return self._told + round((self.world.loop.now - self._told_at) * 1000)

    async def hold(self) -> None:
        """Look while the lease is renewed; when it is lost the work stops where it is, as a cancelled task does."""
        look: Task = self.process.spawn(self._look())
        try:
            while not await wait(look.done, RENEW_S):
                if not await self.transitions.renew("bid", self.ticket.lot_id, self.ticket.fence, BID_LEASE_MS):
                    break
        except DOWN:
            pass
        if not look.done.full:
            look.turn += 1
            look.coro.close()
            self.process.tasks.discard(look)

    async def _look(self) -> None:
        try:
            after = await self._reconcile()
            await self.transitions.done("bid", self.ticket.lot_id, self.ticket.fence, round(after * 1000))
        except DOWN:
            return

    async def _reconcile(self) -> float:
        for _ in range(4):
            lot = await self.records.lot(self.ticket.lot_id)
            if lot is None:
                return 1800.0
            if lot.ask and not lot.inflight:
                intent, _, cents = lot.ask.rpartition(":")
                return await self._bid(lot, intent, int(cents))
            after = await self._decide(lot)
            if after is not None:
                return after
        return 1.0

    async def _decide(self, lot: LotRecord) -> float | None:
        """One step; None: look again at once."""
        if not lot.seen:
            await read(self.world, self.process, self.transitions, lot.id)
            return None
        reckless = self.world.stormy and self.world.rng.random() < 0.08  # a worker that forgot to look whether it may
        if not reckless and (lot.inflight or not lot.armed or lot.status != "open" or lot.leading):
            return self.world.rng.uniform(2, 30)
        strategy, params = self.given[lot.strategy if lot.strategy in self.given else "hostile"]
        intents = await self.records.intents(lot.id, 10)
        decision = propose(strategy, params, lot, intents, self.steady_ms, self.world.upstream.ms(self.world.loop.now))
        if isinstance(decision, Hold):
            return self.world.rng.uniform(2, 30)
        if isinstance(decision, Wait):
            left = (to_ms(decision.until) - self.world.upstream.ms(self.world.loop.now)) / 1000
            if left > AHEAD_MS / 1000:
                return left
            await pause(max(0.0, left))
            return None
        assert isinstance(decision, Bid)
        return await self._bid(lot, self.world.new_intent(), decision.amount.cents)

    async def _bid(self, lot: LotRecord, intent: str, cents: int) -> float:
        """Reserve and submit; a refusal for want of a fresh read is followed by one."""
        world = self.world
        for _ in range(3):
            age = self.steady_ms - lot.obs_started
            careless = world.stormy and world.rng.random() < 0.15  # reserves on what it has, whatever that is
            if not careless and not (0 < lot.obs_started > lot.settled and age <= self._max_age(lot)):
                await read(world, self.process, self.transitions, lot.id)
                lot = await self.records.lot(lot.id) or lot
            if world.stormy and world.rng.random() < 0.05:
                await pause(world.rng.uniform(0.1, 4))
            answer = await self.transitions.reserve(
                intent,
                lot.id,
                amount=cents,
                fence=self.ticket.fence,
                cap_ver=lot.cap_ver,
                obs_seq=lot.obs_seq,
                valid_ms=VALID_MS,
                max_obs_age_ms=self._max_age(lot),
            )
            if answer.ok or answer.state:
                return await self._submit(intent)
            if answer.why not in READ_AGAIN:
                break
            await read(world, self.process, self.transitions, lot.id)
            lot = await self.records.lot(lot.id) or lot
        refusal = explain(answer.why, lot)
        if world.stormy and lot.strategy == "hostile":  # tries its luck again soon
            return world.rng.uniform(0.5, 3)
        if lot.ask and answer.why not in PASSING:
            await self.transitions.configure(lot.id, {"ask": ""}, expect=lot.cap_ver)
        return refusal.again_s

    async def _submit(self, intent: str) -> float:
        """Hand it to a proxy, now and then to both; whoever does not answer is found out about by reading."""
        world = self.world
        await pause(world.delay())
        done = world.submit(intent)
        if world.stormy and world.rng.random() < 0.06:
            world.loop.at(world.loop.now + world.rng.uniform(0, 3), lambda: world.submit(intent))
        await wait(done, SUBMIT_S)
        return 2.5

    def _max_age(self, lot: LotRecord) -> int:
        last_minute = lot.close - self.world.upstream.ms(self.world.loop.now) <= 20_000  # seeds last a minute: the last third counts
        return 2000 if last_minute else 30_000
