"""What Apprise says in its log while it works: the only place where it tells why something was not delivered."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Self

_MOST = 200
_listens: ContextVar[Overheard | None] = ContextVar("listens", default=None)


class Overheard(logging.Handler):
    """
    Listens to the lines that come of what is called within it, from warnings upwards, also out of Apprise's own threads, which take the
    context along. *said* is the last of them.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line if it is ours."""
        if _listens.get() is self:
            self.said = record.getMessage()[:_MOST]

    def __enter__(self) -> Self:
        self._before = _listens.set(self)
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)
        _listens.reset(self._before)
