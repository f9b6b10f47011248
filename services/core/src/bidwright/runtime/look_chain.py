"""The chain of what plugins put around looks at lots. Whatever one does there, each look is made once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from bidwright.around import Around
from bidwright.look import Look, LookAt
from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger
from bidwright.runtime.wrapping import wrapped

log = get_logger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class _Work:
    """What a look does, and what came of it."""

    do: Callable[[], Awaitable[Any]]
    begun: bool = False
    answer: Any = None
    failed: BaseException | None = None


_work: ContextVar[_Work] = ContextVar("work")


class LookChain:
    """
    Asks each plugin's ``wrap_look``, anew whenever it is built: looks under way end on the chain they began with.
    """

    def __init__(self, service: str, plugins: Plugins, around: Around) -> None:
        self._service, self._plugins, self._around = service, plugins, around
        self._outermost: LookAt = _plain
        self._failing = ""
        self.names: list[str] = []
        """Plugins whose wrapping is in force, the innermost first."""
        self.build()

    def build(self) -> None:
        """Ask every plugin anew."""
        plain: LookAt = _plain
        self._outermost, names = wrapped(self._plugins, "wrap_look", plain, self._around, called="look_at", unusable=_no_look)
        if names != self.names:
            log.info("looks.wrapped", around=names)
        self.names = names

    async def make(self, lot_ids: Sequence[str], do: Callable[[], Awaitable[T]]) -> T:
        """Do the look through everything that is around it, and give what it gave. Raises what it raised."""
        if not self.names:
            return await do()
        work, why = _Work(do), ""
        token = _work.set(work)
        try:
            await self._outermost(Look(self._service, lot_ids))
        except Exception as error:
            if error is work.failed:
                raise
            why = where(error)
        finally:
            _work.reset(token)
        self._tell(why)
        if work.failed is not None:
            raise work.failed
        answer: T = work.answer if work.begun else await do()
        return answer

    def _tell(self, why: str) -> None:
        """Say once each way whether what is around looks works."""
        if why != self._failing:
            self._failing = why
            if why:
                log.error("look.wrapping_failed", around=self.names, why=why)
            else:
                log.info("look.wrapping_recovered", around=self.names)


async def _plain(_: Look) -> None:
    """The look itself, once: a wrapping that asks twice gets it once."""
    work = _work.get()
    if work.begun:
        return
    work.begun = True
    try:
        work.answer = await work.do()
    except BaseException as error:
        work.failed = error
        raise


def _no_look(thing: object) -> str | None:
    return None if callable(thing) else f"{thing!r} makes no look"
