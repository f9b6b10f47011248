"""
Wishes: how the owner wants to be told, kept in Redis under ``bw:notify``, one field per part.

A part that cannot be read counts as not set and is named: what is wrong here makes notices come anyway, never stay away.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import time, tzinfo
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.alias_generators import to_camel
from redis.asyncio import Redis

from bidwright.errors import BadInput
from bidwright.notice import NoticeKind

KINDS = tuple(kind for kind in get_args(NoticeKind) if kind not in ("digest", "test"))
"""The kinds that happen by themselves."""
_MINUTES_A_DAY = 1440


def _kind(value: object) -> object:
    if value not in KINDS:
        raise ValueError(f"there is no kind {value!r}; there is: {', '.join(KINDS)}")
    return value


def _hour(value: object) -> object:
    if isinstance(value, time):
        return value
    try:
        hours, minutes = (int(part) for part in str(value).split(":"))
        return time(hours, minutes)
    except ValueError:
        raise ValueError(f"{value!r} is no time of day; it looks like 22:00") from None


Kind = Annotated[NoticeKind, BeforeValidator(_kind)]
Hour = Annotated[time, BeforeValidator(_hour)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Rule(_Part):
    """
    Which channels a notice goes to. The first rule that fits decides; without one it goes to all.
    """

    kinds: tuple[Kind, ...] = Field((), description="Kinds of notices that it is about; empty: all of them.")
    severity: Literal["any", "urgent", "normal"] = Field("any", description="urgent: only what needs the owner; normal: only the rest.")
    channels: tuple[str, ...] = Field((), description="Names of channels.")
    mute: bool = Field(default=False, description="Tell nobody; only for severity normal.")

    @model_validator(mode="after")
    def _says_where(self) -> Rule:
        if self.mute and self.severity != "normal":
            raise ValueError('what is urgent cannot be muted: say "severity": "normal" beside "mute"')
        if self.mute and self.channels:
            raise ValueError('it names channels and is muted: leave out "channels" or "mute"')
        if not self.mute and not self.channels:
            raise ValueError('name at least one channel in "channels", or say "mute": true')
        return self

    def fits(self, kind: str, *, urgent: bool) -> bool:
        """Whether it decides about such a notice."""
        return (not self.kinds or kind in self.kinds) and self.severity in ("any", "urgent" if urgent else "normal")


class Quiet(_Part):
    """
    Hours in which nothing rings; what came then is told together when they end.
    """

    start: Hour = Field(alias="from", description="Time of day at which they begin, the owner's.")
    end: Hour = Field(alias="to", description="Time of day at which they end.")
    urgent_too: bool = Field(default=False, description="Hold back also what is urgent; false: that breaks through.")

    @model_validator(mode="after")
    def _has_an_end(self) -> Quiet:
        if self.start == self.end:
            raise ValueError('"from" and "to" are the same; for no quiet hours set "quiet" to null')
        return self


class Digest(_Part):
    """
    Tell what is not urgent together: at a time of day, or every so many minutes.
    """

    daily_at: Hour | None = Field(None, description="Time of day, the owner's.")
    every_minutes: int | None = Field(None, ge=2, le=_MINUTES_A_DAY, description="Minutes between two digests.")

    @model_validator(mode="after")
    def _says_when(self) -> Digest:
        if (self.daily_at is None) == (self.every_minutes is None):
            raise ValueError('say either "dailyAt" or "everyMinutes"; for no digest set "digest" to null')
        return self


class Escalation(_Part):
    """
    Where a notice goes as well when a channel does not take it.
    """

    channels: tuple[str, ...] = Field(min_length=1, description="Names of channels.")
    after_minutes: int = Field(10, ge=1, le=_MINUTES_A_DAY, description="Minutes after which a channel counts as not delivering.")
    after_attempts: int = Field(5, ge=1, le=100, description="Attempts in vain after which it does.")
    urgent_only: bool = Field(default=True, description="Only for what is urgent.")


class Wishes(_Part):
    """
    Everything the owner can say about notices.
    """

    rules: tuple[Rule, ...] = Field((), max_length=50, description="Which notices go to which channels; the first that fits decides.")
    quiet: Quiet | None = Field(None, description="Quiet hours.")
    digest: Digest | None = Field(None, description="What is not urgent is told together.")
    escalation: Escalation | None = Field(None, description="A second way when the first does not deliver.")
    ending_minutes: int = Field(0, ge=0, le=120, description="Tell when a watched lot closes within so many minutes; 0: do not.")
    timezone: str = Field("", max_length=64, description="The owner's time zone; empty: BIDWRIGHT_TIMEZONE, else the host's.")

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"{value!r} is no time zone; it looks like America/Phoenix") from None
        return value

    def unknown(self, channels: Collection[str]) -> list[str]:
        """Each place that names a channel which is not among *channels*, as a sentence."""
        places = {f"rules[{n}].channels": rule.channels for n, rule in enumerate(self.rules)}
        if self.escalation:
            places["escalation.channels"] = self.escalation.channels
        there = ", ".join(sorted(channels)) or "none"
        return [
            f"{place}: there is no channel {name!r}; there is: {there}. Correct the name, or add its address to BIDWRIGHT_NOTIFY_URLS"
            for place, names in places.items()
            for name in names
            if name not in channels
        ]

    def zone(self, otherwise: tzinfo | None) -> tzinfo | None:
        """The owner's time zone: the one named here, else *otherwise*; None: the host's."""
        return ZoneInfo(self.timezone) if self.timezone else otherwise

    def document(self) -> dict[str, Any]:
        """As the API shows it."""
        made = self.model_dump(mode="json", by_alias=True)
        for part, name in (("quiet", "from"), ("quiet", "to"), ("digest", "dailyAt")):
            if made[part] and made[part][name]:
                made[part][name] = made[part][name][:5]
        return made


PARTS = {to_camel(name): name for name in Wishes.model_fields}


def merged(old: Wishes, body: object) -> Wishes:
    """*old* with the parts that *body* names in place of its own. Raises BadInput that names the place and what to do."""
    if not isinstance(body, Mapping):
        raise BadInput(f"Send an object with some of: {', '.join(PARTS)}.")
    for part in body:
        if part not in PARTS:
            raise BadInput(f"{part}: there is no such setting; there is: {', '.join(PARTS)}.", str(part))
    try:
        return Wishes.model_validate({**old.document(), **body})
    except ValidationError as error:
        place, sentence = first_fault(error)
        raise BadInput(f"{place}: {sentence}.", place) from None


def first_fault(error: ValidationError) -> tuple[str, str]:
    """Where the first thing is that is wrong, as in ``rules[0].channels``, and what is wrong with it."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    return place or "settings", first["msg"].removeprefix("Value error, ").rstrip(".")


