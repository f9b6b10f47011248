"""Errors of the gateway's own, and the envelope in which every error reaches a client."""

from __future__ import annotations

from typing import Any

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
STATUS |= {NotKnown: 401, NoWindow: 403, Missing: 428, AskedOnHost: 403}
_CODE = {errors.LotGone: "NOT_FOUND", errors.SessionLost: "SESSION_LOST", errors.UpstreamError: "UPSTREAM_ERROR"}
STORE_AWAY = "Redis does not answer, so nothing was changed. It is tried again by itself; repeat this in a moment."


def status_of(error: BidwrightError) -> int:
    """The HTTP status that stands for *error*."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def envelope(error: BidwrightError) -> dict[str, Any]:
    """The body that stands for *error*."""
    code = next((_CODE[kind] for kind in type(error).__mro__ if kind in _CODE), error.code)
    sentence = STORE_AWAY if isinstance(error, errors.StoreDown) else str(error)
    body: dict[str, Any] = {"success": False, "error": sentence, "code": code}
    if isinstance(error, errors.BadInput) and error.field:
        body["field"] = error.field
    return body
