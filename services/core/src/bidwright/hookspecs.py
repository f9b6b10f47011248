"""
Hookspecs: every question that a plugin may answer.

Each is a promise: when it is asked, what an answer means, what raising means. plugins/README.md shows each with an example, doors.py says
where each is asked and of whom. An implementation is handed the arguments that it names, so that arguments can be added later.
"""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pluggy

from bidwright.around import Around, Overview, Terminal
from bidwright.event import Event
from bidwright.health import HealthCheck
from bidwright.look import Listen, LookAt
from bidwright.notice import Notifier, Screens
from bidwright.order import TakeOrder
from bidwright.schedule import Schedule
from bidwright.site import Fetch, Surroundings
from bidwright.strategy import Bid, LotView, Strategy
from bidwright.toggle import Toggle

if TYPE_CHECKING:  # the library needs neither; who is asked has them
    import typer
    from fastapi import APIRouter

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
def wrap_schedule(schedule: Schedule, around: Around) -> Schedule | None:
    """
    Put behaviour around the polling policy in use: take *schedule*, give what is to be asked in its place. None leaves it as it is.

    Asked by the poller at its start and again within a second of any toggle's change, in the order of loading; lots that come due sooner by
    the new plan are then brought forward. Raising, or giving something that is no schedule, leaves this wrapping out until the next time.
    While the wrapped policy raises for a lot or gives no ``timedelta``, the unwrapped one answers for it.
    """


@hookspec
def wrap_look(look_at: LookAt, around: Around) -> LookAt | None:
    """
    Put behaviour around each look at lots: the poller's, which reads them, and the bidder's, which decides on one. None leaves it as it is.

    Asked by poller and bidder at their start and again within a second of any toggle's change, in the order of loading; looks under way end
    on the chain they began with. Whatever comes of it each look is made once: raising before leaves the wrapping out of that look, raising
    after it changes nothing. A drop-in file is not asked.
    """


@hookspec
def wrap_listening(listen: Listen, around: Around) -> Listen | None:
    """
    Choose whose live events are listened to: take *listen*, give what is to be asked in its place. None leaves it as it is.

    Asked by the poller at its start and again within a second of any toggle's change, in the order of loading. What is given is asked a few
    times a second with the ids of the lots that close soonest, and answers with some of them; the plain one with none: lots are then polled
    only. Raising leaves this wrapping out until the next time; raising when asked means that nothing is listened to.
    """


@hookspec
def register_notifiers(screens: Screens) -> Sequence[Notifier]:
    """
    Offer channels that the operator can choose by name (``BIDWRIGHT_NOTIFY_URLS``, each address begins with its channel's name).

    Asked once when the notifier loads plugins. *screens* are the pages and extensions that are open, for a channel that shows notices
    there. Raising leaves the whole plugin out; what was meant for its channels goes to the other channels, or to the log.
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


@hookspec
def wrap_order(take: TakeOrder, around: Around) -> TakeOrder | None:
    """
    Put behaviour around each order of a client: a request under ``/api``, or a message over the WebSocket. None leaves it as it is.

    Asked by the gateway at its start and again within a second of any toggle's change, in the order of loading; orders under way end on the
    chain they began with. It runs after token and limits. Whatever comes of it each order is carried out once: raising before leaves the
    wrapping out of that order, raising after it changes nothing. A drop-in file is not asked.
    """


@hookspec
def register_routes(api: APIRouter, around: Overview) -> None:
    """
    Add routes to *api*, a FastAPI router of the plugin's own. They appear under ``/api/x/<plugin>/`` and nowhere else.

    Asked once when the gateway starts. Token, limits, headers and the OpenAPI are those of every other route. Raising, a route that is no
    HTTP operation (a WebSocket, a mount), or one that the OpenAPI cannot describe leaves all routes of this plugin out, with a message.
    Keep *around* for answers: it shows the house as it is whenever it is asked. A route that raises answers 500.
    """


@hookspec
def register_cli(app: typer.Typer, around: Terminal) -> None:
    """
    Add commands to *app*, the plugin's own group of the command line: ``bidwright calendar …`` for the plugin ``feature-calendar``.

    Asked when such a command is typed, or all commands are listed; never for another command. One command alone needs no name of its own.
    ``--url`` and ``--token`` are added and lead *around* to the Bidwright they name. A group called like a built-in command is never
    reached. Raising leaves the group out: the list says so, and typing it ends with the reason.
    """


@hookspec
def register_health_checks() -> Sequence[HealthCheck]:
    """
    Offer checks of something that the plugin's service depends on.

    Asked once when a service loads plugins; each check is then made about every five seconds and has one second. Saying something, raising
    and taking longer all mean "not well", with the reason: in the gateway's report the service is then degraded, never unhealthy, and no
    service is restarted for it. Two checks of one name: the second is left out. Raising leaves the whole plugin out.
    """


@hookspec
def on_event(event: Event) -> None:
    """
    Hear of *event*, after it happened.

    Asked by each running gateway once for each event since its start, in order, in a thread of the plugin's own. Raising is logged and
    counted and changes nothing. A plugin that falls 1,000 events behind misses those that come then; they are counted.
    """
