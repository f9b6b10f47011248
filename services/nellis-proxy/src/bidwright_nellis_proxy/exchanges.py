"""Exchanges over HTTP: each admitted, counted, read in full and never larger than it should be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httpx
import stamina

from bidwright import Clock
from bidwright.errors import UpstreamChanged, UpstreamDown
from bidwright.runtime.logging import get_logger
from bidwright_nellis_proxy.gate import Gate, Purpose
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.replies import Reply, kept

log = get_logger(__name__)
LARGEST = 2 * 1024 * 1024
"""Bytes of an answer after decompression; more is no lot."""
_OF_MANY = ("list", "listings")
TIMEOUT_S = 6.0
"""A whole exchange."""
RETRY_WITHIN_S = 8.0
"""A second try begins no later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came back, the steady ms at which the request was admitted, and the round trip.
    """

    reply: Reply
    started_ms: int
    took_ms: float


class Exchanges:
    """
    Exchanges with one party, named *who* in sentences. Every attempt pays for itself at the gate.

    *judge* raises for what the party's answer means whatever was asked; *timed* gets the headers and when the request was sent.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        who: str,
        *,
        gate: Gate,
        clock: Clock,
        metrics: Metrics,
        judge: Callable[[Reply], Awaitable[None]],
        timed: Callable[[Mapping[str, str], float], None] | None = None,
    ) -> None:
        self._http, self._who = http, who
        self._gate, self._clock, self._metrics = gate, clock, metrics
        self._judge, self._timed = judge, timed

    async def ask(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """
        Do *send* (``once``, or what is around it). A failure that may pass is tried once more.

        Raises UpstreamBusy (no turn in time), UpstreamDown (not reached), UpstreamChanged (too large), StoreDown, and what *judge* raises.
        """
        async for attempt in stamina.retry_context(
            on=UpstreamDown, attempts=2, timeout=RETRY_WITHIN_S, wait_initial=0.15, wait_max=0.6, wait_jitter=0.3
        ):
            with attempt:
                return await send()
        raise AssertionError("the loop returns or raises")

    async def once(
        self, kind: str, request: httpx.Request, purpose: Purpose, *, leaving: Callable[[], Awaitable[None]] | None = None
    ) -> Answer:
        """
        Send *request* as soon as the gate lets it through. Raises as ``ask``, and what *leaving* raises in the line.

        A request that tells of many lots goes ahead of single reads of its rank; who asks sees to it that it does not take all turns.
        """
        async with self._gate.through(purpose, ahead=kind in _OF_MANY, leaving=leaving) as started_ms:
            reply, took = await self._sent(kind, request)
        await self._judge(reply)
        return Answer(reply, started_ms, took * 1000)

    async def admitted(self, kind: str, request: httpx.Request) -> Reply:
        """Send *request*, which has its token already, at this very moment. Raises as ``ask``."""
        reply, _ = await self._sent(kind, request)
        await self._judge(reply)
        return reply

    async def _sent(self, kind: str, request: httpx.Request) -> tuple[Reply, float]:
        """The whole answer, and the seconds it took."""
        sent = self._clock.monotonic()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reply = await self._exchange(request, sent)
        except (httpx.HTTPError, TimeoutError) as error:
            self._metrics.requests.labels(kind, "down").inc()
            # The library's text may quote what was sent; its type says enough.
            raise UpstreamDown(f"The {self._who} did not answer ({type(error).__name__}).") from None
        except UpstreamChanged:
            self._metrics.requests.labels(kind, "too-large").inc()
            raise
        took = self._clock.monotonic() - sent
        self._metrics.seconds.labels(kind).observe(took)
        self._metrics.requests.labels(kind, f"{reply.status // 100}xx").inc()
        log.debug("site.answered", kind=kind, status=reply.status, took_ms=round(took * 1000))
        return reply, took

    async def _exchange(self, request: httpx.Request, sent: float) -> Reply:
        response = await self._http.send(request, stream=True)
        try:
            headers = kept(response.headers.items())
            if self._timed is not None:
                self._timed(headers, sent)
            raw = bytearray()
            async for piece in response.aiter_bytes():
                raw += piece
                if len(raw) > LARGEST:
                    raise UpstreamChanged(f"The {self._who}'s answer is larger than any that is right; it was not read.")
        finally:
            await response.aclose()
        return Reply(response.status_code, raw.decode("utf-8", "replace"), headers)
