"""What all replies are made of: amounts, times and names with their meaning and an example each."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Yes = Annotated[bool, Meta(extra_json_schema={"const": True})]
Dollars = Annotated[float, Meta(description="Dollars", examples=[14])]
Cents = Annotated[int, Meta(description="Cents", examples=[1400])]
Decimals = Annotated[str, Meta(description="Dollars with two decimals", examples=["14.00"])]
Percent = Annotated[float, Meta(description="Percent", examples=[8.25])]
Whole = Annotated[int, Meta(examples=[3])]
Count = Annotated[int, Meta(ge=0, examples=[1])]
Ratio = Annotated[float, Meta(examples=[0.15])]
Millis = Annotated[int, Meta(description="Unix time, ms", examples=[1790000000000])]
Took = Annotated[float, Meta(description="ms", examples=[212])]
Seconds = Annotated[int, Meta(ge=0, description="Seconds, worked out when it is sent", examples=[412])]
Moment = Annotated[str, Meta(description="ISO 8601", examples=["2026-09-21T14:53:50.000Z"])]
Text = Annotated[str, Meta(description="May be empty")]
Title = Annotated[str, Meta(examples=["Cordless lamp, 18V"])]
Name = Annotated[str, Meta(examples=["drills"])]
Sentence = Annotated[str, Meta(description="A sentence for a person", examples=["Will bid up to $40 ten seconds before the close."])]
Word = Annotated[str, Meta(description="A word for programs", examples=["ok"])]
LotId = Annotated[str, Meta(pattern="^[0-9]{1,18}$", description="The digits of the lot's address", examples=["70012345"])]
Address = Annotated[str, Meta(examples=["https://www.nellisauction.com/p/cordless-lamp-18v/70012345"], extra_json_schema={"format": "uri"})]
Next = Annotated[str | None, Meta(description="The cursor to what follows; there when a page was asked for", examples=["WzFd"])]
Generation = Annotated[str, Meta(description="Names this state of the switch", examples=["4"])]
Mode = Annotated[str, Meta(extra_json_schema={"enum": ["live", "dry-run"]})]


class Remembered(Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What an answer has while Redis is away: then it is what is remembered, so many seconds old."""

    stale: bool | UnsetType = UNSET
    age_seconds: Annotated[float, Meta(ge=0, description="How old it is", examples=[2.5])] | UnsetType = UNSET


class Reply(Remembered, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What every answer of ours has. Further fields may come with a later version."""

    success: Yes


class Part(Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Something within an answer."""
