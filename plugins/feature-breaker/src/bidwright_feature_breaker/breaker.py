"""One replica's side of the breaker: pybreaker counts and decides here, the store holds what all replicas know."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pybreaker

from bidwright import Clock, Fetch, SharedBreaker, SiteCall
from bidwright.errors import BidwrightError, StoreDown, UpstreamBusy, UpstreamCached, UpstreamDown

ASK_EVERY_S = 0.5
"""How old the store's word may be: a trip by another replica is known here after this long."""


class Breaker:
    """
    Wraps reads. Counts time-outs, connection errors and 5xx; answers of any other kind are good; waiting and cancelled reads say nothing.
    """

    def __init__(self, fetch: Fetch, shared: SharedBreaker, clock: Clock) -> None:
        self._fetch, self._shared, self._clock = fetch, shared, clock
        # the time that it stays open is the store's business: here it only ever closes because the store says so
        self._count = pybreaker.CircuitBreaker(fail_max=shared.failures, reset_timeout=10**9, throw_new_error_on_trip=False)
        self._gen = "0"
        self._asked = self._shut_until = float("-inf")

    async def __call__(self, call: SiteCall) -> Any:
        """Make the read if it may go. Raises UpstreamBusy at once while the site is left alone, and what the read raises."""
        gen, probing = await self._admit(may_probe=call.is_lot)
        try:
            answer = await self._fetch(call if probing else call.checked(self._still))
        except UpstreamCached:
            await self._good(gen, probing=probing)
            raise
        except UpstreamDown as error:
            await self._bad(gen, error, probing=probing)
            raise
        except (UpstreamBusy, StoreDown):  # it was told to wait, or never left: no word about the site's health
            raise
        except BidwrightError:
            await self._good(gen, probing=probing)
            raise
        await self._good(gen, probing=probing)
        return answer

    async def _still(self) -> None:
        """A read that was admitted has waited for its turn since. Raises UpstreamBusy when the site is left alone by now."""
        await self._admit(may_probe=False)

    async def _admit(self, *, may_probe: bool) -> tuple[str, bool]:
        now = self._clock.monotonic()
        if now < self._shut_until:
            raise self._refused(self._shut_until - now)
        if now - self._asked < ASK_EVERY_S and self._count.current_state == pybreaker.STATE_CLOSED:
            return self._gen, False
        word, gen, wait_s = await self._shared.ask(may_probe=may_probe)
        if word == "wait":
            self._count.open()
            self._gen, self._asked = gen, now
            self._shut_until = now + min(wait_s, ASK_EVERY_S)
            raise self._refused(wait_s)
        if gen != self._gen or self._count.current_state != pybreaker.STATE_CLOSED:
            self._count.close()
        self._gen, self._asked = gen, now
        return gen, word == "probe"

    def _refused(self, wait_s: float) -> UpstreamBusy:
        self._shared.count("refused")
        return UpstreamBusy("The site failed several times in a row, so it is left alone for a moment.", max(wait_s, 0.1))

    async def _good(self, gen: str, *, probing: bool) -> None:
        self._shared.count("ok")
        if probing:
            await self._tell("good", gen, "")
        elif gen == self._gen and self._count.current_state == pybreaker.STATE_CLOSED:
            self._count.call(bool)

    async def _bad(self, gen: str, error: UpstreamDown, *, probing: bool) -> None:
        self._shared.count("failed")
        if probing:
            await self._tell("bad", gen, str(error))
        elif gen == self._gen and self._count.current_state == pybreaker.STATE_CLOSED:
            with suppress(UpstreamDown, pybreaker.CircuitBreakerError):
                self._count.call(_again, error)  # instantly: its lock is never held over an await
            if self._count.current_state == pybreaker.STATE_OPEN:
                await self._tell("trip", gen, str(error))

    async def _tell(self, what: Any, gen: str, why: str) -> None:
        self._asked = float("-inf")  # what it came to is asked before the next read
        with suppress(StoreDown):  # the lease of a probe ends by itself, and failures are counted anew
            await self._shared.tell(what, gen, why)


def _again(error: UpstreamDown) -> None:
    raise error
