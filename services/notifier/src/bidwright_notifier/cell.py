"""A cell: a thread with a loop of its own, in which one channel sends. Whatever it does there, a blocking call too, stops only itself."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable

_GRACE_S, _PING_S = 0.5, 0.5
_ABANDON_S = 60.0
_MOST_ABANDONED = 5


class Hangs(Exception):
    """
    An earlier notice still hangs in this channel; nothing more is handed to it until that has ended.
    """


class Cell:
    """
    Where one channel's code runs. The thread is begun with the first notice.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._inside: set[object] = set()
        self._late: dict[object, float] = {}
        """Calls that took too long, by when that was noticed."""
        self._abandoned = 0

    async def run(self, send: Callable[[], Awaitable[None]], within_s: float) -> None:
        """
        Await *send()* in there. Raises what it raises, TimeoutError after *within_s*, Hangs while an earlier one has not ended.
        """
        if self._late and await self._stuck():
            raise Hangs("an earlier notice still hangs in it, so it was not asked; if it stays so, start the notifier again")
        mark = object()
        job = asyncio.run_coroutine_threadsafe(self._call(mark, send), self._begun())
        waiting = asyncio.wrap_future(job)
        done, _ = await asyncio.wait({waiting}, timeout=within_s)
        if not done:
            self._late[mark] = asyncio.get_running_loop().time()
            job.cancel()
            raise TimeoutError(f"it took longer than {within_s:g} s")
        error = waiting.exception() if not waiting.cancelled() else asyncio.CancelledError("it was cancelled")
        if error := error or waiting.result():
            raise error

    def close(self) -> None:
        """End the thread; one that blocks is left behind and ends with the process."""
        loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        self._inside, self._late = set(), {}
        if loop is not None and thread is not None and thread.is_alive():
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_GRACE_S)

    async def _call(self, mark: object, send: Callable[[], Awaitable[None]]) -> BaseException | None:
        """What *send* raised: handed over as an answer, since some of it would end the loop."""
        inside = self._inside
        inside.add(mark)
        try:
            await send()
        except BaseException as error:  # noqa: BLE001 - whatever a channel raises means "not delivered"
            return error
        finally:
            inside.discard(mark)
        return None

    async def _stuck(self) -> bool:
        """Whether what took too long still goes on; after a minute of that the thread is left to itself and another one begun."""
        ping = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._begun()))
        answers, _ = await asyncio.wait({ping}, timeout=_PING_S)
        if answers:
            self._late = {mark: at for mark, at in self._late.items() if mark in self._inside}
        if not self._late:
            return False
        age = asyncio.get_running_loop().time() - min(self._late.values())
        if age < _ABANDON_S or self._abandoned >= _MOST_ABANDONED:
            return True
        self._abandoned += 1
        self.close()
        return False

    def _begun(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._thread is None or not self._thread.is_alive():
            self._loop = asyncio.new_event_loop()
            context = contextvars.copy_context()
            self._thread = threading.Thread(target=context.run, args=(_serve, self._loop), name=f"channel {self._name}", daemon=True)
            self._thread.start()
        return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        rest = asyncio.all_tasks(loop)
        for task in rest:
            task.cancel()
        if rest:
            loop.run_until_complete(asyncio.wait(rest, timeout=_GRACE_S))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
