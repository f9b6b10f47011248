"""The probe: reads one lot in every way there is, one request in two seconds, and says what of the site is settled by it. It never bids."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.errors import BidwrightError, Conflict, StoreDown
from bidwright.runtime.site_time import EXACT_MS
from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.exchanges import Answer
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.live import Live
from bidwright_nellis_proxy.lots import lot_in, my_lots_in
from bidwright_nellis_proxy.reads import Reads, check_id
from bidwright_nellis_proxy.search import Search
from bidwright_nellis_proxy.session import Session
from bidwright_nellis_proxy.site import Site
from bidwright_nellis_proxy.ways import ACCEPT, Way, decoded, lot_path, mine_path
from bidwright_proto.v1 import site_pb2

KEY = "probe"
"""Where the newest result is kept, below the store's prefix."""
_PAUSE_S, _LISTEN_S, _AT_MOST_MS = 2.0, 6.0, 90_000
_NAMES = {Way.PAGE: "the lot's page", Way.DATA: "its .data address", Way.LOADER: "its ?_data= address"}
Finding = site_pb2.Finding


class Probe:
    """
    One probe at a time over all replicas.
    """

    def __init__(
        self, site: Site, session: Session, *, reads: Reads, live: Live, search: Search, redis: Redis, clock: Clock, prefix: str = "bw:"
    ) -> None:
        self._site, self._session, self._reads, self._live, self._search = site, session, reads, live, search
        self._redis: Any = redis
        self._clock, self._prefix = clock, prefix

    async def run(self, lot_id: str) -> site_pb2.ProbeReply:
        """
        Look, keep what was found, and give it. Raises BadInput, Conflict (one is under way), StoreDown.
        """
        if lot_id:
            check_id(lot_id)
        try:
            if not await self._redis.set(f"{self._prefix}{KEY}:busy", "1", nx=True, px=_AT_MOST_MS):
                raise Conflict("A probe is under way; wait a minute and look at its result.")
            try:
                reply = await self._look(lot_id)
                await self._keep(reply)
            finally:
                await self._redis.delete(f"{self._prefix}{KEY}:busy")
        except RedisError as error:
            raise StoreDown(f"Redis did not answer (probe): {type(error).__name__}") from error
        return reply

    async def _keep(self, reply: site_pb2.ProbeReply) -> None:
        found = [{"name": f.name, "state": f.state, "sentence": f.sentence} for f in reply.findings]
        await self._redis.set(f"{self._prefix}{KEY}", msgspec.json.encode({"at": reply.at_ms, "lot": reply.lot_id, "findings": found}))

    async def _look(self, lot_id: str) -> site_pb2.ProbeReply:
        findings: list[Finding] = []
        if not lot_id:
            lot_id = await self._some_lot(findings)
        if lot_id:
            lots = await self._by_every_way(lot_id, findings)
            findings.append(await self._settled("batch", self._batch, lot_id))
            findings += [_user_state(lots, signed_in=await self._session.cookie() is not None), _soft_close(lots)]
            findings.append(await self._live_events(lot_id))
        findings.append(await self._settled("account-list", self._mine))
        findings.append(self._clock_width())
        return site_pb2.ProbeReply(findings=findings, at_ms=to_ms(self._clock.now()), lot_id=lot_id)

    async def _some_lot(self, findings: list[Finding]) -> str:
        try:
            reply = await self._search.find(site_pb2.SearchRequest(hits_per_page=1))
        except StoreDown:
            raise
        except BidwrightError as error:
            findings.append(Finding(name="lot", state="open", sentence=f"No lot to look at: {error} Watch one, then try again."))
            return ""
        await self._clock.sleep(_PAUSE_S)
        if not reply.hits:
            findings.append(
                Finding(name="lot", state="open", sentence="No lot to look at: the search index names none. Watch one, then try again.")
            )
            return ""
        return reply.hits[0].lot_id

    async def _by_every_way(self, lot_id: str, findings: list[Finding]) -> dict[Way, site_pb2.Lot]:
        lots: dict[Way, site_pb2.Lot] = {}

        async def one(way: Way) -> Finding:
            answer = await self._ask(lot_path(way, lot_id), way)
            data = decoded(answer.reply, way)
            lots[way] = lot_in(data.root, lot_id, self._site.base)
            dated = "with a date" if "date" in answer.reply.headers else "without a Date header"
            return _ok(way.value, f"The site answers {_NAMES[way]} in the format {data.name}, {dated}, in {answer.took_ms:.0f} ms.")

        findings += [await self._settled(way.value, one, way) for way in Way]
        return lots

    async def _ask(self, path: str, way: Way) -> Answer:
        return await self._site.ask("probe", path, purpose=Purpose.POLL, cookie=await self._session.cookie(), accept=ACCEPT[way])

    async def _settled(self, name: str, look: Callable[..., Awaitable[Finding]], *args: Any) -> Finding:
        """What *look* found, and then a pause. A trouble is a finding. Raises StoreDown."""
        try:
            return await look(*args)
        except StoreDown:
            raise
        except NotUnderstood as error:
            return Finding(name=name, state="warn", sentence=f"The site does not offer this in a format that we understand ({error}).")
        except BidwrightError as error:
            return Finding(name=name, state="warn", sentence=str(error))
        finally:
            await self._clock.sleep(_PAUSE_S)

    async def _batch(self, lot_id: str) -> Finding:
        found = await self._reads.lots([lot_id], Purpose.POLL)
        if not found.lots:
            return Finding(name="batch", state="warn", sentence="The batch read answers, but without this lot; it may have closed.")
        return _ok("batch", "One request reads many lots.")

    async def _mine(self) -> Finding:
        if await self._session.cookie() is None:
            return Finding(
                name="account-list", state="open", sentence="Whether the account's list can be read needs a session; log in and sync it."
            )
        troubles: list[str] = []
        for way in (Way.LOADER, Way.PAGE, Way.DATA):
            if troubles:
                await self._clock.sleep(_PAUSE_S)
            try:
                answer = await self._ask(mine_path(way), way)
                if answer.reply.logged_out:
                    return Finding(name="account-list", state="warn", sentence=f"The session is over: {answer.reply.logged_out}.")
                lots = my_lots_in(decoded(answer.reply, way).root, self._site.base)
            except NotUnderstood as error:
                troubles.append(f"{way.value}: {error}")
            else:
                return _ok("account-list", f"The account's list is there ({way.value}), with {len(lots)} lots.")
        return Finding(name="account-list", state="warn", sentence=f"The account's list is not understood: {'; '.join(troubles)}.")

    async def _live_events(self, lot_id: str) -> Finding:
        if not self._live.offered:
            return Finding(name="live-events", state="open", sentence="Live events are off; lots are polled.")
        with self._live.subscribe() as subscription:
            subscription.want([lot_id])
            listening = asyncio.ensure_future(_connected(subscription.events()))
            nap = asyncio.ensure_future(self._clock.sleep(_LISTEN_S))
            try:
                await asyncio.wait({listening, nap}, return_when=asyncio.FIRST_COMPLETED)
                came = listening.done()
            finally:
                for task in (listening, nap):
                    task.cancel()
                await asyncio.gather(listening, nap, return_exceptions=True)
        if came:
            return _ok("live-events", "Live events of the lot arrive; what they carry is used only to look sooner.")
        return Finding(name="live-events", state="warn", sentence=f"No live events within {_LISTEN_S:.0f} s; lots are polled.")

    def _clock_width(self) -> Finding:
        offset = self._site.site_clock.offset(self._clock.monotonic(), self._clock.now())
        if offset is None:
            return Finding(name="clock", state="warn", sentence="The site sends no date that its clock could be measured by.")
        words = f"The site's clock is known to ± {offset.width_ms / 2000:.2f} s"
        if not offset.trusted:
            return Finding(name="clock", state="warn", sentence=f"{words}; its answers contradict each other, so bids are made earlier.")
        narrow = "" if offset.width_ms <= EXACT_MS else "; it is measured better while a timed bid is near"
        return _ok("clock", f"{words}{narrow}.")


