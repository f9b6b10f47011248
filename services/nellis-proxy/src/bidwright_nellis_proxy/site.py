"""One request to the site: admitted, never redirected, never larger than it should be; troubles named by what happens next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import stamina
from pydantic import SecretStr

from bidwright import Clock, Fetch, SiteCall
from bidwright.errors import UpstreamBusy, UpstreamCached, UpstreamChanged, UpstreamDown
from bidwright.runtime.logging import get_logger
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.gate import LANES, Gate, Purpose
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.offset import SiteClock
from bidwright_nellis_proxy.replies import DEFAULT_WAIT_S, Reply, http_date, kept

log = get_logger(__name__)
LARGEST = 2 * 1024 * 1024
"""Bytes of an answer after decompression; more is no lot."""
TIMEOUT_S = 6.0
"""A whole exchange."""
RETRY_WITHIN_S = 8.0
"""A second try begins no later."""
CHALLENGE = "The site asks for a captcha. Open it in a browser, answer it there, and sync the session again."
CHALLENGE_WAIT_S = 60.0
"""Pause of all replicas after a captcha or bot check."""
_TOO_MANY, _SERVER_ERROR = 429, 500


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came back, the steady ms at which the request was admitted, and the round trip.
    """

    reply: Reply
    started_ms: int
    took_ms: float


def client(user_agent: str, *hosts: str, timeout: httpx.Timeout | None = None, connections: int = LANES) -> httpx.AsyncClient:
    """
    An HTTP client that reaches only the *hosts* (host or host:port), follows nothing and retries nothing.
    """
    allowed = frozenset(hosts)

    async def stay_home(request: httpx.Request) -> None:
        if request.url.netloc.decode("ascii") not in allowed:
            raise UpstreamDown("A request to a host other than the auction site was refused.")

    return httpx.AsyncClient(
        headers={"User-Agent": user_agent, "Accept-Language": "en-US,en;q=0.9"},
        timeout=timeout or httpx.Timeout(5.0, connect=3.0),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=15.0),
        follow_redirects=False,
        trust_env=False,
        event_hooks={"request": [stay_home]},
    )


def host_of(address: str) -> str:
    """Host and port of an address, as requests to it name them."""
    return httpx.URL(address).netloc.decode("ascii")


