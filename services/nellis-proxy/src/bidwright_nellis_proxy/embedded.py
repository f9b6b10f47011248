"""The data inside a page: the streamed encoding since August 2026, and the plain state before."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from bidwright.turbo_stream import Opaque, Promise, TurboStreamError, decode

_CALL = re.compile(r"streamController\.enqueue\([ \t\r\n]*(?=\")")
_LITERAL = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_PLAIN = re.compile(r"window\.__(?:remixContext|reactRouterContext)\s*=\s*(?=\{)")
_MOST_STATES = 20
"""Tries to read plain state: its name stands once on a page, and each try may read the rest of it."""
_MOST_VALUES = 200_000


class NotUnderstood(Exception):
    """
    The text does not have a shape we know; the sentence says what is missing. Another way may still work.
    """


def literals(page: str) -> Iterator[str]:
    """
    The decoded arguments of all ``streamController.enqueue("...")`` calls, in document order.

    Text is scanned, not a document: the scripts may stand after ``</html>``. The end of a literal is found by honouring
    backslashes, since titles contain quotes followed by a parenthesis.
    """
    at = 0
    while call := _CALL.search(page, at):
        literal = _LITERAL.match(page, call.end())
        if literal is None:
            raise NotUnderstood("a piece of the page's data does not end")
        try:
            yield json.loads(literal[0], strict=False)
        except ValueError:
            raise NotUnderstood("a piece of the page's data is no text") from None
        at = literal.end()


def streamed(page: str) -> Any | None:
    """The root of a page in the streamed encoding, or None when it is not one. Raises NotUnderstood."""
    pieces = list(literals(page))
    if not pieces:
        return None
    return stream("".join(pieces))


def stream(text: str) -> Any:
    """The root of a turbo-stream. Raises NotUnderstood."""
    try:
        return decode(text)
    except TurboStreamError as error:
        raise NotUnderstood(f"the stream does not decode: {error}") from None


def plain(page: str) -> Any | None:
    """The route data of a page with plain state, or None when it is not one."""
    reader = json.JSONDecoder()
    for match in islice(_PLAIN.finditer(page), _MOST_STATES):
        try:
            context, _ = reader.raw_decode(page, match.end())
        except (ValueError, RecursionError):
            continue
        state = context.get("state")
        if isinstance(state, dict) and isinstance(state.get("loaderData"), dict):
            return state
    return None


def plain_json(text: str) -> Any:
    """A JSON answer. Raises NotUnderstood."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotUnderstood("the answer is no JSON") from None


def values(root: Any) -> Iterator[dict[str, Any]]:
    """Every record inside *root*, the outermost first; kept promises and class instances are looked into."""
    queue, seen, budget = deque([root]), set[int](), _MOST_VALUES
    while queue and budget:
        budget -= 1
        value = queue.popleft()
        if not isinstance(value, Promise | Opaque | dict | list) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Promise):
            queue.append(value.value)
        elif isinstance(value, Opaque):
            queue.extend(value.refs if value.tag == "SingleFetchClassInstance" else ())
        elif isinstance(value, dict):
            yield value
            queue.extend(value.values())
        else:
            queue.extend(value)


def refusal(root: Any) -> int | None:
    """The HTTP status that a route's loader answered inside a single-fetch reply, or None."""
    if not isinstance(root, dict):
        return None
    for route in root.values():
        error = route.get("error") if isinstance(route, dict) else None
        if isinstance(error, Opaque) and error.tag == "ErrorResponse" and len(error.refs) > 1 and isinstance(error.refs[1], int):
            return error.refs[1]
    return None
