"""Errors of the gateway's own, and the envelope in which every error reaches a client."""

from __future__ import annotations

from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bidwright import errors
from bidwright.errors import BidwrightError

STATUS: dict[type[BidwrightError], int] = {
    errors.BadInput: 400,
    errors.NotFound: 404,
    errors.LotGone: 404,
    errors.Conflict: 409,
    errors.BidHeld: 403,
    errors.StoreDown: 503,
    errors.SessionLost: 401,
    errors.UpstreamBusy: 503,
    errors.UpstreamDown: 503,
    errors.UpstreamError: 502,
}


class LotClosed(BidwrightError):
    """
    The lot has closed for good; choose another one.
    """

    code = "AUCTION_ENDED"


class InvalidJson(errors.BadInput):
    """
    The body is not JSON; send JSON.
    """

    code = "INVALID_JSON"


class BodyNotJson(errors.BadInput):
    """
    The body is not declared as JSON; send ``Content-Type: application/json``.
    """

    code = "UNSUPPORTED_MEDIA_TYPE"


class BadFile(errors.BadInput):
    """
    A file has rows that are wrong, so nothing of it was done; *more* has a sentence for each.
    """

    def __init__(self, wrong: list[str]) -> None:
        rest = f" ({len(wrong) - 1} more in details)" if len(wrong) > 1 else ""
        super().__init__(f"Nothing was changed: {wrong[0]}{rest}")
        self.more = {"details": wrong}


class HalfDone(BidwrightError):
    """
    Redis went away in the middle; ask the same again, and it goes on where it stopped. *more* is what was done.
    """

    code = "STORE_DOWN"

    def __init__(self, done: dict[str, Any]) -> None:
        super().__init__("Redis went away in the middle; what was done is named here. Send the same again: it goes on where it stopped.")
        self.more = done


class TooSoon(BidwrightError):
    """
    Asked too often; ask again after *retry_after* seconds.
    """

    code = "RATE_LIMIT_EXCEEDED"

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class TermsAsked(errors.Conflict):
    """
    Real money was never allowed on this site; read the terms and the open points, and say so.
    """

    code = "TERMS"


class KeyUsed(BidwrightError):
    """
    The Idempotency-Key stood for something else; use a new one.
    """

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for something else; use a new one.")


class UnderWay(errors.Conflict):
    """
    The same change is under way; ask again in a moment for its answer.
    """

    code = "UNDER_WAY"

    def __init__(self) -> None:
        super().__init__("The same change is under way; ask again in a moment with the same Idempotency-Key.")


class NotTheOwner(BidwrightError):
    """
    Only the owner may; use the client token.
    """

    code = "OWNER_ONLY"

    def __init__(self) -> None:
        super().__init__("Only the owner may do that, with the client token; a paired device may not.")


class NotKnown(BidwrightError):
    """
    Nobody we know sent this; *code* says what is wrong with what was shown.
    """

    def __init__(self, sentence: str = "Authentication required", code: str = "UNAUTHORIZED") -> None:
        super().__init__(sentence)
        self.code = code


class NoWindow(BidwrightError):
    """
    Nobody may pair now: no window is open, or the code is wrong; ask the owner for a new code.
    """

    code = "PAIRING_REFUSED"


class Missing(BidwrightError):
    """
    The command lacks what a paired device must send with it; send it with what the sentence names.
    """

    code = "PRECONDITION_REQUIRED"


class AskedOnHost(BidwrightError):
    """
    The owner must say yes on the host first; nothing was changed.
    """

    code = "CONFIRM_ON_HOST"


STATUS |= {LotClosed: 410, BodyNotJson: 415, TooSoon: 429, KeyUsed: 422, NotTheOwner: 403}
STATUS |= {HalfDone: 503, NotKnown: 401, NoWindow: 403, Missing: 428, AskedOnHost: 403}
_CODE = {errors.LotGone: "NOT_FOUND", errors.SessionLost: "SESSION_LOST", errors.UpstreamError: "UPSTREAM_ERROR"}
STORE_AWAY = "Redis does not answer, so nothing was changed. It is tried again by itself; repeat this in a moment."
STORE_UNSURE = "Redis did not answer in time. It may still do this when it goes on: look how things stand before you repeat it."
STORE_UNREAD = "Redis does not answer, and this is not remembered here. It is tried again by itself; ask again in a moment."


def status_of(error: BidwrightError) -> int:
    """The HTTP status that stands for *error*."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def envelope(error: BidwrightError, *, reading: bool = False) -> dict[str, Any]:
    """The body that stands for *error*; *reading*: nothing was to be changed."""
    code = next((_CODE[kind] for kind in type(error).__mro__ if kind in _CODE), error.code)
    sentence = _about_store(error, reading=reading) if isinstance(error, errors.StoreDown) else str(error)
    body: dict[str, Any] = {"success": False, "error": sentence, "code": code}
    if isinstance(error, errors.BadInput) and error.field:
        body["field"] = error.field
    return {**body, **error.more} if isinstance(error, (BadFile, HalfDone)) else body


def _about_store(error: errors.StoreDown, *, reading: bool) -> str:
    """What is known about a command that Redis did not answer: one that could not be sent, or was refused, is not done later either."""
    if reading:
        return STORE_UNREAD
    return STORE_UNSURE if may_be_done(error) else STORE_AWAY


def may_be_done(error: Exception) -> bool:
    """Whether a command that failed so may have been done all the same, or may be yet."""
    cause = error.__cause__ if isinstance(error, errors.StoreDown) else error
    return isinstance(cause, (RedisTimeoutError, RedisConnectionError)) and " connecting to " not in str(cause)
