"""The scheduler: processes made of tasks, one step at a time, in virtual time. Every await of a task is a step at which it may die."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Coroutine, Generator
from itertools import count
from random import Random
from types import coroutine
from typing import Any


class Box:
    """
    A place for one answer that a task may wait for.
    """

    __slots__ = ("full", "value", "waiters")

    def __init__(self) -> None:
        self.full, self.value = False, None
        self.waiters: list[tuple[Task, int]] = []


@coroutine
def pause(seconds: float) -> Generator[Any, None, None]:
    """Let *seconds* pass."""
    yield seconds


@coroutine
def wait(box: Box, seconds: float) -> Generator[Any, None, bool]:
    """Wait up to *seconds* for *box* to be filled; True when it is."""
    if not box.full:
        yield box, seconds
    return box.full


class Task:
    """
    One coroutine of a process. *turn* tells the wake-up that counts from those that were overtaken.
    """

    __slots__ = ("coro", "done", "process", "turn")

    def __init__(self, process: Process, coro: Coroutine[Any, Any, Any]) -> None:
        self.process, self.coro, self.done, self.turn = process, coro, Box(), 0


class Process:
    """
    What crashes and pauses as one: a worker with its tasks. *main* makes its first task, also after a crash. None: it never dies.
    """

    def __init__(self, loop: Loop, name: str, main: Callable[[], Coroutine[Any, Any, None]], *, mortal: bool = True) -> None:
        self.loop, self.name, self.main, self.mortal = loop, name, main, mortal
        self.tasks: set[Task] = set()
        self.frozen_until = 0.0

    def spawn(self, coro: Coroutine[Any, Any, Any], after: float = 0.0) -> Task:
        """Begin a task of this process."""
        task = Task(self, coro)
        self.tasks.add(task)
        self.loop.wake(task, self.loop.now + after)
        return task

    def crash(self, back_in: float) -> None:
        """End every task where it stands and start anew later."""
        for task in list(self.tasks):
            task.turn += 1
            task.coro.close()
        self.tasks.clear()
        self.loop.at(self.loop.now + back_in, lambda: self.spawn(self.main()))


class Loop:
    """
    Virtual time and everything that waits for it. *chaos* is asked before each step and may crash or freeze the process.
    """

    def __init__(self, rng: Random) -> None:
        self.now = 0.0
        self.steps = 0
        self.rng = rng
        self.running: Process | None = None
        self.chaos: Callable[[Process], bool] = lambda _: False
        self._heap: list[tuple[float, int, Any, int]] = []
        self._count = count()

    def at(self, when: float, call: Callable[[], Any]) -> None:
        """Call *call* at the time *when*."""
        heapq.heappush(self._heap, (when, next(self._count), call, -1))

    def wake(self, task: Task, when: float) -> None:
        """Let *task* go on at *when*, and at no other time."""
        task.turn += 1
        heapq.heappush(self._heap, (when, next(self._count), task, task.turn))

    def fill(self, box: Box, value: object) -> None:
        """Give *box* its answer; who waits for it goes on at once."""
        if box.full:
            return
        box.full, box.value = True, value
        for task, turn in box.waiters:
            if task.turn == turn:
                self.wake(task, self.now)

    def run(self, until: float) -> None:
        """Do everything that is due before *until*."""
        while self._heap and self._heap[0][0] < until:
            when, _, what, turn = heapq.heappop(self._heap)
            self.now = max(self.now, when)
            if turn < 0:
                what()
            elif what.turn == turn:
                self._step(what)
        self.now = max(self.now, until)

    def _step(self, task: Task) -> None:
        process = task.process
        if process.frozen_until > self.now:
            self.wake(task, process.frozen_until + self.rng.random() * 0.01)
            return
        if self.chaos(process):
            if task in process.tasks:  # frozen, not crashed
                self.wake(task, max(process.frozen_until, self.now))
            return
        self.steps += 1
        self.running = process
        try:
            wanted = task.coro.send(None)
        except StopIteration as end:
            process.tasks.discard(task)
            self.fill(task.done, end.value)
            return
        if type(wanted) is tuple:
            box, seconds = wanted
            self.wake(task, self.now + seconds)
            box.waiters.append((task, task.turn))
        else:
            self.wake(task, self.now + wanted)

    def close(self) -> None:
        """Drop what is left, so that no coroutine complains about never having been awaited."""
        for _, _, what, turn in self._heap:
            if turn >= 0:
                what.coro.close()
        self._heap.clear()
