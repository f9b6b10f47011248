from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_POLL: _ClassVar[Purpose]
    PURPOSE_RECONCILE: _ClassVar[Purpose]
    PURPOSE_CANARY: _ClassVar[Purpose]
    PURPOSE_DECIDE: _ClassVar[Purpose]
PURPOSE_POLL: Purpose
PURPOSE_RECONCILE: Purpose
PURPOSE_CANARY: Purpose
PURPOSE_DECIDE: Purpose

class GetLotRequest(_message.Message):
    __slots__ = ("lot_id", "purpose")
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    purpose: Purpose
    def __init__(self, lot_id: _Optional[str] = ..., purpose: _Optional[_Union[Purpose, str]] = ...) -> None: ...

class GetLotReply(_message.Message):
    __slots__ = ("lot", "read_started_ms", "way", "took_ms")
    LOT_FIELD_NUMBER: _ClassVar[int]
    READ_STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    WAY_FIELD_NUMBER: _ClassVar[int]
    TOOK_MS_FIELD_NUMBER: _ClassVar[int]
    lot: Lot
    read_started_ms: int
    way: str
    took_ms: float
    def __init__(self, lot: _Optional[_Union[Lot, _Mapping]] = ..., read_started_ms: _Optional[int] = ..., way: _Optional[str] = ..., took_ms: _Optional[float] = ...) -> None: ...

class Lot(_message.Message):
    __slots__ = ("id", "title", "url", "image_url", "price_cents", "next_bid_cents", "bid_count", "bidder_count", "close_ms", "initial_close_ms", "closed", "market_status", "extension_s", "extended", "retail_cents", "inventory_number", "location_name", "location_id", "notes", "has_user_state", "winning", "watching", "participated", "allowed_to_bid", "slug")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    PRICE_CENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_BID_CENTS_FIELD_NUMBER: _ClassVar[int]
    BID_COUNT_FIELD_NUMBER: _ClassVar[int]
    BIDDER_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLOSE_MS_FIELD_NUMBER: _ClassVar[int]
    INITIAL_CLOSE_MS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    MARKET_STATUS_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_S_FIELD_NUMBER: _ClassVar[int]
    EXTENDED_FIELD_NUMBER: _ClassVar[int]
    RETAIL_CENTS_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LOCATION_NAME_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    HAS_USER_STATE_FIELD_NUMBER: _ClassVar[int]
    WINNING_FIELD_NUMBER: _ClassVar[int]
    WATCHING_FIELD_NUMBER: _ClassVar[int]
    PARTICIPATED_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_TO_BID_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    url: str
    image_url: str
    price_cents: int
    next_bid_cents: int
    bid_count: int
    bidder_count: int
    close_ms: int
    initial_close_ms: int
    closed: bool
    market_status: str
    extension_s: int
    extended: bool
    retail_cents: int
    inventory_number: str
    location_name: str
    location_id: int
    notes: str
    has_user_state: bool
    winning: bool
    watching: bool
    participated: bool
    allowed_to_bid: bool
    slug: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., url: _Optional[str] = ..., image_url: _Optional[str] = ..., price_cents: _Optional[int] = ..., next_bid_cents: _Optional[int] = ..., bid_count: _Optional[int] = ..., bidder_count: _Optional[int] = ..., close_ms: _Optional[int] = ..., initial_close_ms: _Optional[int] = ..., closed: _Optional[bool] = ..., market_status: _Optional[str] = ..., extension_s: _Optional[int] = ..., extended: _Optional[bool] = ..., retail_cents: _Optional[int] = ..., inventory_number: _Optional[str] = ..., location_name: _Optional[str] = ..., location_id: _Optional[int] = ..., notes: _Optional[str] = ..., has_user_state: _Optional[bool] = ..., winning: _Optional[bool] = ..., watching: _Optional[bool] = ..., participated: _Optional[bool] = ..., allowed_to_bid: _Optional[bool] = ..., slug: _Optional[str] = ...) -> None: ...

class GetLotsRequest(_message.Message):
    __slots__ = ("lot_ids", "purpose")
    LOT_IDS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    lot_ids: _containers.RepeatedScalarFieldContainer[str]
    purpose: Purpose
    def __init__(self, lot_ids: _Optional[_Iterable[str]] = ..., purpose: _Optional[_Union[Purpose, str]] = ...) -> None: ...

class GetLotsReply(_message.Message):
    __slots__ = ("lots", "read_started_ms")
    LOTS_FIELD_NUMBER: _ClassVar[int]
    READ_STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    lots: _containers.RepeatedCompositeFieldContainer[Lot]
    read_started_ms: int
    def __init__(self, lots: _Optional[_Iterable[_Union[Lot, _Mapping]]] = ..., read_started_ms: _Optional[int] = ...) -> None: ...

