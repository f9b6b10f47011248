"""Whether a setting has bounds."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from bidwright import Params
from bidwright.testing.bounds import bounded

Percent = Annotated[int, Field(ge=0, le=100)]


class Colour(StrEnum):
    RED = "red"


class Inner(BaseModel):
    percent: Percent


class Endless(BaseModel):
    percent: int


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        (Percent, True),
        (Percent | None, True),
        (Annotated[float, Field(gt=0, lt=1)], True),
        (bool, True),
        (Colour, True),
        (Literal["a", 7], True),
        (Annotated[str, Field(max_length=9)], True),
        (Annotated[list[Percent], Field(max_length=9)], True),
        (Inner, True),
        (int, False),
        (Annotated[int, Field(ge=0)], False),
        (Annotated[int, Field(le=0)] | None, False),
        (str, False),
        (list[Percent], False),
        (Annotated[list[int], Field(max_length=9)], False),
        (dict[str, Percent], False),
        (Endless, False),
        (Any, False),
    ],
    ids=str,
)
def test_bounds_are_found_in_every_kind(kind, ends):
    """
    Numbers need two ends, text and lists a greatest length; what is named one by one has its end in the names.
    """

    class Model(Params):
        setting: kind

    schema = Model.model_json_schema()
    assert ends is bounded(schema["properties"]["setting"], schema.get("$defs", {}))
