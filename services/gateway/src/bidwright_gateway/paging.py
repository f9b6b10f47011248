"""Pages of lists: at most so many, and a cursor to the next ones that stays right while the list changes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Query

from bidwright.errors import BadInput, NotFound

MOST = 1000
T = TypeVar("T")
Key = list[int | str]
_LIMIT: Any = {"pattern": "^([1-9][0-9]{0,2}|1000)?$"}
LimitText = Annotated[str, Query(alias="limit", description=f"At most so many, 1 to {MOST}; left out: all", json_schema_extra=_LIMIT)]
CursorText = Annotated[str, Query(alias="cursor", description="`next` of the page before")]
WordsText = Annotated[str, Query(alias="q", max_length=200, description="Words that must all be in it")]


@dataclass(frozen=True, slots=True)
class Page:
    """
    What part of a list is wanted: at most *limit* (None: all) of what comes behind the key *after*.
    """

    limit: int | None = None
    after: Key | None = None

    @classmethod
    def asked(cls, limit: str, cursor: str) -> Page:
        """The page that a query asks for. Raises BadInput, NotFound for a cursor that is none."""
        if limit and not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= MOST):
            raise BadInput(f"Limit must be a whole number from 1 to {MOST}", "limit")
        return cls(int(limit) if limit else None, _opened(cursor) if cursor else None)

    def cut(self, items: Sequence[T], key: Callable[[T], Key]) -> tuple[list[T], str | None]:
        """The page's part of *items*, which are in the order of *key*, and the cursor to what follows (None: nothing)."""
        after = self.after
        rest = list(items) if after is None else [item for item in items if _behind(key(item), after)]
        if self.limit is None or len(rest) <= self.limit:
            return rest, None
        return rest[: self.limit], closed(key(rest[self.limit - 1]))


def has_words(text: str, words: str) -> bool:
    """Whether each of *words* is somewhere in *text*, in capitals or not; no words are in every text."""
    low = text.lower()
    return all(word in low for word in words.lower().split())


def closed(key: Key) -> str:
    """A key as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode("ascii").rstrip("=")


def paged(body: dict[str, Any], following: str | None, page: Page) -> dict[str, Any]:
    """*body* with ``next``, for those who asked for a page: others are told everything in the words of the contract."""
    return body if page.limit is None and page.after is None else {**body, "next": following}


def _opened(cursor: str) -> Key:
    wrong = NotFound("This cursor is none of ours; begin without one.")
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(cursor[:500] + "=" * (-len(cursor[:500]) % 4)), type=Key)
    except (ValueError, msgspec.DecodeError, msgspec.ValidationError):
        raise wrong from None
    if not found:
        raise wrong
    return found


def _behind(key: Key, after: Key) -> bool:
    try:
        return key > after
    except TypeError:
        raise NotFound("This cursor belongs to another list; begin without one.") from None
