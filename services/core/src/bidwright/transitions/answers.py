"""What the transitions answer: one frozen value each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True)
class Command:
    """
    Makes a user's command happen once: the same id and body get the same answer, another body a conflict.
    """

    id: str
    sha: str

    @classmethod
    def of(cls, command_id: str, body: object) -> Command:
        """A command named *command_id*, told apart from others by its JSON-able *body*."""
        return cls(command_id, hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest())


UNNAMED = Command("", "")
"""A command that nobody will repeat."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    A command's answer. *value* is what the script gave (a cap version, a generation); *why* is set when it was refused.
    """

    ok: bool
    value: str = ""
    why: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """
    One due lot handed to one worker. *due_ms* is steady time: how late the worker is can be told from it.

    *trace* is the ``traceparent`` of what made it due; empty when that belongs to no trace. *asked*: somebody asked for this look (PUT), so
    that no read that was made before answers it.
    """

    lot_id: str
    fence: str
    due_ms: int
    trace: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """
    What TAKE handed out, the steady time at which it did, and when the next lot is due, in ms; None with an empty queue.
    """

    now_ms: int
    next_ms: int | None = None
    tickets: list[Ticket] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Done:
    """
    DONE's answer: *due_in_ms* until the next look, or *why* not (fenced, not-taken, gone).
    """

    ok: bool
    due_in_ms: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """
    OBSERVE's answer: the observation's number and the verdict on an open intent, if this read gave one.
    """

    ok: bool
    obs_seq: str = ""
    verdict: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """
    SHOW's answer. *closed* is True when this read ended the lot.
    """

    ok: bool
    closed: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reserved:
    """
    RESERVE's answer. *state* is set when the intent already exists, *why* when it was refused.
    """

    ok: bool
    state: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """
    CLAIM's answer. *action*: ``send`` (to the site), ``simulate`` (dry run), ``cancel`` (guards said no), ``no`` (not RESERVED).
    """

    action: str
    amount_cents: int = 0
    lot_id: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """
    SETTLE's answer: the state the intent is in now, and whether this call put it there.
    """

    ok: bool
    state: str


@dataclass(frozen=True, slots=True)
class Swept:
    """
    One open intent that was past its time. *what*: expired, unknown, waiting or stuck (tell somebody).
    """

    intent_id: str
    lot_id: str
    what: str
    age_ms: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """
    The rate limiter's answer: go now, or come back in *wait_s*. *now_ms* is the start that a read admitted here may claim.
    """

    ok: bool
    wait_s: float
    now_ms: int


@dataclass(frozen=True, slots=True)
class BreakerWord:
    """
    BREAKER_ASK's answer. *word*: ``go``, ``probe`` (this one, alone) or ``wait`` for *wait_ms*; *gen* names the time between two flips.
    """

    word: str
    gen: str
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Initialised:
    """
    INIT's answer: *epoch* of the store; *why* is ``site``, ``schema`` or ``lost`` when a person has to look, *stored* what is there.
    """

    ok: bool
    epoch: str = ""
    why: str = ""
    stored: str = ""


Fields = Mapping[str, str | int]
"""Fields of a watch as the scripts take them: text, or a whole number of cents."""
