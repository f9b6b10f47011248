"""Replies about people and their devices: the site's session, pairing, devices, the audit, notices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from bidwright_gateway.replies.parts import (
    Count,
    Dollars,
    LotId,
    Millis,
    Moment,
    Name,
    Next,
    Part,
    Remembered,
    Reply,
    Sentence,
    Text,
    Title,
    Took,
    Word,
)

DeviceId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", examples=["00112233445566778899aabbccddeeff"])]
PublicKey = Annotated[str, Meta(description="A point of P-256, uncompressed, in base64")]
Digits = Annotated[str, Meta(description="Six digits that both sides show", examples=["314159"])]
Origin = Annotated[str | None, Meta(description="The extension's; null: a program", examples=["chrome-extension://abcdefghijklmnop"])]


class Done(Reply, kw_only=True):
    """It was done."""


class Synced(Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Stored; *success* says whether the site accepts it, else *message* why not."""

    success: bool
    state: Word | UnsetType = UNSET
    message: Sentence | UnsetType = UNSET


class SealingKey(Reply, kw_only=True):
    """The key that cookies may be sealed to."""

    key_id: Name
    public_key: PublicKey


class UserState(Part, kw_only=True):
    """How the account stands to the lot."""

    is_watching: bool
    is_winning: bool


class TestLot(Part, kw_only=True):
    """The lot that was read for it."""

    id: LotId
    title: Title
    current_bid: Dollars
    next_bid: Dollars
    time_remaining: Count


class Validated(Part, kw_only=True):
    """Whether the site accepts the session. Nothing was bid, so *bidTestResult* is null."""

    success: bool
    authenticated: bool
    cookies_set: bool
    auction_data_fetched: bool
    user_state: UserState
    bid_test_result: None
    test_auction: TestLot | None
    error: Sentence | UnsetType = UNSET


class SessionState(Remembered, kw_only=True):
    """Whether the last check of the session succeeded; *cookies* is always null."""

    authenticated: bool
    cookie_count: Count
    cookies_set: bool
    cookies: None
    message: Sentence
    state: Annotated[str, Meta(examples=["ok"])]
    why: Annotated[str, Meta(description="A sentence; empty: all is well")]
    checked_at: Moment | None


class Device(Part, kw_only=True):
    """A paired device."""

    id: DeviceId
    name: Annotated[str, Meta(examples=["Laptop"])]
    origin: Origin
    paired_at: Millis
    last_used_at: Millis | None


class Devices(Reply, kw_only=True):
    """Paired devices, the newest first; *you* is the one that asks."""

    devices: list[Device]
    you: DeviceId | None
    next: Next | UnsetType = UNSET


class Paired(Reply, kw_only=True):
    """The device is paired."""

    device: Device


class Allowed(Reply, kw_only=True):
    """The device may arm or bid that much on that lot."""

    auction_id: LotId
    max_bid: Dollars


class Window(Reply, kw_only=True):
    """A window is open; *fingerprint*: the authority behind the certificate at home."""

    code: Annotated[str, Meta(examples=["ABCDEFGH"])]
    expires_at: Millis
    public_key: PublicKey
    fingerprint: str | None


class Claimed(Reply, kw_only=True):
    """The code was used up; the owner is asked."""

    device_id: DeviceId
    public_key: PublicKey
    check: Digits
    state: Literal["pending"]


class Waiting(Part, kw_only=True):
    """A device that waits for the owner's yes."""

    id: DeviceId
    name: Annotated[str, Meta(examples=["Laptop"])]
    origin: Origin
    check: Digits


class Pairing(Reply, kw_only=True):
    """Whether a window is open, and who waits."""

    open: bool
    expires_at: Millis | None
    pending: list[Waiting]


class Became(Reply, kw_only=True):
    """What became of a device that waited."""

    device_id: DeviceId
    state: Literal["pending", "paired", "unknown"]


class AuditEntry(Part, kw_only=True):
    """Who did what, and how it was answered."""

    id: Annotated[str, Meta(examples=["1790000000000-0"])]
    at: Millis
    by: Annotated[str, Meta(examples=["owner"])]
    what: Annotated[str, Meta(examples=["POST /api/halt"])]
    status: Annotated[int | None, Meta(examples=[200])]
    more: dict[str, str]


class Audit(Reply, kw_only=True):
    """Who changed what, the newest first."""

    count: Count
    audit: list[AuditEntry]
    next: Next


class Delivery(Part, kw_only=True):
    """What one channel made of a notice."""

    channel: Name
    state: Literal["pending", "delivered", "undelivered"]
    attempts: Count
    why: Text
    at: Moment | None
    escalated: bool


class NoticeEntry(Part, kw_only=True):
    """A notice in the outbox."""

    id: Name
    kind: Annotated[str, Meta(examples=["outbid"])]
    urgent: bool
    auction_id: LotId | None
    text: Sentence
    at: Moment | None
    state: Literal["pending", "held", "delivered", "partly", "undelivered", "muted", "withdrawn"]
    why: Text
    held_for: Text | None
    held_until: Moment | None
    deliveries: list[Delivery]


class Channel(Part, kw_only=True):
    """How a channel fares."""

    name: Name
    via: Name
    description: Text
    state: Literal["ok", "failing", "down"]
    waiting: Count
    failures: Count
    why: Text
    tried_again_at: Moment | None
    last_delivered: Moment | None
    last_failed: Moment | None


class Notifications(Reply, kw_only=True):
    """The outbox, newest first, and how the channels fare."""

    running: bool
    notifications: list[NoticeEntry]
    next: Annotated[str | None, Meta(description="`after` of the next page")]
    counts: Annotated[dict[str, int], Meta(description="Of the whole outbox, by state", examples=[{"delivered": 3, "dropped": 0}])]
    channels: list[Channel]
    problems: list[Sentence]


class NoticeWishes(Reply, kw_only=True):
    """How the owner is told."""

    settings: Annotated[dict[str, Any], Meta(extra_json_schema={"x-model": "Wishes"})]
    problems: list[Sentence]
    channels: list[str]
    quiet_until: Moment | None
    now: Moment


class ChannelTried(Reply, kw_only=True):
    """How the trial of a channel ended."""

    channel: Name
    delivered: bool
    why: Text
    took_ms: Took
