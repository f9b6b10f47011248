"""
What an answer to a bid proves: the only place where "definite" is decided.

Three rules explain every row. When the answer does not prove whether the bid stands, it is UNKNOWN and a read decides after the quarantine.
An answer that takes us for somebody else (login, challenge, a page) proves nothing about the bid, and stops bidding for the account.
A bid that the site says we made before proves that an earlier one was accepted, and nothing about who leads: UNKNOWN too, so that the
read which settles it ends in LEADING or MOOT.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.fields import cents, record, words
from bidwright_nellis_proxy.replies import DEFAULT_WAIT_S, Reply
from bidwright_nellis_proxy.site import CHALLENGE_WAIT_S

State = Literal["LEADING", "OUTBID", "REJECTED", "CANCELLED", "UNKNOWN"]
_OUTBID_AT_ONCE = "another user has a higher maximum bid"
_DUPLICATE = "already placed a bid with the same price"
_REFUSALS: tuple[tuple[tuple[str, ...], State, str], ...] = (
    (("bid is too low", "minimum bid", "amount is too low", "too low"), "REJECTED", "too-low"),
    (("auction has ended", "closed"), "REJECTED", "ended"),
)
_LOGIN = ("authentication", "login", "log in")
_OUTBID = ("outbid", "higher bid")
_OK, _CREATED, _REFUSED, _FORBIDDEN, _TOO_MANY, _SERVER_ERROR = 200, 201, 400, 403, 429, 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    How an intent ends. *session*: what the answer says about the account; *block_s*: how long nobody may ask the site.
    """

    state: State
    why: str
    message: str = ""
    next_bid_cents: int = 0
    session: Literal["", "expired", "doubtful"] = ""
    block_s: float | None = None


def classify(reply: Reply, now: datetime) -> Verdict:
    """What *reply*, read in full, proves about the bid it answers."""
    body = _body(reply)
    said = words(body.get("error")) or words(body.get("message")) or words(record(body.get("error")).get("message"))
    if (verdict := _nothing(reply, said, now)) is not None:
        return verdict
    if reply.status in (_OK, _CREATED):
        return _accepted(body, said)
    if reply.status >= _REFUSED:
        return _refused(body, said)
    return Verdict("UNKNOWN", "not-understood", said)


def _nothing(reply: Reply, said: str, now: datetime) -> Verdict | None:
    """The verdict on an answer that is none to the bid itself; None for one that is."""
    wait_s = reply.retry_after_s(now)
    verdict: Verdict | None = None
    if reply.status == _TOO_MANY:  # nowhere documented as refused before it was processed
        verdict = Verdict("UNKNOWN", "busy", said, block_s=DEFAULT_WAIT_S if wait_s is None else wait_s)
    elif reply.is_challenge or "captcha" in said.lower():
        verdict = Verdict("UNKNOWN", "challenge", said, session="doubtful", block_s=CHALLENGE_WAIT_S)
    elif reply.logged_out and not (reply.status == _FORBIDDEN and said):
        verdict = Verdict("UNKNOWN", "session", said, session="expired")
    elif reply.status >= _SERVER_ERROR:
        verdict = Verdict("UNKNOWN", "site-failed", said, block_s=wait_s)
    elif reply.is_html:
        verdict = Verdict("UNKNOWN", "page", session="expired" if reply.is_login_page else "doubtful")
    return verdict


def _accepted(body: dict[str, Any], said: str) -> Verdict:
    """A success as the site writes it; anything less is not understood. Accepted is not winning: the message tells, else a read will."""
    data = record(body.get("data"))
    try:
        following = cents(data.get("minimumNextBid"), "minimumNextBid")
        current = cents(data.get("currentAmount"), "currentAmount")
    except NotUnderstood:
        following = current = None
    if "error" in body or (following is None and current is None):
        return Verdict("UNKNOWN", "not-understood", said)
    if _OUTBID_AT_ONCE in said.lower():
        return Verdict("OUTBID", "higher-maximum", said, following or 0)
    return Verdict("LEADING", "accepted", said, following or 0)


def _refused(body: dict[str, Any], said: str) -> Verdict:
    """A 4xx: definite only with a text we know."""
    text = said.lower()
    try:
        following = cents(record(body.get("data")).get("minimumNextBid", body.get("minimumNextBid")), "minimumNextBid") or 0
    except NotUnderstood:
        following = 0
    if _DUPLICATE in text:
        return Verdict("UNKNOWN", "duplicate", said, following)
    for parts, state, why in _REFUSALS:
        if any(part in text for part in parts):
            return Verdict(state, why, said, following)
    if any(part in text for part in _LOGIN):
        return Verdict("UNKNOWN", "session", said, session="expired")
    if any(part in text for part in _OUTBID):
        return Verdict("REJECTED", "outbid", said, following)
    return Verdict("UNKNOWN", "not-understood", said, following)


def _body(reply: Reply) -> dict[str, Any]:
    if reply.is_html:
        return {}
    try:
        return record(json.loads(reply.text))
    except (ValueError, RecursionError):
        return {}
