"""
The owner's session at the site: sealed in the store, opened only here, believed only after a check.

Its value lives in memory as a SecretStr and goes nowhere but into requests to the site.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.errors import BadInput, StoreDown, UpstreamError
from bidwright.runtime.logging import get_logger, secret
from bidwright.runtime.pace import pause
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.seal import Seal, Unreadable
from bidwright_nellis_proxy.site import Site

log = get_logger(__name__)
NAME = "__session"
_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,4096}")  # what RFC 6265 allows in a cookie: nothing that ends a header
_FRESH_S = 1.0
_CONFIRM_EVERY_S = 10.0
"""Least time between two checks that our own doubts cause."""
_FIRST_RETRY_S, _LONGEST_RETRY_S = 2.0, 60.0


@dataclass(frozen=True, slots=True)
class State:
    """
    What is known of the session: ok, expired, missing, unchecked or unreadable, and why. *checked_at_ms* is wall time.
    """

    word: str
    why: str = ""
    checked_at_ms: int = 0


class Session:
    """
    One session for all replicas: each looks at the record at most once a second.
    """

    def __init__(self, redis: Redis, transitions: Transitions, *, seal: Seal, site: Site, clock: Clock, prefix: str = "bw:") -> None:
        self._redis: Any = redis  # the library types replies as bytes or text; ours are text
        self._key = f"{prefix}session"
        self._transitions = transitions
        self._seal = seal
        self._site = site
        self._clock = clock
        self._state = State("missing")
        self._cookie: SecretStr | None = None
        self._opened: tuple[str, str] = ("", "")
        self._looked = self._checked = float("-inf")
        self._check_at: float | None = None
        self._retry_s = _FIRST_RETRY_S
        self._busy = asyncio.Lock()

    async def state(self, *, fresh: bool = False) -> State:
        """What is known, at most a second old; *fresh* looks now. Raises StoreDown."""
        if fresh or self._clock.monotonic() - self._looked >= _FRESH_S:
            await self._look()
        return self._state

    async def cookie(self, *, fresh: bool = False) -> SecretStr | None:
        """The value to send, or None when there is none or it is known to be over. Raises StoreDown."""
        state = await self.state(fresh=fresh)
        return self._cookie if state.word in ("ok", "unchecked") else None

    async def keep(self, cookies: str) -> State:
        """
        Check the ``__session`` of a Cookie header, seal it and keep it. Other cookies are dropped.

        Raises BadInput when it is not there, StoreDown.
        """
        cookie = _session_of(cookies)
        word, why = await self._ask_account(cookie)
        await self._tell(word, why, self._seal.close(cookie.get_secret_value()))
        self._plan_check(again=word == "unchecked")
        return await self.state(fresh=True)

    async def check(self) -> State:
        """Ask the site whether the session still stands. Raises StoreDown."""
        async with self._busy:
            state = await self.state(fresh=True)
            cookie = self._cookie
            if cookie is None:
                return state
            word, why = await self._ask_account(cookie)
            if await self._is_current(cookie):
                if word == "unchecked" and state.word in ("ok", "expired"):
                    word, why = state.word, state.why  # not reaching the site is no news about the session
                    self._plan_check(again=True)
                else:
                    await self._tell(word, why)
                    self._plan_check(again=word == "unchecked")
            return await self.state(fresh=True)

    async def lost(self, cookie: SecretStr, why: str) -> None:
        """An answer to *cookie* said that the session is over: bidding stops at once, one check follows. Raises StoreDown."""
        if not await self._is_current(cookie) or self._state.word == "expired":
            return
        await self._tell("expired", why)
        self._check_at = max(self._clock.monotonic(), self._checked + _CONFIRM_EVERY_S)
        await self.state(fresh=True)

    async def doubt(self, cookie: SecretStr, why: str) -> None:
        """An answer to *cookie* was not what a session gets, but no proof either: bidding waits for a check. Raises StoreDown."""
        if await self._is_current(cookie) and self._state.word == "ok":
            await self._tell("unchecked", why)
            self._plan_check(again=True)
            await self.state(fresh=True)

    async def proved(self, cookie: SecretStr) -> None:
        """An answer to *cookie* carried the user's own state, which the site shows to nobody else. Raises StoreDown."""
        if self._state.word == "unchecked" and await self._is_current(cookie) and self._state.word == "unchecked":
            await self._tell("ok", "")
            self._plan_check(again=False)
            await self.state(fresh=True)

    async def holds_after_all(self, cookie: SecretStr) -> bool:
        """Whether *cookie* is good although a page did not say who leads; asks the site at most every ten seconds. Raises StoreDown."""
        if self._busy.locked():
            async with self._busy:  # somebody else's check is under way: its answer is ours
                pass
        elif self._clock.monotonic() - self._checked >= _CONFIRM_EVERY_S:
            await self.check()
        return await self._is_current(cookie) and self._state.word == "ok"

    async def watch(self) -> None:
        """One step of the loop that keeps the record in view and checks what is due. Raises StoreDown."""
        await pause(self._clock, _FRESH_S)
        state = await self.state(fresh=True)
        if state.word == "unchecked" and self._check_at is None:
            self._check_at = self._clock.monotonic()
        if self._check_at is not None and self._clock.monotonic() >= self._check_at:
            self._check_at = None
            await self.check()

    async def _ask_account(self, cookie: SecretStr) -> tuple[str, str]:
        """The state that the account page proves, and why."""
        self._checked = self._clock.monotonic()
        try:
            answer = await self._site.ask("account", "/account", purpose=Purpose.RECONCILE, cookie=cookie)
        except UpstreamError as error:
            return "unchecked", str(error)
        reply = answer.reply
        if reply.logged_out or reply.redirect or reply.is_login_page:
            return "expired", "the site does not take us for logged in; log in there and sync the session again"
        if reply.status == 200:  # noqa: PLR2004 - HTTP
            return "ok", ""
        return "unchecked", f"the site answered {reply.status} to the check"

    async def _tell(self, word: str, why: str, sealed: tuple[str, str] | None = None) -> None:
        await self._transitions.session(word, why, sealed)
        if word != self._state.word:
            log.info("session.changed", state=word, why=why)

    async def _is_current(self, cookie: SecretStr) -> bool:
        await self.state(fresh=True)
        return self._cookie == cookie

    def _plan_check(self, *, again: bool) -> None:
        self._check_at = self._clock.monotonic() + self._retry_s if again else None
        self._retry_s = min(self._retry_s * 2, _LONGEST_RETRY_S) if again else _FIRST_RETRY_S

    async def _look(self) -> None:
        try:
            word, why, at, sealed, kid = await self._redis.hmget(self._key, ["state", "why", "checked_at", "sealed", "kid"])
        except RedisError as error:
            raise StoreDown(f"Redis did not answer (session): {type(error).__name__}") from error
        self._looked = self._clock.monotonic()
        self._state = State(word or "missing", why or "", int(at or 0))
        if (sealed or "", kid or "") != self._opened:
            await self._open(sealed or "", kid or "")

    async def _open(self, sealed: str, kid: str) -> None:
        self._opened, self._cookie = (sealed, kid), None
        if not sealed:
            return
        try:
            value = self._seal.open(sealed, kid)
        except Unreadable:
            why = "the stored session was sealed with another key; log in at the site and sync the session again"
            await self._tell("unreadable", why)
            self._state = State("unreadable", why, self._state.checked_at_ms)
            return
        self._cookie = SecretStr(value)
        secret(value)
        if self._state.word == "unreadable":  # the right key is back
            await self._tell("unchecked", "")
            self._state = State("unchecked", "", self._state.checked_at_ms)
        if kid != self._seal.kid:
            await self._tell(self._state.word, self._state.why, self._seal.close(value))


def _session_of(cookies: str) -> SecretStr:
    """The session cookie's value out of a Cookie header. Raises BadInput."""
    found = [value.strip() for name, _, value in (part.partition("=") for part in cookies.split(";")) if name.strip() == NAME]
    if not found or not found[-1]:
        raise BadInput(f"There is no {NAME} cookie in what was sent; log in at the auction site, then sync the session.", "cookies")
    if _VALUE.fullmatch(found[-1]) is None:
        raise BadInput(f"The {NAME} cookie has characters that no cookie may have; sync the session again.", "cookies")
    secret(found[-1])
    return SecretStr(found[-1])