async def _connected(events: Any) -> None:
    async for event in events:
        if event.kind == site_pb2.LiveEvent.KIND_CONNECTED:
            return


def _ok(name: str, sentence: str) -> Finding:
    return Finding(name=name, state="ok", sentence=sentence)


def _user_state(lots: dict[Way, site_pb2.Lot], *, signed_in: bool) -> Finding:
    """Which ways say who leads."""
    telling = [way.value for way, lot in lots.items() if lot.has_user_state]
    if telling:
        return _ok("user-state", f"Reads say who leads and what may be bid next ({', '.join(telling)}).")
    if not signed_in:
        return Finding(name="user-state", state="open", sentence="Whether reads say who leads needs a session; log in and sync it.")
    return Finding(name="user-state", state="fail", sentence="No read says who leads, though there is a session: nothing can be bid.")


def _soft_close(lots: dict[Way, site_pb2.Lot]) -> Finding:
    """Whether a moved close can be told from a planned one."""
    telling = next((lot for lot in lots.values() if lot.extension_s > 0), None)
    if telling is None:
        return Finding(
            name="soft-close", state="warn", sentence="The site does not say by how much a late bid moves the close; 30 s is assumed."
        )
    first = ", and when it was planned" if telling.initial_close_ms else ""
    return _ok("soft-close", f"The site says that a late bid moves the close to {telling.extension_s} s later{first}.")
