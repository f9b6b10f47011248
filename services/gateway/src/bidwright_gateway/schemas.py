"""Schemas of what clients are given, for the OpenAPI, made of the types in ``replies``; and an example of each, made of the schema."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import msgspec
from pydantic import TypeAdapter

from bidwright.runtime.notices.wishes import Wishes
from bidwright_gateway.replies import house, lots, money, own, people, plugins, probes

Schema = dict[str, Any]
REF = "#/components/schemas/"
MODULES = (lots, money, house, plugins, people, own, probes)
"""Where the types of all replies are."""


def named(model: type) -> Schema:
    """The schema of a reply, by its name."""
    return {"$ref": f"{REF}{model.__name__}"}


@cache
def schemas() -> dict[str, Schema]:
    """Every schema, by name."""
    models = [model for module in MODULES for model in _models(module)]
    _, found = msgspec.json.schema_components(models, ref_template=REF + "{name}")
    wishes = TypeAdapter(Wishes).json_schema(mode="serialization", ref_template=REF + "{model}")
    found |= {**wishes.pop("$defs", {}), "Wishes": wishes}
    made = {name: _tidy(schema) for name, schema in found.items()}
    made["NoticeWishes"]["properties"]["settings"] = named(Wishes)  # pydantic's, which msgspec does not know
    return made


def example(schema: Schema) -> Any:  # noqa: PLR0911 - a table read from the top
    """A value that fits *schema*: what it names itself, else the plainest one; fields that may be missing are left out."""
    if "$ref" in schema:
        return example(schemas()[schema["$ref"].removeprefix(REF)])
    if "const" in schema:
        return schema["const"]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "anyOf" in schema:
        found = example(schema["anyOf"][0])
        return found if found or {"type": "null"} not in schema["anyOf"] else None
    kind = schema.get("type")
    if kind == "object":
        return {name: example(one) for name, one in schema.get("properties", {}).items() if name in schema.get("required", [])}
    if kind == "array":
        return [example(schema["items"])] if schema.get("items") else []
    return {"string": "", "boolean": False, "integer": schema.get("minimum", 0), "number": schema.get("minimum", 0)}.get(str(kind))


def _models(module: ModuleType) -> list[type]:
    found = [thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, msgspec.Struct)]
    return [model for model in found if model.__module__ == module.__name__]


def _tidy(schema: Any) -> Any:
    """Without what only we need: the types refuse fields that they do not have, clients must not."""
    if isinstance(schema, list):
        return [_tidy(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _tidy(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
    if made.get("additionalProperties") is False:
        del made["additionalProperties"]
    if isinstance(text := made.get("description"), str):
        made["description"] = " ".join(text.split())
    return made
