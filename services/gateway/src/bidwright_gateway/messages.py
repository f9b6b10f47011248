"""
The messages of the WebSocket's new protocol (``/ws?v=2``), in both directions. The page of JSON Schemas is made from here.

Frames that come in are read with ``REQUEST``; what these types do not allow is refused with an ``error``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

LotId = Annotated[str, Meta(pattern=r"^[0-9]{1,18}$", description="The digits of the lot's address", examples=["70012345"])]
EventId = Annotated[str, Meta(pattern=r"^[0-9]{1,20}-[0-9]{1,20}$", description="Where an event stands in the log")]
RequestId = Annotated[str | int, Meta(description="Comes back with the answer")]
Key = Annotated[str, Meta(max_length=200, description="Makes the change happen once, as the header Idempotency-Key does")]
Auction = dict[str, Any] | msgspec.Raw
"""A lot as ``GET /api/auctions`` has it; when it is sent it is text already."""
Millis = Annotated[int, Meta(description="Unix time, ms")]


class Note(Struct, frozen=True):
    """A sentence for a person: outbid, won, lost, disarmed."""

    kind: str
    message: str


# ---- from the client ---------------------------------------------------------------------------------------------------------------


class Request(Struct, kw_only=True, rename="camel", tag_field="type", omit_defaults=True):
    """What every request may carry."""

    request_id: RequestId | None = None


class Change(Request, kw_only=True, rename="camel", tag_field="type", omit_defaults=True):
    """What every change may carry. A paired device must: its key, and for money the mode it means."""

    idempotency_key: Key = ""
    expect_mode: Annotated[str, Meta(description="live or dry-run: refused in the other one")] = ""


class Authenticate(Request, kw_only=True, rename="camel", tag="authenticate", tag_field="type", omit_defaults=True):
    """The first message: a token, or a device's signature over ``WS`` and ``/ws?v=2``; and where to go on from."""

    token: str = ""
    device: str = ""
    time: str = ""
    nonce: str = ""
    signature: str = ""
    last_event_id: EventId | None = None
    auction_ids: list[LotId] | None = None


class Ping(Request, kw_only=True, rename="camel", tag="ping", tag_field="type", omit_defaults=True):
    """Answered by a pong with the id up to which everything was told."""


class GetAuctions(Request, kw_only=True, rename="camel", tag="getMonitoredAuctions", tag_field="type", omit_defaults=True):
    """The list as it is now."""


class Subscribe(Request, kw_only=True, rename="camel", tag="subscribe", tag_field="type", omit_defaults=True):
    """From now on only events of these lots, and those of no lot; without lots: of all."""

    auction_ids: list[LotId] | None = None
    auction_id: LotId | None = None


class Unsubscribe(Request, kw_only=True, rename="camel", tag="unsubscribe", tag_field="type", omit_defaults=True):
    """From now on nothing of these lots; without lots: events of all lots again."""

    auction_ids: list[LotId] | None = None
    auction_id: LotId | None = None


class StartMonitoring(Change, kw_only=True, rename="camel", tag="startMonitoring", tag_field="type", omit_defaults=True):
    """Watch a lot."""

    auction_id: LotId
    config: dict[str, Any]
    metadata: dict[str, Any] | None = None


class StopMonitoring(Change, kw_only=True, rename="camel", tag="stopMonitoring", tag_field="type", omit_defaults=True):
    """Let a lot go."""

    auction_id: LotId


class UpdateConfig(Change, kw_only=True, rename="camel", tag="updateConfig", tag_field="type", omit_defaults=True):
    """Change a watch; only what is named. ``expectVersion`` is its ``config.version`` as the client has seen it."""

    auction_id: LotId
    config: dict[str, Any]
    expect_version: str = ""


class PlaceBid(Change, kw_only=True, rename="camel", tag="placeBid", tag_field="type", omit_defaults=True):
    """Bid now."""

    auction_id: LotId
    amount: Annotated[int | float | str, Meta(description="Whole dollars of hammer price")]
    expect_version: str = ""


class Halt(Change, kw_only=True, rename="camel", tag="halt", tag_field="type", omit_defaults=True):
    """Stop everything."""

    why: str = ""


class Resume(Change, kw_only=True, rename="camel", tag="resume", tag_field="type", omit_defaults=True):
    """Go on, if nobody changed it since the generation *gen*."""

    gen: str | int


