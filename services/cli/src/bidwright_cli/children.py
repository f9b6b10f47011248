"""One child: what it is, and how it is kept alive."""

from __future__ import annotations

import asyncio
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from bidwright.errors import SetupError
from bidwright.runtime.service import end
from bidwright_cli.exits import Exit
from bidwright_cli.logs import Output
from bidwright_cli.processes import started_at

Check = Callable[[int], Awaitable[str]]
"""Asks whether the child with that process id is ready; empty when it is, else what is missing."""

_PAUSE_S, _LONGEST_PAUSE_S, _HEALTHY_AFTER_S, _CHECK_EVERY_S = 0.2, 2.0, 10.0, 0.1
_CANNOT_START, _SAID_EVERY = 3, 30
"""So many ends in a row before it was ready are worth a sentence of their own, said again every minute."""


@dataclass(frozen=True)
class Spec:
    """
    What a child is. *stage*: children of a higher stage are stopped earlier.
    """

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    ready: Check
    stage: int


class Child:
    """
    A child process that is started again when it ends, until it is stopped or says that it cannot run (exit code 78).
    """

    def __init__(
        self, spec: Spec, output: Output, *, tie: Callable[[], None], say: Callable[[str], None], changed: Callable[[], None]
    ) -> None:
        self.spec = spec
        self.output = output
        self.ready = asyncio.Event()
        self.started = 0
        self._tie, self._say, self._changed = tie, say, changed
        self._process: Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int:
        """Number of the running process; 0 when there is none."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    async def keep(self) -> None:
        """
        Run it, and again. Raises SetupError with the child's own sentence when it cannot run without the operator.
        """
        pause, failures, again = _PAUSE_S, 0, False
        while not self._stopping:
            began = time.monotonic()
            code = await self._once(again=again)
            again = True
            if self._stopping:
                return
            if code == Exit.SETUP:
                raise SetupError(f"{self.spec.name} cannot run: {self.output.last_words()}")
            if time.monotonic() - began > _HEALTHY_AFTER_S:
                pause = _PAUSE_S
            failures = 0 if self.ready.is_set() else failures + 1
            if sentence := self._epitaph(code, failures):
                self._say(sentence)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def stop(self) -> None:
        """Ask it to end; it is not started again."""
        self._stopping = self.output.quiet = True
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once; it is not started again."""
        self._stopping = self.output.quiet = True
        self._signal(signal.SIGKILL)

    def _epitaph(self, code: int, failures: int) -> str:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        if failures <= 1:
            return f"{self.spec.name} {how}; starting it again"
        if failures % _SAID_EVERY == _CANNOT_START:
            return f"{self.spec.name} cannot start, it {how}: {self.output.last_words()} (see log/{self.spec.name}.log); trying on"
        return ""

    async def _once(self, *, again: bool) -> int:
        self._process = process = await asyncio.create_subprocess_exec(
            *self.spec.argv,
            env=self.spec.env,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is for us; the children end in our order
            preexec_fn=self._tie,
        )
        self.started = started_at(process.pid)
        self.ready.clear()
        if self._stopping:
            self.kill()
        self._changed()
        jobs = [asyncio.create_task(self._read(process)), asyncio.create_task(self._wait_ready(again=again))]
        try:
            code = await process.wait()
            await asyncio.wait(jobs[:1], timeout=0.2)  # last words; a grandchild may hold the pipe open
        finally:
            await end(jobs)
        return code

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        while data := await process.stdout.read(65536):
            self.output.feed(data)

    async def _wait_ready(self, *, again: bool) -> None:
        began = time.monotonic()
        while await self.spec.ready(self.pid):  # noqa: ASYNC110 - the child is asked, it does not tell
            await asyncio.sleep(_CHECK_EVERY_S)
        if again:
            self._say(f"{self.spec.name} is back after {time.monotonic() - began:.1f} s")
        self.ready.set()

    def _signal(self, what: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(what)
