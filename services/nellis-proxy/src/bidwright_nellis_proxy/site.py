"""Requests to the site: where they may go, what they carry, and troubles named by what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bidwright import Clock, Fetch, SiteCall
from bidwright.errors import UpstreamBusy, UpstreamCached, UpstreamChanged, UpstreamDown
from bidwright.runtime.logging import get_logger
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.certificates import tls
from bidwright_nellis_proxy.exchanges import Answer, Exchanges
from bidwright_nellis_proxy.gate import LANES, Gate, Purpose
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.offset import SiteClock
from bidwright_nellis_proxy.replies import DEFAULT_WAIT_S, Reply, http_date

log = get_logger(__name__)
CHALLENGE = "The site asks for a captcha. Open it in a browser, answer it there, and sync the session again."
CHALLENGE_WAIT_S = 60.0
"""Pause of all replicas after a captcha or bot check."""
_TOO_MANY, _SERVER_ERROR = 429, 500
_Word = Literal["decide", "reconcile", "poll"]
_WORDS: dict[Purpose, _Word] = {Purpose.DECIDE: "decide", Purpose.RECONCILE: "reconcile"}


def client(user_agent: str, *hosts: str, timeout: httpx.Timeout | None = None, connections: int = LANES) -> httpx.AsyncClient:
    """
    An HTTP client that reaches only the *hosts* (host or host:port), follows nothing and retries nothing.

    One that begins with a dot stands for every host below it, on the usual port.
    """
    allowed = frozenset(hosts)
    domains = tuple(host for host in hosts if host.startswith("."))

    async def stay_home(request: httpx.Request) -> None:
        host = request.url.netloc.decode("ascii")
        if host not in allowed and not host.endswith(domains):
            raise UpstreamDown("A request to a host other than the auction site was refused.")

    return httpx.AsyncClient(
        verify=tls(),
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
        self._exchanges = Exchanges(http, "auction site", gate=gate, clock=clock, metrics=metrics, judge=self._judge, timed=self._timed)

    async def ask(
        self, kind: str, path: str, *, purpose: Purpose, cookie: SecretStr | None = None, body: str | None = None, accept: str = "*/*"
    ) -> Answer:
        """
        GET *path*, or POST the text *body* there. A failure that may pass is tried once more.

        Raises UpstreamBusy (wait), UpstreamDown (not reached, failed, cached), UpstreamChanged (a bot check, too large), StoreDown.
        """
        word = _WORDS.get(purpose, "poll")

        async def send() -> Answer:
            answer: Answer = await self.fetch(SiteCall(kind, word, self._request(path, cookie, body, accept)))
            return answer

        return await self._exchanges.ask(send)

    def _request(self, path: str, cookie: SecretStr | None, body: str | None, accept: str) -> httpx.Request:
        headers = {"Accept": accept, "Cache-Control": "no-cache", "Referer": self.base + urlsplit(path).path}
        if cookie is not None:
            headers["Cookie"] = f"__session={cookie.get_secret_value()}"
        if body is not None:
            headers |= {"Content-Type": "text/plain;charset=UTF-8", "Origin": self.base}
        return self._http.build_request("GET" if body is None else "POST", self.base + path, headers=headers, content=body)

    async def plain(self, call: SiteCall) -> Answer:
        """Make one read, with nothing around it: admitted at the gate, sent once, its answer judged. Raises as ``ask``."""
        return await self._exchanges.once(call.kind, call.request, Purpose[call.purpose.upper()], leaving=call.leaving)

    async def touch(self) -> None:
        """
        The smallest request there is, sent at this very moment or not at all, for the time that its answer carries.

        Raises UpstreamBusy when the budget has no token left for it now, UpstreamDown, StoreDown.
        """
        await self.gate.at_once()
        await self._exchanges.admitted("clock", self._http.build_request("HEAD", f"{self.base}/robots.txt"))

    def _timed(self, headers: Mapping[str, str], sent: float) -> None:
        """What an answer that came fresh from the site says about its clock."""
        date = http_date(headers.get("date", ""))
        if date is not None and "age" not in headers:
            self.site_clock.sample(sent, self.clock.monotonic(), date)

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
