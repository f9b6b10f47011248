"""Replies about the house: status, switches, site, breaker, queue."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from bidwright_gateway.replies.lots import Auction
from bidwright_gateway.replies.parts import (
    Count,
    Dollars,
    Generation,
    LotId,
    Millis,
    Mode,
    Moment,
    Part,
    Reply,
    Sentence,
    Text,
    Took,
    Whole,
    Word,
)

Perhaps = Annotated[str, Meta(description="A sentence; empty: all is well")]


class Memory(Part, kw_only=True):
    """Bytes."""

    rss: Count
    heap_total: Count
    heap_used: Count
    external: Count
    array_buffers: Count


class Storage(Part, kw_only=True):
    """Where things are kept."""

    type: Literal["redis"]
    connected: bool
    healthy: bool


class Service(Part, kw_only=True):
    """Switches, session and money, as they are known now."""

    mode: Mode
    halted: bool
    halted_why: Perhaps
    halted_by: Text
    gen: Generation
    session: Annotated[str, Meta(examples=["ok"])]
    session_why: Perhaps
    session_checked_at: Moment | None
    breaker: Annotated[str, Meta(examples=["closed"])]
    format: Word
    format_why: Perhaps
    plugins: Count
    exposure: Dollars
    budget: Dollars | None
    store_up: bool
    age_seconds: Annotated[float, Meta(ge=0, description="How old this is", examples=[0])]


class SiteAddress(Part, kw_only=True):
    """Which site."""

    address: Annotated[str, Meta(examples=["https://www.nellisauction.com"])]
    real: bool
    simulated: bool


class Replica(Part, kw_only=True):
    """A process that was heard of lately."""

    service: Annotated[str, Meta(examples=["bidder"])]
    replica: Annotated[str, Meta(examples=["host-4711"])]
    pid: Whole
    pss_bytes: Count
    started_at: Millis
    silent_ms: Count
    plugin_problems: list[str]
    unwell: list[str]
    release: Annotated[str, Meta(description="Its version", examples=["0.1.0"])]


class Store(Part, kw_only=True):
    """What the store says of itself; empty while it is away."""

    epoch: Annotated[str, Meta(description="Which store it is")]
    schema: Annotated[str, Meta(description="Version of the data", examples=["1"])]
    restored: Annotated[bool, Meta(description="From a backup, and not resumed since")]


class LastBackup(Part, kw_only=True):
    """The last backup that was made, and why the last try failed, if it did."""

    at: Annotated[int | None, Meta(description="Unix time, ms; null: none was made yet, or it is not known while Redis is away")]
    file: Annotated[str, Meta(examples=["bidwright-20261126T033000Z-daily.backup"])]
    why: Annotated[str, Meta(description="Empty when the last try went well", examples=[""])]


class Status(Reply, kw_only=True):
    """Running."""

    status: Literal["running"]
    version: Annotated[str, Meta(description="Of this gateway", examples=["0.1.0"])]
    monitored_auctions: Count
    uptime: Annotated[float, Meta(description="Seconds", examples=[123.4])]
    memory: Memory
    hot_reload: bool
    timestamp: Moment
    storage: Storage
    store_complaints: list[Sentence]
    store: Store
    backup: LastBackup
    service: Service
    site: SiteAddress
    services: list[Replica]


class Feature(Part, kw_only=True):
    """A feature of the existing names."""

    name: Annotated[str, Meta(examples=["USE_SSE"])]
    description: Sentence
    enabled: bool
    phase: Annotated[float, Meta(examples=[4.5])]


class Features(Reply, kw_only=True):
    """What is in force."""

    features: dict[str, Feature]
    phase: Whole
    description: Sentence


class BreakerConfig(Part, kw_only=True):
    """When it opens and closes; ms."""

    failure_threshold: Count
    timeout: Count
    half_open_retry_delay: Count
    success_threshold: Count


class BreakerMetrics(Part, kw_only=True):
    """What it has counted."""

    total_requests: Count
    successful_requests: Count
    failed_requests: Count
    circuit_opened: Count
    fast_failures: Count
    half_open_attempts: Count
    successful_recoveries: Count
    success_rate: Annotated[str, Meta(examples=["100.00%"])]


class BreakerState(Part, kw_only=True):
    """The breaker; only *enabled* and *message* while nellis-proxy is away."""

    enabled: bool
    message: Sentence | UnsetType = UNSET
    state: Literal["closed", "open", "half_open", "half"] | UnsetType = UNSET
    failure_count: Count | UnsetType = UNSET
    last_failure_time: Moment | UnsetType | None = UNSET
    next_attempt_time: Moment | UnsetType | None = UNSET
    config: BreakerConfig | UnsetType = UNSET
    metrics: BreakerMetrics | UnsetType = UNSET
    why: Perhaps | UnsetType = UNSET
    requests_per_second: Annotated[float, Meta(examples=[2])] | UnsetType = UNSET
    blocked_until: Moment | UnsetType | None = UNSET


class Breaker(Reply, kw_only=True):
    """The breaker's state."""

    circuit_breaker: BreakerState