class WishBook:
    """
    Reads and keeps the wishes. Raises redis errors as they are.
    """

    def __init__(self, redis: Redis, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._key = f"{prefix}notify"

    async def read(self) -> tuple[Wishes, list[str]]:
        """The wishes, and what of them cannot be used; such a part counts as not set."""
        stored: dict[str, str] = await self._redis.hgetall(self._key)
        good, problems = Wishes(), []
        for part in (part for part in PARTS if part in stored):
            try:
                good = merged(good, {part: json.loads(stored[part])})
            except (BadInput, ValueError, RecursionError) as error:
                why = str(error) if isinstance(error, BadInput) else f"{part}: it is not JSON."
                without = "notices go to all channels" if part == "rules" else "it counts as not set"
                problems.append(f"{why} Until it is set anew {without}.")
        return good, problems

    async def change(self, body: object, channels: Collection[str] = ()) -> Wishes:
        """Keep the parts that *body* names. Raises BadInput, also for a channel that is not among *channels*, if any are known."""
        old, _ = await self.read()
        new = merged(old, body)
        for sentence in new.unknown(channels) if channels else ():
            place = sentence.partition(":")[0]
            if place.partition("[")[0].partition(".")[0] in (body if isinstance(body, Mapping) else ()):  # what stood there before may stay
                raise BadInput(f"{sentence}.", place)
        told = new.document()
        if named := [part for part in PARTS if isinstance(body, Mapping) and part in body]:
            await self._redis.hset(self._key, mapping={part: json.dumps(told[part]) for part in named})
        return new