class Site:
    """
    Reads of the site. Every attempt pays for itself at the gate.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        base: str,
        *,
        gate: Gate,
        transitions: Transitions,
        clock: Clock,
        site_clock: SiteClock,
        metrics: Metrics,
    ) -> None:
        self.base = base
        self.gate = gate
        self.clock = clock
        self.site_clock = site_clock
        self.metrics = metrics
        self.fetch: Fetch = self.plain
        """What reads go through: plain calls, or what plugins put around them."""
        self._http = http
        self._transitions = transitions

    async def ask(
        self, kind: str, path: str, *, purpose: Purpose, cookie: SecretStr | None = None, body: str | None = None, accept: str = "*/*"
    ) -> Answer:
        """
        GET *path*, or POST the text *body* there. A failure that may pass is tried once more.

        Raises UpstreamBusy (wait), UpstreamDown (not reached, failed, cached), UpstreamChanged (a bot check, too large), StoreDown.
        """
        async for attempt in stamina.retry_context(
            on=UpstreamDown, attempts=2, timeout=RETRY_WITHIN_S, wait_initial=0.15, wait_max=0.6, wait_jitter=0.3
        ):
            with attempt:
                request = self._request(path, cookie, body, accept)
                call = SiteCall(kind, "reconcile" if purpose is Purpose.RECONCILE else "poll", request)
                answer: Answer = await self.fetch(call)
                return answer
        raise AssertionError("the loop returns or raises")

    def _request(self, path: str, cookie: SecretStr | None, body: str | None, accept: str) -> httpx.Request:
        headers = {"Accept": accept, "Cache-Control": "no-cache", "Referer": self.base + urlsplit(path).path}
        if cookie is not None:
            headers["Cookie"] = f"__session={cookie.get_secret_value()}"
        if body is not None:
            headers |= {"Content-Type": "text/plain;charset=UTF-8", "Origin": self.base}
        return self._http.build_request("GET" if body is None else "POST", self.base + path, headers=headers, content=body)

    async def plain(self, call: SiteCall) -> Answer:
        """Make one read, with nothing around it: admitted at the gate, sent once, its answer judged. Raises as ``ask``."""
        kind, purpose = call.kind, Purpose[call.purpose.upper()]
        request: httpx.Request = call.request
        async with self.gate.through(purpose) as started_ms:
            sent = self.clock.monotonic()
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    reply = await self._exchange(request, sent)
            except (httpx.HTTPError, TimeoutError) as error:
                self.metrics.requests.labels(kind, "down").inc()
                # The library's text may quote what was sent; its type says enough.
                raise UpstreamDown(f"The auction site did not answer ({type(error).__name__}).") from None
            except UpstreamChanged:
                self.metrics.requests.labels(kind, "too-large").inc()
                raise
        took = self.clock.monotonic() - sent
        self.metrics.seconds.labels(kind).observe(took)
        self.metrics.requests.labels(kind, f"{reply.status // 100}xx").inc()
        log.debug("site.answered", kind=kind, status=reply.status, took_ms=round(took * 1000))
        await self._judge(reply)
        return Answer(reply, started_ms, took * 1000)

    async def touch(self) -> None:
        """
        The smallest request there is, sent at this very moment or not at all, for the time that its answer carries.

        Raises UpstreamBusy when the budget has no token left for it now, UpstreamDown, StoreDown.
        """
        await self.gate.at_once()
        sent = self.clock.monotonic()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reply = await self._exchange(self._http.build_request("HEAD", f"{self.base}/robots.txt"), sent)
        except (httpx.HTTPError, TimeoutError) as error:
            self.metrics.requests.labels("clock", "down").inc()
            raise UpstreamDown(f"The auction site did not answer ({type(error).__name__}).") from None
        self.metrics.requests.labels("clock", f"{reply.status // 100}xx").inc()
        await self._judge(reply)

    async def _exchange(self, request: httpx.Request, sent: float) -> Reply:
        response = await self._http.send(request, stream=True)
        try:
            headers = kept(response.headers.items())
            date = http_date(headers.get("date", ""))
            if date is not None and "age" not in headers:
                self.site_clock.sample(sent, self.clock.monotonic(), date)
            raw = bytearray()
            async for piece in response.aiter_bytes():
                raw += piece
                if len(raw) > LARGEST:
                    raise UpstreamChanged("The site's answer is larger than any lot page; it was not read.")
        finally:
            await response.aclose()
        return Reply(response.status_code, raw.decode("utf-8", "replace"), headers)

    async def _judge(self, reply: Reply) -> None:
        """Troubles that have nothing to do with what was asked."""
        wait_s = reply.retry_after_s(self.clock.now())
        if reply.is_challenge:
            await self.block(CHALLENGE_WAIT_S, "challenge")
            await self._transitions.format("broken", CHALLENGE)
            raise UpstreamChanged(CHALLENGE)
        if reply.status == _TOO_MANY:
            wait_s = DEFAULT_WAIT_S if wait_s is None else wait_s
            await self.block(wait_s, "too-many-requests")
            raise UpstreamBusy("The site asked us to slow down.", max(wait_s, 0.1))
        if reply.status >= _SERVER_ERROR:
            if wait_s:
                await self.block(wait_s, "unavailable")
            raise UpstreamDown(f"The auction site failed ({reply.status}).")
        if reply.age_s > 0:
            raise UpstreamCached("The site's answer came from a cache (cached); it says nothing about now.")

    async def block(self, wait_s: float, why: str) -> None:
        """Keep all replicas away from the site for a while."""
        await self._transitions.block(round(wait_s * 1000))
        log.warning("site.blocked", why=why, wait_s=round(wait_s, 1))
