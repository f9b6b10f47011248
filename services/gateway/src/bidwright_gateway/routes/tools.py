"""What the routes share: reading a JSON body, telling clients apart, and the OpenAPI of bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from fastapi import Depends, Request
from msgspec import Struct
from starlette.requests import HTTPConnection

from bidwright.errors import BadInput
from bidwright.transitions import Command
from bidwright.transitions.answers import UNNAMED
from bidwright_gateway.callers import Caller
from bidwright_gateway.errors import BodyNotJson, InvalidJson, NotTheOwner
from bidwright_gateway.origins import EXTENSION
from bidwright_gateway.replies.probes import Error
from bidwright_gateway.schemas import named
from bidwright_gateway.shape import Flavour
from bidwright_gateway.wishes import STRATEGIES

_WORDS = {
    400: "Ask differently; `error` says how",
    401: "The token is missing or wrong",
    403: "A limit or a switch said no; nothing was bid",
    404: "There is no such thing",
    405: "There is no such method here",
    409: "It is already so, or somebody was faster",
    410: "The lot has closed",
    413: "The body is longer than 1 MiB",
    415: "Send `Content-Type: application/json`",
    422: "The Idempotency-Key stood for something else",
    428: "A paired device must say what it has seen; `error` says what is missing",
    421: "The Host is not known here",
    429: "Asked too often; see Retry-After",
    500: "An error of ours",
    502: "The site failed or changed",
    503: "Redis, the site or a service is away; nothing was changed",
    504: "The bid was sent and its outcome is not known yet",
}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {"application/json": {"schema": named(Error)}}} for status, words in _WORDS.items()
}


async def json_object(request: Request) -> Any:
    """The body, which must be an object. Raises InvalidJson, BodyNotJson, BadInput."""
    found = await json_body(request)
    if not isinstance(found, dict):
        raise BadInput('The body must be an object such as {"name": "value"}.')
    return found


async def json_body(request: Request) -> Any:
    """The decoded body, whatever it is; an empty one is an empty object. Raises InvalidJson, BodyNotJson."""
    raw = await request.body()
    if not raw:
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise BodyNotJson("Send JSON: Content-Type must be application/json")
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidJson(f"The body is not JSON: {error}") from None


def flavour(request: HTTPConnection) -> Flavour:
    """Which words the caller understands, as far as its headers tell."""
    origin = request.headers.get("origin", "")
    if origin.startswith(EXTENSION):
        return Flavour.EXTENSION
    if origin or from_own_page(request):
        return Flavour.PAGE
    return Flavour.EXTENSION


def from_own_page(request: HTTPConnection) -> bool:
    """True when the browser says that the request comes from a page of this origin."""
    if request.headers.get("sec-fetch-site") == "same-origin":
        return True
    try:
        return urlsplit(request.headers.get("referer", "")).netloc.lower() == request.headers.get("host", "").lower() != ""
    except ValueError:
        return False


def caller(request: Request) -> Caller:
    """Who sent a request that the door has let in with a token or a signature."""
    found: Caller = request.state.caller
    return found


def owner(request: Request) -> None:
    """Raise NotTheOwner unless the client token was shown."""
    if not caller(request).is_owner:
        raise NotTheOwner


async def _owner(request: Request) -> None:
    """The same as what a route depends on: a plain function would be run in a thread, which costs more than the answer."""
    owner(request)


def key_of(request: Request) -> str:
    """The Idempotency-Key; empty without one."""
    return request.headers.get("idempotency-key", "").strip()


def command(request: Request, body: object) -> Command:
    """The command that an Idempotency-Key names; unnamed without one."""
    key = key_of(request)
    if not key:
        return UNNAMED
    who = caller(request)
    return Command.of(f"rest:{who.id}:{key[:200]}", [request.method, request.url.path, body])


def takes(
    properties: dict[str, Any],
    required: list[str] | None = None,
    *,
    public: bool = False,
    any_kind: bool = False,
    any_of: Sequence[str] = (),
    closed: bool = False,
) -> dict[str, Any]:
    """
    The OpenAPI of a JSON body, for a route's ``openapi_extra``; *public*: no token is needed, *any_kind*: it need not be an object,
    *any_of*: one of these must be there, *closed*: nothing else may be.
    """
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": required or []}
    if not required:
        del schema["required"]
    if any_kind:
        del schema["type"]
    if any_of:
        schema["anyOf"] = [{"required": [name]} for name in any_of]
    if closed:
        schema["additionalProperties"] = False
    body = {"requestBody": {"required": bool(required or any_of), "content": {"application/json": {"schema": schema}}}}
    return {**body, "security": []} if public else body


def gives(words: str, model: type[Struct], also: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI of a route's answers: *model* is what it gives, *also* are other contents than JSON that it may have."""
    return {200: {"description": words, "content": {"application/json": {"schema": named(model)}, **(also or {})}}, **ERRORS}


LOT_ID: dict[str, Any] = {
    "type": ["string", "integer"],
    "pattern": "^[0-9]{1,18}$",
    "minimum": 0,
    "maximum": 999_999_999_999_999,
    "examples": ["70012345"],
}
OWNERS = [Depends(_owner)]
"""For routes that widen what may be spent, or by whom: a paired device may not, whatever it has signed."""
Body = Annotated[Any, Depends(json_object)]
AnyBody = Annotated[Any, Depends(json_body)]
"""For what must not fail for a detail: stopping."""
CONFIG: dict[str, Any] = {
    "type": "object",
    "properties": {
        "maxBid": {"type": "number", "minimum": 1, "maximum": 1000, "description": "The most to bid, whole dollars of hammer price"},
        "maxAllIn": {
            "type": ["integer", "string", "null"],
            "minimum": 5,
            "maximum": 1000,
            "pattern": "^[1-9][0-9]{1,2}\\.[0-9]{2}$",
            "description": "The most to pay out the door: hammer, premium and tax, dollars and cents; null takes it away on a change",
        },
        "strategy": {"enum": [*STRATEGIES], "description": "Or the name of a strategy that a plugin brings"},
        "autoBid": {"type": "boolean", "description": "Armed: may bid by itself"},
        "snipeSeconds": {"type": "integer", "minimum": 1, "maximum": 60},
        "incrementAmount": {"type": "number", "minimum": 1, "maximum": 1000},
        "minBidAmount": {"type": "number", "minimum": 1, "maximum": 999_999},
        "buffer": {"type": "integer", "minimum": 0, "maximum": 100},
    },
}
START: dict[str, Any] = {
    **CONFIG,
    "anyOf": [{"required": ["maxBid"]}, {"required": ["maxAllIn"], "properties": {"maxAllIn": {"type": "string"}}}],
}
"""A new watch: one cap at least."""
