"""Channel ``log``: a notice is a line in the notifier's log, urgent ones as warnings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import ClassVar

from bidwright import Notice, Notifier, hookimpl

_log = logging.getLogger("bidwright.notices")


class Log:
    """
    Needs no address and cannot fail.
    """

    name: ClassVar[str] = "log"
    description: ClassVar[str] = "A line in the notifier's log."

    async def send(self, notice: Notice, address: str) -> None:  # noqa: ARG002 - the log is where it is
        """Write the line."""
        _log.log(logging.WARNING if notice.urgent else logging.INFO, "%s", notice.text)


@hookimpl
def register_notifiers() -> Sequence[Notifier]:
    """Offer ``log``."""
    return [Log()]
