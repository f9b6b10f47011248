"""Bounds of a setting, read from its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LOW, _HIGH = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}


def bounded(shape: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """
    True when the schema *shape* allows no endless values: numbers lie between two ends, text and lists have a greatest length.

    *named* are the definitions that ``$ref`` points to.
    """
    if "$ref" in shape:
        return bounded(named[shape["$ref"].rsplit("/", 1)[-1]], named)
    parts = [part for several in ("anyOf", "oneOf", "allOf") for part in shape.get(several, ())]
    if parts:
        return all(bounded(part, named) for part in parts)
    match shape.get("type"):
        case "integer" | "number":
            ends = bool(_LOW & shape.keys() and _HIGH & shape.keys())
        case "string":
            ends = bool({"maxLength", "pattern", "format"} & shape.keys())
        case "array":
            ends = "maxItems" in shape and bounded(shape.get("items", {}), named)
        case "object":
            ends = "properties" in shape and all(bounded(part, named) for part in shape["properties"].values())
        case kind:
            ends = kind in ("boolean", "null")
    return ends or bool({"enum", "const"} & shape.keys())
