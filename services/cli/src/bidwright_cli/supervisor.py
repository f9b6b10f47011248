"""All children together: started, kept, and ended in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import groupby

from bidwright_cli.children import Child, Spec
from bidwright_cli.folder import Folder
from bidwright_cli.logs import LogFile, Output
from bidwright_cli.processes import tether

_STAGE_S, _ALL_S = 3.0, 8.0


class Supervisor:
    """
    Keeps the children of one data *folder*. *say* shows a line to the person; *changed* is called when a process number changed.
    """

    def __init__(self, folder: Folder, *, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        self.children: dict[str, Child] = {}
        self._folder, self._say, self._changed = folder, say, changed
        self._tasks: list[asyncio.Task[None]] = []
        self._tie = tether()

    def start(self, spec: Spec) -> Child:
        """Start a child and keep it."""
        output = Output(spec.name, LogFile(self._folder.logs / f"{spec.name}.log"), self._say)
        child = Child(spec, output, tie=self._tie, say=self._say, changed=self._changed)
        self.children[spec.name] = child
        self._tasks.append(asyncio.create_task(child.keep(), name=spec.name))
        return child

    def listen(self) -> None:
        """From now on show the children's warnings; while they start, each still misses the others."""
        for child in self.children.values():
            child.output.quiet = False

    async def failed(self) -> None:
        """Wait for ever. Raises SetupError as soon as a child says that it cannot run."""
        while True:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED, timeout=0.5)  # new ones may have come
            for task in done:
                task.result()

    async def stop(self) -> None:
        """End all of them, those that depend on others first; what does not end in time is killed."""
        end = time.monotonic() + _ALL_S
        by_stage = sorted(self.children.values(), key=lambda child: -child.spec.stage)
        for _, stage in groupby(by_stage, key=lambda child: child.spec.stage):
            going = list(stage)
            for child in going:
                child.stop()
            await self._gone(going, min(_STAGE_S, end - time.monotonic()))
        await self._gone(by_stage, 1)
        for child in by_stage:
            child.output.close()

    def kill(self) -> None:
        """End all of them at once."""
        for child in self.children.values():
            child.kill()

    async def _gone(self, children: list[Child], within_s: float) -> None:
        names = {child.spec.name for child in children}
        tasks = [task for task in self._tasks if task.get_name() in names]
        if tasks:
            await asyncio.wait(tasks, timeout=max(within_s, 0.1))
        for child in children:
            if child.pid:
                child.kill()
