"""Replies about what plugs in: strategies, plugins, toggles and what came of their variants."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from bidwright_gateway.replies.parts import (
    Count,
    Dollars,
    LotId,
    Millis,
    Moment,
    Name,
    Part,
    Reply,
    Sentence,
    Text,
    Took,
    Whole,
    Word,
)

Perhaps = Annotated[str, Meta(description="A sentence; empty: all is well")]


class StrategyShown(Part, kw_only=True):
    """What a lot can be bid by."""

    name: Annotated[str, Meta(examples=["sniping"])]
    description: Sentence
    version: Text
    plugin: Name
    sha: Text
    params: Annotated[str, Meta(description="The JSON Schema of its settings, as text", examples=['{"type":"object"}'])]


class StrategyProblem(Part, kw_only=True):
    """A plugin that cannot be used."""

    plugin: Name
    reason: Sentence


class Strategies(Reply, kw_only=True):
    """What a lot can be bid by."""

    strategies: list[StrategyShown]
    problems: list[StrategyProblem]


class Tried(Reply, kw_only=True):
    """What a strategy was shown and what it says."""

    auction_id: LotId
    strategy: Name
    version: Text
    plugin: Name
    shown: Annotated[dict[str, Any], Meta(description="What it was shown")]
    answer: Literal["bid", "hold", "wait", "error", ""]
    says: Text
    amount: Dollars | None
    until: Millis | None
    took_ms: Took


class PluginShown(Part, kw_only=True):
    """A plugin that the bidder knows."""

    name: Name
    door: Annotated[str, Meta(examples=["drop-in"])]
    state: Literal["running", "previous", "refused", "quarantine", "disabled"]
    sha: Text
    place: Text
    strategies: list[str]
    hooks: list[str]
    problem: Perhaps
    disabled: Text
    quarantine: Text
    real_money: bool


class Plugins(Reply, kw_only=True):
    """Every plugin that the bidder knows."""

    plugins: list[PluginShown]


class Enabled(Reply, kw_only=True):
    """The version that is used now."""

    name: Name
    sha: Text
    problem: Perhaps


class Disabled(Reply, kw_only=True):
    """It is not asked any more."""

    name: Name


class Variant(Part, kw_only=True):
    """A value of an experiment."""

    name: Name
    strategy: str | None


class Rollback(Part, kw_only=True):
    """When an experiment ends by itself."""

    worse_by: Dollars
    lots: Whole


class Thrown(Part, kw_only=True):
    """A change of a toggle."""

    name: Name
    at: Moment | None
    who: Annotated[str, Meta(examples=["owner"])]
    old: Text | None
    new: Text | None
    why: Text


class ToggleShown(Part, kw_only=True):
    """A switch, its value and why."""

    name: Name
    env: Annotated[str, Meta(examples=["USE_SSE"])]
    kind: Word
    description: Sentence
    owner: Text
    enabled: bool
    value: Text
    reason: Text
    for_some_lots: bool
    live: Text | None
    environment: Text | None
    default: Text
    money: bool
    locked: Annotated[str, Meta(description="Why it cannot be thrown; empty: it can")]
    review: Annotated[str | None, Meta(description="A day")]
    stale: bool
    variants: list[Variant]
    rollback: Rollback | None
    changed: Thrown | None
    warnings: list[Sentence]


class Toggles(Reply, kw_only=True):
    """Every switch."""

    toggles: list[ToggleShown]


class OneToggle(Reply, kw_only=True):
    """The switch as it is now."""

    toggle: ToggleShown


class ToggleAudit(Reply, kw_only=True):
    """Who threw what, the newest first."""

    audit: list[Thrown]


class Apart(Part, kw_only=True):
    """How much more than the first variant, and the interval that has it 95 times of 100."""

    surplus_per_lot: Dollars
    interval: list[Dollars] | None


class VariantOutcome(Part, kw_only=True):
    """What a variant came to."""

    variant: Name
    lots: Count
    won: Count
    surplus: Annotated[str, Meta(examples=["$12.50"])]
    surplus_per_lot: Dollars
    interval: list[Dollars] | None
    against_first: Apart | UnsetType = UNSET


class Outcomes(Reply, kw_only=True):
    """What each variant came to."""

    name: Name
    since: Annotated[int, Meta(description="Unix time, ms; 0: from the beginning")]
    outcomes: list[VariantOutcome]
    mixed: Count
