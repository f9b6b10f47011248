"""
Hookspecs: every question that a plugin may answer.

Each is a promise: when it is asked, what an answer means, what raising means. plugins/README.md shows each with an example.
"""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

from collections.abc import Sequence

import pluggy

from bidwright.notice import Notifier
from bidwright.schedule import Schedule
from bidwright.strategy import Strategy

PROJECT = "bidwright"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_strategies() -> Sequence[Strategy]:
    """
    Offer strategies that a lot's owner can choose by name.

    Asked once when the bidder loads plugins. Two strategies with one name: the second is left out, with a message.
    Raising leaves the whole plugin out; lots that use its strategies hold and say so.
    """


@hookspec
def register_schedules() -> Sequence[Schedule]:
    """
    Offer polling policies that the operator can choose by name (``BIDWRIGHT_POLLER_SCHEDULE``).

    Asked once when the poller loads plugins. Raising leaves the whole plugin out; the poller goes on with ``default``.
    """


@hookspec
def register_notifiers() -> Sequence[Notifier]:
    """
    Offer channels that the operator can choose by name (``BIDWRIGHT_NOTIFY_URLS``, each address begins with its channel's name).

    Asked once when the notifier loads plugins. Raising leaves the whole plugin out; what was meant for its channels goes to the log.
    """
