"""What Apprise says in its log while it works: the only place where it tells why something was not delivered."""

from __future__ import annotations

import logging
import threading
from typing import Self

_MOST = 200


class Overheard(logging.Handler):
    """
    Listens to this thread's lines from warnings upwards; *said* is the last of them.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line if it is this thread's."""
        if record.thread == self._thread:
            self.said = record.getMessage()[:_MOST]

    def __enter__(self) -> Self:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)
