"""
Hookspecs: every question that a plugin may answer.

Each is a promise: when it is asked, what an answer means, what raising means. plugins/README.md shows each with an example.
"""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pluggy

from bidwright.notice import Notifier
from bidwright.schedule import Schedule
from bidwright.site import Fetch, Surroundings
from bidwright.strategy import Bid, LotView, Strategy
from bidwright.toggle import Around, Toggle

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


@hookspec(firstresult=True)
def hold_bid(bid: Bid, lot: LotView, now: datetime) -> str | None:
    """
    Give a reason to hold *bid* back, or None to let it pass.

    Asked once a strategy or the owner wants to bid, before anything is reserved; the first reason wins and is the sentence that the owner
    reads. Raising, or taking longer than a decision may, counts as a reason.
    """


@hookspec
def wrap_strategy(strategy: Strategy, around: Around) -> Strategy | None:
    """
    Put behaviour around a strategy: give what is to be asked in its place. None leaves it as it is.

    Asked by the bidder for each strategy at its start, and again within a second of any toggle's change; decisions under way end on the
    chain they began with. Ask ``around.is_on(TOGGLE)`` and give None while it is off. Raising leaves this wrapping out until the next time.
    A drop-in file is not asked. The guards come after it: it can propose, like any strategy, and lift nothing.
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


@hookspec
def register_toggles() -> Sequence[Toggle]:
    """
    Declare switches that the operator can throw while everything runs.

    Asked once when a service loads plugins. Two toggles with one name: the second is left out, with a message.
    Raising leaves the whole plugin out, and with it what its toggles switch.
    """


@hookspec
def wrap_site(fetch: Fetch, around: Surroundings) -> Fetch | None:
    """
    Put behaviour around every **read** of the site: take *fetch*, give what is to be called in its place. None leaves it as it is.

    Asked by nellis-proxy at its start and again within a second of any toggle's change, in the order of loading; reads under way end on
    the chain they began with. Ask ``around.is_on(TOGGLE)`` and give None while it is off. Raising leaves this wrapping out until the next
    time. Bids do not pass here. A drop-in file is not asked.
    """
