"""Spans as the services log them (``span.ended``), and where the time between two moments went: each hop's own time, in order."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

_PLAIN = frozenset({"event", "name", "took_ms", "parent", "failed", "trace", "span", "level", "timestamp", "service"})


@dataclass(frozen=True, slots=True)
class Span:
    """
    A part of a trace; times in Unix seconds.
    """

    name: str
    began: float
    ended: float
    id: str = ""
    parent: str = ""
    trace: str = ""
    service: str = ""
    details: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, line: dict[str, Any]) -> Span:
        """The span that a line of the log tells of: it is written at the end of the span."""
        ended = datetime.fromisoformat(line["timestamp"]).timestamp()
        details = {key: value for key, value in line.items() if key not in _PLAIN}
        began = ended - line["took_ms"] / 1000
        return cls(line["name"], began, ended, line["span"], line["parent"], line["trace"], line["service"], details)


class Spans:
    """
    All spans of an installation, by trace. Its logs are followed while it runs: they are cut when they grow long.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[int, int]] = {}
        """Inode and length of each log as far as it was read."""
        self.by_id: dict[str, Span] = {}
        self.by_trace: dict[str, list[Span]] = defaultdict(list)

    async def follow(self) -> None:
        """Read on, until cancelled."""
        while True:
            self.read()
            await asyncio.sleep(1)

    def read(self) -> None:
        """Read what was written since the last time."""
        for file in self._folder.glob("**/log/*.log"):
            inode, done = self._read.get(file, (0, 0))
            before = file.with_name(f"{file.name}.1")
            if inode and inode != file.stat().st_ino:
                if before.exists() and before.stat().st_ino == inode:
                    self._take(before, done)
                done = 0
            self._read[file] = file.stat().st_ino, done + self._take(file, done)

    def _take(self, file: Path, after: int) -> int:
        with file.open("rb") as text:
            text.seek(after)
            whole, newline, _ = text.read().rpartition(b"\n")
        for line in whole.splitlines():
            if b'"span.ended"' in line:
                span = Span.of(json.loads(line))
                self.by_id[span.id] = span
                self.by_trace[span.trace].append(span)
        return len(whole) + len(newline)

    def above(self, span: Span) -> Iterator[Span]:
        """The spans that *span* belongs to, the nearest first."""
        while (parent := self.by_id.get(span.parent)) is not None:
            span = parent
            yield span

    def within(self, top: Span) -> list[Span]:
        """*top*, and what belongs to it or was set off by it."""
        return [one for one in self.by_trace[top.trace] if one.id == top.id or any(upper.id == top.id for upper in self.above(one))]

    def way(self, top: Span, answer: Span) -> list[Span]:
        """
        What lies between the begin of *top* and the end of *answer*, and nothing that went on beside it.

        A look that is no part of what set it off is preceded by a span for the time until it was taken.
        """
        looks = {one.id for one in (answer, *self.above(answer)) if one.name.endswith(".look")}
        found = []
        for span in self.within(top):
            by = self.by_id.get(span.parent)
            beside = any(one.name.endswith(".look") and one.id not in looks for one in (span, *self.above(span)))
            later = by is not None and by.ended < span.began
            if span.id == top.id or beside or span.began >= answer.ended or (later and span.id not in looks):
                continue
            found.append(replace(span, ended=min(span.ended, answer.ended)))
            if by is not None and later:
                found.append(Span(f"until {span.name} begins", by.ended, span.began))
        return found

    def called(self, span: Span) -> str:
        """What a hop is called: transitions happen in several places."""
        parent = self.by_id.get(span.parent)
        return f"{span.name} in {parent.name}" if span.name.startswith("store.") and parent else span.name


def own_times(spans: Iterable[Span], whole: Span, called: Any) -> dict[str, tuple[float, float]]:
    """
    Of *whole*, each hop's own time in seconds, and how long after the begin it was first in it: together they are all of *whole*.

    A moment belongs to the span that began last of those that last then. *called* names the hop of a span.
    """
    within = [one for one in spans if one.ended > whole.began and one.began < whole.ended]
    ends = (moment for one in within for moment in (one.began, one.ended) if whole.began < moment < whole.ended)
    found: dict[str, tuple[float, float]] = {}
    for begin, end in pairwise(sorted({whole.began, whole.ended, *ends})):
        inner = max((one for one in within if one.began <= begin and one.ended >= end), key=lambda one: one.began, default=whole)
        name = whole.name if inner is whole else called(inner)
        own, first = found.get(name, (0.0, begin - whole.began))
        found[name] = own + end - begin, first
    return found