class WatchLotsRequest(_message.Message):
    __slots__ = ("lot_ids",)
    LOT_IDS_FIELD_NUMBER: _ClassVar[int]
    lot_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, lot_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class LiveEvent(_message.Message):
    __slots__ = ("lot_id", "kind", "price_cents")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_CONNECTED: _ClassVar[LiveEvent.Kind]
        KIND_BID: _ClassVar[LiveEvent.Kind]
        KIND_CLOSED: _ClassVar[LiveEvent.Kind]
        KIND_LOST: _ClassVar[LiveEvent.Kind]
    KIND_CONNECTED: LiveEvent.Kind
    KIND_BID: LiveEvent.Kind
    KIND_CLOSED: LiveEvent.Kind
    KIND_LOST: LiveEvent.Kind
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PRICE_CENTS_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    kind: LiveEvent.Kind
    price_cents: int
    def __init__(self, lot_id: _Optional[str] = ..., kind: _Optional[_Union[LiveEvent.Kind, str]] = ..., price_cents: _Optional[int] = ...) -> None: ...

class SubmitIntentRequest(_message.Message):
    __slots__ = ("intent_id",)
    INTENT_ID_FIELD_NUMBER: _ClassVar[int]
    intent_id: str
    def __init__(self, intent_id: _Optional[str] = ...) -> None: ...

class SubmitIntentReply(_message.Message):
    __slots__ = ("state", "why", "message", "next_bid_cents", "took_ms")
    STATE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NEXT_BID_CENTS_FIELD_NUMBER: _ClassVar[int]
    TOOK_MS_FIELD_NUMBER: _ClassVar[int]
    state: str
    why: str
    message: str
    next_bid_cents: int
    took_ms: float
    def __init__(self, state: _Optional[str] = ..., why: _Optional[str] = ..., message: _Optional[str] = ..., next_bid_cents: _Optional[int] = ..., took_ms: _Optional[float] = ...) -> None: ...

class SetSessionRequest(_message.Message):
    __slots__ = ("cookies", "sealed")
    COOKIES_FIELD_NUMBER: _ClassVar[int]
    SEALED_FIELD_NUMBER: _ClassVar[int]
    cookies: str
    sealed: SealedCookies
    def __init__(self, cookies: _Optional[str] = ..., sealed: _Optional[_Union[SealedCookies, _Mapping]] = ...) -> None: ...

class SealedCookies(_message.Message):
    __slots__ = ("key_id", "public_key", "nonce", "ciphertext")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    public_key: bytes
    nonce: bytes
    ciphertext: bytes
    def __init__(self, key_id: _Optional[str] = ..., public_key: _Optional[bytes] = ..., nonce: _Optional[bytes] = ..., ciphertext: _Optional[bytes] = ...) -> None: ...

class GetSessionKeyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SessionKey(_message.Message):
    __slots__ = ("key_id", "public_key")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    public_key: bytes
    def __init__(self, key_id: _Optional[str] = ..., public_key: _Optional[bytes] = ...) -> None: ...

class CheckSessionRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SessionReply(_message.Message):
    __slots__ = ("state", "why", "checked_at_ms")
    STATE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    CHECKED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    state: str
    why: str
    checked_at_ms: int
    def __init__(self, state: _Optional[str] = ..., why: _Optional[str] = ..., checked_at_ms: _Optional[int] = ...) -> None: ...

class ListMyLotsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListMyLotsReply(_message.Message):
    __slots__ = ("lots", "read_started_ms")
    LOTS_FIELD_NUMBER: _ClassVar[int]
    READ_STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    lots: _containers.RepeatedCompositeFieldContainer[Lot]
    read_started_ms: int
    def __init__(self, lots: _Optional[_Iterable[_Union[Lot, _Mapping]]] = ..., read_started_ms: _Optional[int] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusReply(_message.Message):
    __slots__ = ("site", "session_state", "breaker_state", "requests_per_second", "blocked_until_ms", "clock_offset_ms", "clock_width_ms", "last_way", "live_streams", "breaker", "format_state", "format_why", "clock_trusted", "halted_here", "dry_only")
    SITE_FIELD_NUMBER: _ClassVar[int]
    SESSION_STATE_FIELD_NUMBER: _ClassVar[int]
    BREAKER_STATE_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_UNTIL_MS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_OFFSET_MS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_WIDTH_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_WAY_FIELD_NUMBER: _ClassVar[int]
    LIVE_STREAMS_FIELD_NUMBER: _ClassVar[int]
    BREAKER_FIELD_NUMBER: _ClassVar[int]
    FORMAT_STATE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_WHY_FIELD_NUMBER: _ClassVar[int]
    CLOCK_TRUSTED_FIELD_NUMBER: _ClassVar[int]
    HALTED_HERE_FIELD_NUMBER: _ClassVar[int]
    DRY_ONLY_FIELD_NUMBER: _ClassVar[int]
    site: str
    session_state: str
    breaker_state: str
    requests_per_second: float
    blocked_until_ms: int
    clock_offset_ms: float
    clock_width_ms: float
    last_way: str
    live_streams: int
    breaker: BreakerStatus
    format_state: str
    format_why: str
    clock_trusted: bool
    halted_here: bool
    dry_only: bool
    def __init__(self, site: _Optional[str] = ..., session_state: _Optional[str] = ..., breaker_state: _Optional[str] = ..., requests_per_second: _Optional[float] = ..., blocked_until_ms: _Optional[int] = ..., clock_offset_ms: _Optional[float] = ..., clock_width_ms: _Optional[float] = ..., last_way: _Optional[str] = ..., live_streams: _Optional[int] = ..., breaker: _Optional[_Union[BreakerStatus, _Mapping]] = ..., format_state: _Optional[str] = ..., format_why: _Optional[str] = ..., clock_trusted: _Optional[bool] = ..., halted_here: _Optional[bool] = ..., dry_only: _Optional[bool] = ...) -> None: ...

class BreakerStatus(_message.Message):
    __slots__ = ("enabled", "state", "opened_at_ms", "next_attempt_ms", "why", "trips", "probes", "recoveries", "ok", "failed", "refused", "failures", "open_ms", "soon_ms")
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_MS_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    TRIPS_FIELD_NUMBER: _ClassVar[int]
    PROBES_FIELD_NUMBER: _ClassVar[int]
    RECOVERIES_FIELD_NUMBER: _ClassVar[int]
    OK_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    OPEN_MS_FIELD_NUMBER: _ClassVar[int]
    SOON_MS_FIELD_NUMBER: _ClassVar[int]
    enabled: bool
    state: str
    opened_at_ms: int
    next_attempt_ms: int
    why: str
    trips: int
    probes: int
    recoveries: int
    ok: int
    failed: int
    refused: int
    failures: int
    open_ms: int
    soon_ms: int
    def __init__(self, enabled: _Optional[bool] = ..., state: _Optional[str] = ..., opened_at_ms: _Optional[int] = ..., next_attempt_ms: _Optional[int] = ..., why: _Optional[str] = ..., trips: _Optional[int] = ..., probes: _Optional[int] = ..., recoveries: _Optional[int] = ..., ok: _Optional[int] = ..., failed: _Optional[int] = ..., refused: _Optional[int] = ..., failures: _Optional[int] = ..., open_ms: _Optional[int] = ..., soon_ms: _Optional[int] = ...) -> None: ...

class SearchRequest(_message.Message):
    __slots__ = ("query", "page", "hits_per_page", "location", "min_retail_cents", "max_retail_cents", "closes_after_ms", "closes_before_ms")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    HITS_PER_PAGE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    MIN_RETAIL_CENTS_FIELD_NUMBER: _ClassVar[int]
    MAX_RETAIL_CENTS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_BEFORE_MS_FIELD_NUMBER: _ClassVar[int]
    query: str
    page: int
    hits_per_page: int
    location: str
    min_retail_cents: int
    max_retail_cents: int
    closes_after_ms: int
    closes_before_ms: int
    def __init__(self, query: _Optional[str] = ..., page: _Optional[int] = ..., hits_per_page: _Optional[int] = ..., location: _Optional[str] = ..., min_retail_cents: _Optional[int] = ..., max_retail_cents: _Optional[int] = ..., closes_after_ms: _Optional[int] = ..., closes_before_ms: _Optional[int] = ...) -> None: ...

class SearchHit(_message.Message):
    __slots__ = ("lot_id", "title", "image_url", "location_name", "close_ms", "retail_cents")
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    LOCATION_NAME_FIELD_NUMBER: _ClassVar[int]
    CLOSE_MS_FIELD_NUMBER: _ClassVar[int]
    RETAIL_CENTS_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    title: str
    image_url: str
    location_name: str
    close_ms: int
    retail_cents: int
    def __init__(self, lot_id: _Optional[str] = ..., title: _Optional[str] = ..., image_url: _Optional[str] = ..., location_name: _Optional[str] = ..., close_ms: _Optional[int] = ..., retail_cents: _Optional[int] = ...) -> None: ...

class SearchReply(_message.Message):
    __slots__ = ("hits", "total_hits", "total_pages", "page")
    HITS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_HITS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAGES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[SearchHit]
    total_hits: int
    total_pages: int
    page: int
    def __init__(self, hits: _Optional[_Iterable[_Union[SearchHit, _Mapping]]] = ..., total_hits: _Optional[int] = ..., total_pages: _Optional[int] = ..., page: _Optional[int] = ...) -> None: ...

class ProbeRequest(_message.Message):
    __slots__ = ("lot_id",)
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    lot_id: str
    def __init__(self, lot_id: _Optional[str] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("name", "state", "sentence")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: str
    sentence: str
    def __init__(self, name: _Optional[str] = ..., state: _Optional[str] = ..., sentence: _Optional[str] = ...) -> None: ...

class ProbeReply(_message.Message):
    __slots__ = ("findings", "at_ms", "lot_id")
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    at_ms: int
    lot_id: str
    def __init__(self, findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., at_ms: _Optional[int] = ..., lot_id: _Optional[str] = ...) -> None: ...
