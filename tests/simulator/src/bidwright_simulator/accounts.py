"""Who may log in, and the sessions they hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

DEMO = "demo@example.invalid"
PASSWORD = "demo"
_DAYS_MS = 14 * 24 * 3600 * 1000


def user_id(email: str) -> int:
    """The number of an account; always the same for one address."""
    return 500_000 + zlib.crc32(email.lower().encode()) % 400_000


@dataclass
class Accounts:
    """
    Sessions by token, with the time each ends. Any address at example.invalid may log in with the demo password.
    """

    seed: str
    sessions: dict[str, tuple[int, int]] = field(default_factory=dict)
    made: int = 0

    def login(self, email: str, password: str, now: int) -> str | None:
        """The cookie value of a new session, or None when address or password are wrong."""
        if not email.lower().endswith("@example.invalid") or password != PASSWORD:
            return None
        return self.open(email, now)

    def open(self, email: str, now: int, lasts_ms: int = _DAYS_MS) -> str:
        """The cookie value of a new session: signed, URL-encoded, a user and a token inside."""
        self.made += 1
        token = hashlib.sha256(f"{self.seed}:token:{self.made}".encode()).hexdigest()[:32]
        self.sessions[token] = (user_id(email), now + lasts_ms)
        body = base64.urlsafe_b64encode(json.dumps({"userId": user_id(email), "token": token}).encode()).decode()
        return quote(f"{body}.{self._sign(body)}", safe="")

    def user(self, cookie: str | None, now: int) -> int | None:
        """Whose session the cookie value is, or None when it is none, forged or over."""
        body, _, signature = unquote(cookie or "").rpartition(".")
        if not body or not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        user, ends = self.sessions.get(json.loads(base64.urlsafe_b64decode(body))["token"], (None, 0))
        return user if ends > now else None

    def expire(self) -> int:
        """End every session; how many there were."""
        ended = len(self.sessions)
        self.sessions.clear()
        return ended

    def _sign(self, body: str) -> str:
        digest = hmac.new(f"{self.seed}:sign".encode(), body.encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode().rstrip("=")