INCOMING = (
    Authenticate, Ping, GetAuctions, Subscribe, Unsubscribe, StartMonitoring, StopMonitoring, UpdateConfig, PlaceBid, Halt, Resume,
)  # fmt: skip
REQUEST: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    Authenticate | Ping | GetAuctions | Subscribe | Unsubscribe | StartMonitoring | StopMonitoring | UpdateConfig | PlaceBid | Halt | Resume
)


# ---- from the gateway --------------------------------------------------------------------------------------------------------------


class Connected(Struct, kw_only=True, rename="camel", tag="connected", tag_field="type"):
    """Right after the connection was taken."""

    client_id: str
    message: str
    version: int = 2


class Authenticated(Struct, kw_only=True, rename="camel", tag="authenticated", tag_field="type", omit_defaults=True):
    """Whether the credential is known; *resumed*: what was missed follows, event by event, else a snapshot does."""

    success: bool
    resumed: bool | None = None
    error: str = ""
    request_id: RequestId | None = None


class Snapshot(Struct, kw_only=True, rename="camel", tag="snapshot", tag_field="type"):
    """Everything as it is; events after *id* follow."""

    id: str
    auctions: Sequence[Auction]
    service: dict[str, Any]


class LotEvent(Struct, rename="camel", tag="lot", tag_field="type"):
    """
    Something happened to a lot; *auction* is what it is like since then (null once it is forgotten), at least as new as the event.

    Each event is told once. A client that falls behind by more than 64 frames gets only the newest of those that tell nothing but a state.
    """

    id: EventId
    kind: str
    at: Millis
    auction_id: str
    auction: Auction | None
    watched: bool = False
    notes: list[Note] = []


class ServiceEvent(Struct, kw_only=True, rename="camel", tag="service", tag_field="type"):
    """Something happened that is about no lot; *service* are switches, session and money since then."""

    id: EventId
    kind: str
    at: Millis
    service: dict[str, Any]


class ServiceState(Struct, kw_only=True, rename="camel", tag="serviceState", tag_field="type"):
    """Switches, session and money, when they changed without an event of their own: by a bid, by hand, or with Redis away or back."""

    service: dict[str, Any]


class Gap(Struct, kw_only=True, rename="camel", tag="gap", tag_field="type"):
    """Some events will never be told; a snapshot follows."""

    reason: str


class Notice(Struct, kw_only=True, rename="camel", tag="notice", tag_field="type"):
    """A sentence for a person that belongs to no event."""

    auction_id: str
    kind: str
    message: str


class Pong(Struct, kw_only=True, rename="camel", tag="pong", tag_field="type", omit_defaults=True):
    """Everything up to *id* was sent before it."""

    id: str = ""
    request_id: RequestId | None = None


class Response(Struct, kw_only=True, rename="camel", tag="response", tag_field="type", omit_defaults=True):
    """The answer to a request; *repeated*: it was given before to the same idempotency key."""

    request_id: RequestId | None = None
    action: str = ""
    auction_id: str = ""
    success: bool | None = None
    data: dict[str, Any] | None = None
    halted: bool | None = None
    gen: str = ""
    warnings: list[str] = []
    repeated: bool = False


class BidResult(Struct, kw_only=True, rename="camel", tag="bidResult", tag_field="type", omit_defaults=True):
    """What a bid came to."""

    auction_id: str
    success: bool
    amount: int | float | None = None
    data: dict[str, Any] | None = None
    error: str = ""
    error_type: str = ""
    retryable: bool = False
    code: str = ""
    field: str = ""
    intent_id: str = ""
    request_id: RequestId | None = None


class Error(Struct, kw_only=True, rename="camel", tag="error", tag_field="type", omit_defaults=True):
    """A request was refused; *code* is for programs."""

    error: str
    code: str = ""
    field: str = ""
    request_id: RequestId | None = None


OUTGOING = (Connected, Authenticated, Snapshot, LotEvent, ServiceEvent, ServiceState, Gap, Notice, Pong, Response, BidResult, Error)
FRAME: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    Connected | Authenticated | Snapshot | LotEvent | ServiceEvent | ServiceState | Gap | Notice | Pong | Response | BidResult | Error
)
"""Reads what the gateway sends; for clients in Python and for tests."""


def plain(message: Struct) -> dict[str, Any]:
    """A message as the mapping that is sent."""
    made: dict[str, Any] = msgspec.to_builtins(message)
    return made
