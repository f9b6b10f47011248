"""The commands that the pages tell people to type, read out of the pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLLOWED = {"first-strategy.md"}
"""Pages that a test of their own follows step by step: tests/contract/test_first_strategy.py."""
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "observability/README.md"]
_BLOCK = re.compile(r"^ *```(?:sh)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """
    One command of one page, as words.
    """

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


def typed() -> Iterator[Typed]:
    """Every command in a block for the shell, page by page, from top to bottom."""
    for page in (page for page in PAGES if page.name not in FOLLOWED):
        for block in _BLOCK.findall(re.sub(r"^ *```(?!sh\n)\w+\n.*?^ *```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)):
            for line in block.splitlines():
                for command in re.split(r"\s;\s", re.split(r"\s+#\s", line.strip())[0]):
                    if command and command.split()[0].lstrip("./").split("/")[-1] in ("bidwright", "make", "docker"):
                        yield Typed(page.name, tuple(shlex.split(command)))


def checked() -> Iterator[tuple[str, str, str]]:
    """The rows of the production checklist: what must hold, the command, its line."""
    text = (ROOT / "docs/production-checklist.md").read_text("utf-8")
    yield from re.findall(r"^\| (.+) \| `(bidwright .+?)` \| (.+) \|$", text, re.MULTILINE)
