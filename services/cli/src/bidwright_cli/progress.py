"""What a person sees while things start: a small live list on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text


class Progress:
    """
    Shows the steps by *names*; `up` when one is done. Between `with` and its end the list is live on a terminal.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._began = clock()
        self._steps: dict[str, float | None] = {}
        self._details: dict[str, str] = {}
        self._live = (
            Live(console=console, get_renderable=self._table, refresh_per_second=8, transient=False) if console.is_terminal else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def waiting(self, *names: str) -> None:
        """These steps come."""
        self._steps.update(dict.fromkeys(names))

    def up(self, name: str, detail: str = "") -> None:
        """The step is done."""
        self._steps[name] = took = self._clock() - self._began
        self._details[name] = detail
        if not self._live:
            self.say(f"{name} is up after {took:.1f} s{' · ' + detail if detail else ''}")

    def say(self, text: str) -> None:
        """Show a line; above the list while that is live."""
        if self._console.is_terminal:
            self._console.print(Text(text), soft_wrap=True)
        else:
            self._console.file.write(text + "\n")
            self._console.file.flush()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for name, took in self._steps.items():
            if took is None:
                table.add_row(Text("○", style="dim"), name, Text(f"waiting {self._clock() - self._began:.0f} s", style="dim"))
            else:
                table.add_row(Text("●", style="green"), name, Text(f"{took:.1f} s  {self._details.get(name, '')}".rstrip()))
        return table


def console() -> Console:
    """Standard output; characters that it cannot show are replaced, never an error."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    return Console(highlight=False)
