"""Writes what clients may rely on, from the code: the OpenAPI and the WebSocket's messages; and finds what would break clients."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bidwright.runtime.settings import read
from bidwright_gateway import messages
from bidwright_gateway.bootstrap import bootstrap
from bidwright_gateway.settings import GatewaySettings

FOLDER = Path(__file__).resolve().parent.parent / "docs/api"
_REF = "#/components/schemas/"
Schema = dict[str, Any]


async def openapi() -> Schema:
    """The OpenAPI as the gateway serves it."""
    with tempfile.TemporaryDirectory() as folder:
        async with bootstrap(read(GatewaySettings, BIDWRIGHT_DATA_DIR=folder)) as gateway:
            return gateway.app.openapi()


def websocket() -> Schema:
    """A JSON Schema for each message of ``/ws?v=2``, by direction and type."""
    names, parts = msgspec.json.schema_components((*messages.INCOMING, *messages.OUTGOING), ref_template=_REF + "{name}")
    del names
    return {
        "incoming": [kind.__name__ for kind in messages.INCOMING],
        "outgoing": [kind.__name__ for kind in messages.OUTGOING],
        "components": {"schemas": parts},
    }


def page(schemas: Schema) -> str:
    """The page about the messages."""
    lines = [
        "# Messages of `/ws?v=2`",
        "",
        "Made from `messages.py` of the gateway by `tools/api`; the same as JSON Schema for programs: [websocket.json](websocket.json).",
        "How they follow each other: the gateway's [README](../../services/gateway/README.md).",
    ]
    for way, title in (("incoming", "From the client"), ("outgoing", "From the gateway")):
        lines += ["", f"## {title}"]
        for name in schemas[way]:
            lines += ["", *_message(schemas["components"]["schemas"][name])]
    return "\n".join(lines) + "\n"


def _message(schema: Schema) -> Iterator[str]:
    yield f"### `{schema['properties']['type']['enum'][0]}`"
    yield ""
    yield " ".join(schema.get("description", "").split())
    yield ""
    yield "```json"
    yield json.dumps({name: schema[name] for name in ("properties", "required") if name in schema}, indent=1)
    yield "```"


# ---- what breaks clients -----------------------------------------------------------------------------------------------------------


def breaks_openapi(old: Schema, new: Schema) -> Iterator[str]:
    """What clients written for *old* would stumble over in *new*."""
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{where} is gone"
            else:
                yield from _breaks_operation(where, (old, operation), (new, now))


def _breaks_operation(where: str, before: tuple[Schema, Schema], after: tuple[Schema, Schema]) -> Iterator[str]:
    (old, was), (new, now) = before, after
    had = {(one["in"], one["name"]) for one in was.get("parameters", []) if one.get("required")}
    for one in now.get("parameters", []):
        if one.get("required") and (one["in"], one["name"]) not in had:
            yield f"{where} needs {one['name']}"
    if was.get("security") == [] and now.get("security"):
        yield f"{where} asks for a token"
    yield from breaks(f"{where} takes", (old, _body(was.get("requestBody"))), (new, _body(now.get("requestBody"))), taken=True)
    for status, answer in was["responses"].items():
        if status < "300" and status not in now["responses"]:
            yield f"{where} answers {status} no more"
        elif status in now["responses"]:
            given, gives = _shared(old, answer), _shared(new, now["responses"][status])
            yield from breaks(f"{where} {status}", (old, _body(given)), (new, _body(gives)), taken=False)


def _shared(root: Schema, answer: Schema) -> Schema:
    found: Schema = root["components"].get("responses", {}).get(answer.get("$ref", "").rpartition("/")[2], answer)
    return found


def _body(thing: Schema | None) -> Schema:
    found = (thing or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return found if isinstance(found, dict) else {}


def breaks_websocket(old: Schema, new: Schema) -> Iterator[str]:
    """The same for the messages of the WebSocket."""
    for way in ("incoming", "outgoing"):
        for name in old[way]:
            if name not in new[way]:
                yield f"{name} is gone"
            else:
                here = {"$ref": _REF + name}
                yield from breaks(name, (old, here), (new, here), taken=way == "incoming")


def breaks(where: str, before: tuple[Schema, Schema], after: tuple[Schema, Schema], *, taken: bool, deep: int = 0) -> Iterator[str]:
    """Where the new schema asks for more (what is *taken*) or promises less (what is given) than the old one."""
    (old_root, old), (new_root, new) = before, after
    old, new = _resolved(old_root, old), _resolved(new_root, new)
    if not old or deep > 8:  # noqa: PLR2004 - deeper than anything here
        return
    if not new and not taken:
        yield f"{where} says nothing any more"
        return
    lost = _types(old) - _types(new) if taken else _types(new) - _types(old)
    if lost and _types(old) and _types(new):
        yield f"{where}: {'takes no' if taken else 'may now be'} {', '.join(sorted(lost))}"
    if taken and (fewer := [one for one in old.get("enum", []) if one not in new.get("enum", old["enum"])]):
        yield f"{where}: takes no {fewer}"
    yield from _breaks_fields(where, old, new, taken=taken)
    was, now = old.get("properties", {}), new.get("properties", {})
    for name in was.keys() & now.keys():
        yield from breaks(f"{where}.{name}", (old_root, was[name]), (new_root, now[name]), taken=taken, deep=deep + 1)
    if "items" in old and "items" in new:
        yield from breaks(f"{where}[]", (old_root, old["items"]), (new_root, new["items"]), taken=taken, deep=deep + 1)


def _breaks_fields(where: str, old: Schema, new: Schema, *, taken: bool) -> Iterator[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    if taken:
        for name in set(new.get("required", [])) - set(old.get("required", [])):
            yield f"{where}.{name} is needed now"
    else:
        for name in was.keys() - now.keys():
            yield f"{where}.{name} is gone"
        for name in (set(old.get("required", [])) - set(new.get("required", []))) & now.keys():
            yield f"{where}.{name} may be missing now"


def _resolved(root: Schema, schema: Schema) -> Schema:
    several = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    schema = several[0] if len(several) == 1 else schema
    name = schema.get("$ref", "")
    found = root["components"]["schemas"].get(name.removeprefix(_REF), {}) if name else schema
    return found if isinstance(found, dict) else {}


def _types(schema: Schema) -> set[str]:
    kind = schema.get("type", [])
    return set(kind) if isinstance(kind, list) else {kind}


# ---- the files ---------------------------------------------------------------------------------------------------------------------


def main() -> int:
    """Write or check; 1 when something is out of date or would break."""
    check, accept = "--check" in sys.argv, "--accept" in sys.argv
    served, spoken = asyncio.run(openapi()), websocket()
    made = {"openapi.json": _text(served), "websocket.json": _text(spoken), "websocket.md": page(spoken)}
    broken: list[str] = []
    if (FOLDER / "openapi.json").exists():
        broken += breaks_openapi(json.loads((FOLDER / "openapi.json").read_text("utf-8")), served)
        broken += breaks_websocket(json.loads((FOLDER / "websocket.json").read_text("utf-8")), spoken)
    for line in broken:
        print(f"api: clients would break: {line}", file=sys.stderr)
    if broken and not accept:
        print("api: add beside the old, or take it with tools/api --accept", file=sys.stderr)
        return 1
    stale = [name for name, text in made.items() if not (FOLDER / name).exists() or text != (FOLDER / name).read_text("utf-8")]
    if check:
        for name in stale:
            print(f"api: docs/api/{name} is out of date; run tools/api", file=sys.stderr)
        return int(bool(stale))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(made[name], "utf-8")
    return 0


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main())
