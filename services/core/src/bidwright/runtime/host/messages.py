"""
Messages between a service and a strategy host: a length in four bytes, then JSON.

Nothing that a host says is more than text and numbers, and each is checked as it arrives: it is not our code that speaks there.
"""

from __future__ import annotations

import struct
from datetime import datetime
from typing import Any, Literal

import msgspec

from bidwright.strategy import LotView
from bidwright.versions import Version

LENGTH = struct.Struct("!I")
MOST_BYTES = 4 * 1024 * 1024
"""Longest message to a host."""
MOST_ANSWER_BYTES = 256 * 1024
"""Longest message from a host: a parameter model's schema is the largest there is."""
MOST_TEXT = 500
"""Characters of a sentence, and of what was printed, that come back."""


class Load(msgspec.Struct, tag=True, frozen=True):
    """
    Load this and say what it offers. *memory_mb* is all the address space that the host may have from now on.
    """

    version: Version
    memory_mb: int


class Decide(msgspec.Struct, tag=True, frozen=True):
    """
    Ask a strategy. *lot* comes without its params: they are in *params*, as JSON text, and become the strategy's own model in the host.
    """

    strategy: str
    lot: LotView
    params: str
    now: datetime


class Veto(msgspec.Struct, tag=True, frozen=True):
    """
    Ask the plugin's ``hold_bid`` about a bid of *cents* on *lot*.
    """

    cents: int
    why: str
    lot: LotView
    now: datetime


class Fit(msgspec.Struct, tag=True, frozen=True):
    """
    Ask whether *params*, JSON text, fit a strategy's parameter model.
    """

    strategy: str
    params: str


class Smoke(msgspec.Struct, tag=True, frozen=True):
    """
    Ask every strategy about every recorded lot; the first thing that goes wrong is the answer.
    """


Ask = Load | Decide | Veto | Fit | Smoke


class Offer(msgspec.Struct, frozen=True):
    """
    A strategy as the host describes it. *schema* is JSON Schema text; *wants_history*: it wants to be shown past prices.
    """

    name: str
    description: str
    version: str
    schema: str
    wants_history: bool = False


class Said(msgspec.Struct, frozen=True):
    """
    What came of a question.

    *kind*: ``bid`` (*cents*), ``wait`` (*until*), ``hold``, ``pass`` (nothing against it), ``loaded`` (*offers*, *hooks*), ``failed``.
    *why* is the sentence of an answer, or what went wrong with file and line. *printed*: the end of what the code printed.
    """

    kind: Literal["bid", "wait", "hold", "pass", "loaded", "failed"]
    why: str = ""
    cents: int = 0
    until: datetime | None = None
    offers: list[Offer] = []
    hooks: list[str] = []
    printed: str = ""


def encode(message: Ask | Said) -> bytes:
    """The message with its length in front."""
    body = msgspec.json.encode(message)
    return LENGTH.pack(len(body)) + body


def decode_ask(body: bytes) -> Ask:
    """A question. Raises msgspec errors."""
    ask: Ask = msgspec.json.decode(body, type=Ask)
    return ask


def decode_said(body: bytes) -> Said:
    """An answer. Raises msgspec errors."""
    return msgspec.json.decode(body, type=Said)


def cut(text: Any) -> str:
    """As much of a text as goes into a message, whatever is in it."""
    return str(text)[:MOST_TEXT].encode("utf-8", "replace").decode()
