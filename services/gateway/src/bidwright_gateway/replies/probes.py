"""Replies of the probes, and refusals."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from bidwright_gateway.replies.parts import Count, Moment, Part, Sentence, Took

State = Literal["healthy", "degraded", "unhealthy"]


class HealthCheck(Part, kw_only=True):
    """What one check found."""

    name: Annotated[str, Meta(examples=["redis"])]
    status: State
    message: Sentence
    duration: Took
    details: dict[str, Any] | UnsetType = UNSET


class LotStats(Part, kw_only=True):
    """How many lots there are."""

    total: Count
    active: Count
    ended: Count
    polling_intervals: Count


class LotCounts(Part, kw_only=True):
    """How many lots are watched."""

    monitored: Count
    memory_stats: LotStats


class HealthReport(Part, kw_only=True):
    """What all checks found; the worst counts."""

    status: State
    timestamp: Moment
    uptime: Count
    checks: dict[str, HealthCheck]
    auctions: LotCounts | UnsetType = UNSET


class Alive(Part, kw_only=True):
    """The process answers."""

    alive: bool
    timestamp: Moment
    pid: Annotated[int, Meta(examples=[4711])]
    uptime: Annotated[float, Meta(description="Seconds", examples=[123.4])]


class Ready(Part, kw_only=True):
    """Whether Redis answers and the lots are known."""

    ready: bool
    timestamp: Moment
    checks: Count
    why: Sentence | UnsetType = UNSET


class HealthHistory(Part, kw_only=True):
    """The newest reports."""

    history: list[HealthReport]
    count: Count


class Error(Struct, kw_only=True, rename="camel"):
    """A refusal. Some say more beside it: what a bid came to, the terms that are asked, what was done before Redis went away."""

    success: bool
    error: Annotated[str, Meta(description="A sentence for a person", examples=["Max bid must be positive."])]
    code: Annotated[str, Meta(examples=["VALIDATION_ERROR"])] | UnsetType = UNSET
    field: Annotated[str, Meta(examples=["config.maxBid"])] | UnsetType = UNSET
    details: Annotated[list[str] | str, Meta(description="A sentence for each thing that is wrong")] | UnsetType = UNSET


class Problem(Struct, kw_only=True, rename="camel"):
    """RFC 9457, for clients that accept application/problem+json; what else the envelope has stands beside it."""

    type: Annotated[str, Meta(examples=["/api-docs#validation-error"], extra_json_schema={"format": "uri-reference"})]
    title: Annotated[str, Meta(examples=["Bad Request"])]
    status: Annotated[int, Meta(examples=[400])]
    detail: Annotated[str, Meta(description="A sentence for a person", examples=["Max bid must be positive."])]
    instance: Annotated[str, Meta(examples=["/api/auctions/70012345/monitor"])]
    code: Annotated[str, Meta(examples=["VALIDATION_ERROR"])]