class QueueItem(Part, kw_only=True):
    """A lot that will be looked at."""

    auction_id: LotId
    next_poll: Moment
    interval: Count


class QueueState(Part, kw_only=True):
    """What the poller has to do."""

    total_polls: Count
    queue_size: Count
    avg_poll_time: Took
    errors: Count
    enabled: bool
    items: list[QueueItem]


class Queue(Reply, kw_only=True):
    """What the poller has to do next."""

    queue: QueueState


class Where(Part, kw_only=True):
    """Where this gateway is."""

    backend_url: Annotated[str, Meta(examples=["http://localhost:3000"])]
    ws_url: Annotated[str, Meta(examples=["ws://localhost:3000"])]


class Halted(Reply, kw_only=True):
    """Everything is stopped."""

    halted: bool
    gen: Generation


class Standing(Auction, kw_only=True):
    """A lot on which a bid of ours stands and cannot be pulled."""

    amount: Dollars
    all_in_amount: Dollars
    leads: bool


class HaltState(Reply, kw_only=True):
    """Whether everything is stopped; *here*: what on a host says so."""

    halted: bool
    gen: Generation
    by: Text
    why: Perhaps
    here: list[str]
    standing: list[Standing]
    standing_all_in: Dollars


class Resumed(Reply, kw_only=True):
    """Bidding goes on; *warnings*: why the store should not hold money."""

    halted: bool
    gen: Generation
    warnings: list[Sentence] | UnsetType = UNSET


class Terms(Part, kw_only=True):
    """What is asked before going live for the first time."""

    asked: bool
    accepted_at: Moment | None
    question: Sentence
    open_points: list[Sentence]


class ModeState(Reply, kw_only=True):
    """Dry run or live; *locked*: the environment says dry run."""

    mode: Mode
    locked: bool
    terms: Terms


class ModeSet(Reply, kw_only=True):
    """Dry run or live from now on."""

    mode: Mode
    warning: Sentence | UnsetType = UNSET


class SiteStatus(Part, kw_only=True):
    """How nellis-proxy stands with the site."""

    session: Annotated[str, Meta(examples=["ok"])]
    breaker: Annotated[str, Meta(examples=["closed"])]
    format: Word
    format_why: Perhaps
    requests_per_second: Annotated[float, Meta(examples=[2])]
    blocked_until: Moment | None
    clock_width_ms: Took | None
    clock_trusted: bool
    last_way: Text
    live_streams: Count


class Finding(Part, kw_only=True):
    """Something that a probe settled."""

    name: Annotated[str, Meta(examples=["page"])]
    state: Word
    sentence: Sentence


class Probe(Part, kw_only=True):
    """What a probe settled."""

    at: Moment | None
    lot: LotId | None
    findings: list[Finding]


class Site(Reply, kw_only=True):
    """How it stands with the site; *error*: nellis-proxy does not say."""

    site: SiteAddress
    status: SiteStatus | None
    probe: Probe | None
    open_points: list[Sentence]
    error: Sentence | UnsetType = UNSET


class Probed(Reply, kw_only=True):
    """What could be settled."""

    probe: Probe
