"""A chain of what plugins put around a piece of work. Whatever one does there, each piece is done once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from bidwright.around import Around
from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger
from bidwright.runtime.wrapping import wrapped

log = get_logger(__name__)
T = TypeVar("T")
Wrapped = Callable[[Any], Awaitable[None]]


@dataclass(slots=True)
class _Work:
    """What is to be done, and what came of it."""

    do: Callable[[], Awaitable[Any]]
    begun: bool = False
    answer: Any = None
    failed: BaseException | None = None


_work: ContextVar[_Work] = ContextVar("work")


class OnceChain:
    """
    Asks each plugin's *hook*, which calls the plain thing *called*, anew whenever it is built: work ends on the chain it began with.
    """

    def __init__(self, hook: str, called: str, plugins: Plugins, around: Around) -> None:
        self._hook, self._called, self._plugins, self._around = hook, called, plugins, around
        self._outermost: Wrapped = _plain
        self._failing = ""
        self.names: list[str] = []
        """Plugins whose wrapping is in force, the innermost first."""
        self.build()

    def build(self) -> None:
        """Ask every plugin anew."""
        plain: Wrapped = _plain
        self._outermost, names = wrapped(self._plugins, self._hook, plain, self._around, called=self._called, unusable=_not_callable)
        if names != self.names:
            log.info("wrapping.built", hook=self._hook, around=names)
        self.names = names

    async def through(self, value: object, do: Callable[[], Awaitable[T]]) -> T:
        """*do* it through everything that is around it, which is shown *value*, and give what it gave. Raises what it raised."""
        if not self.names:
            return await do()
        work, why = _Work(do), ""
        token = _work.set(work)
        try:
            await self._outermost(value)
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
        """Say once each way whether what is around it works."""
        if why != self._failing:
            self._failing = why
            if why:
                log.error("wrapping.failed", hook=self._hook, around=self.names, why=why)
            else:
                log.info("wrapping.recovered", hook=self._hook, around=self.names)


async def _plain(_: object) -> None:
    """The work itself, once: a wrapping that asks twice gets it once."""
    work = _work.get()
    if work.begun:
        return
    work.begun = True
    try:
        work.answer = await work.do()
    except BaseException as error:
        work.failed = error
        raise


def _not_callable(thing: object) -> str | None:
    return None if callable(thing) else f"{thing!r} cannot be called"
