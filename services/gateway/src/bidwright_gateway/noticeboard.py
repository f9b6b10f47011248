"""The noticeboard: the outbox and the owner's wishes about notices, as clients see them."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any, get_args

from redis.asyncio import Redis

from bidwright.clock import Clock, from_ms, to_ms
from bidwright.errors import BadInput, Conflict, NotFound
from bidwright.notice import NoticeKind
from bidwright.runtime.notices import lanes, trial
from bidwright.runtime.notices.entries import STATES, Box, Delivery, Entry, Wanted
from bidwright.runtime.notices.lanes import Lane
from bidwright.runtime.notices.plan import quiet_until
from bidwright.runtime.notices.wishes import WishBook, Wishes
from bidwright.runtime.telemetry import beats

_PLACE = re.compile(r"\d{1,15}/.{1,200}", re.DOTALL)
_WORDS = {"state": ("open", *STATES), "kind": get_args(NoticeKind)}
_SHOWN = 40
_NONE_RUNS = (
    "No notifier runs, so nothing can be sent. Name a channel in BIDWRIGHT_NOTIFY_URLS, such as log: or ntfy://topic, "
    "and start Bidwright again."
)


class Noticeboard:
    """
    Reads and changes; what is sent is sent by a notifier. *zone* is the owner's where the wishes name none. Raises redis errors.
    """

    def __init__(self, redis: Redis, clock: Clock, zone: tzinfo | None) -> None:
        self._redis, self._clock, self._zone = redis, clock, zone
        self._box, self._book = Box(redis), WishBook(redis)

    async def page(self, wanted: Wanted, limit: int, after: str) -> dict[str, Any]:
        """A page of the outbox. Raises BadInput."""
        for name, value in (("state", wanted.state), ("kind", wanted.kind)):
            if value and value not in _WORDS[name]:
                raise BadInput(f"{name}: there is no {value[:_SHOWN]!r}; there is: {', '.join(_WORDS[name])}.", name)
        if after and not _PLACE.fullmatch(after):
            raise BadInput('"after" must be the "next" of an answer.', "after")
        entries, following = await self._box.page(wanted, limit, after)
        board = await lanes.board(self._redis)
        return {
            "running": await self._running(),
            "notifications": [_entry(entry) for entry in entries],
            "next": following or None,
            "counts": await self._box.counts(),
            "channels": [_lane(lane) for lane in await lanes.lanes(self._redis, board.channels)],
            "problems": board.problems,
        }

    async def settings(self) -> dict[str, Any]:
        """The owner's wishes."""
        wishes, problems = await self._book.read()
        return self._report(wishes, problems, await self._names())

    async def change(self, body: object) -> dict[str, Any]:
        """Keep what *body* names. Raises BadInput."""
        names = await self._names()
        return self._report(await self._book.change(body, names), [], names)

    async def test(self, channel: object) -> dict[str, Any]:
        """Try a channel. Raises BadInput, Conflict, NotFound."""
        if not isinstance(channel, str) or not channel:
            raise BadInput('"channel" is required: the name of a channel.', "channel")
        if not await self._running():
            raise Conflict(_NONE_RUNS)
        there = await self._names()
        if channel not in there:
            raise NotFound(f"There is no channel {channel[:_SHOWN]!r}; there is: {', '.join(there) or 'none'}.")
        outcome = await trial.ask(self._redis, channel, to_ms(self._clock.now()))
        if outcome is None:
            outcome = trial.Outcome(delivered=False, why="the notifier did not answer in time; its log says more")
        return {"channel": channel, "delivered": outcome.delivered, "why": outcome.why, "tookMs": outcome.took_ms}

    async def _names(self) -> list[str]:
        return [told.name for told in (await lanes.board(self._redis)).channels]

    async def _running(self) -> bool:
        return any(beat.service == "notifier" for beat in await beats(self._redis))

    def _report(self, wishes: Wishes, problems: list[str], channels: list[str]) -> dict[str, Any]:
        now = self._clock.now()
        unknown = [f"{one}. Meanwhile such notices go to the channels there are." for one in wishes.unknown(channels)] if channels else []
        until = quiet_until(wishes, now, urgent=False, zone=self._zone)
        return {
            "settings": wishes.document(),
            "problems": [*problems, *unknown],
            "channels": channels,
            "quietUntil": until.isoformat(timespec="seconds") if until else None,
            "now": now.astimezone(wishes.zone(self._zone)).isoformat(timespec="seconds"),
        }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.notice.id,
        "kind": entry.notice.kind,
        "urgent": entry.notice.urgent,
        "auctionId": entry.notice.lot_id or None,
        "text": entry.notice.text,
        "at": _moment(to_ms(entry.notice.at)),
        "state": entry.state,
        "why": entry.why,
        "heldFor": entry.held or None,
        "heldUntil": _moment(entry.until_ms) if entry.held else None,
        "deliveries": [_delivery(one) for one in entry.deliveries],
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "state": one.state,
        "attempts": one.attempts,
        "why": one.why,
        "at": _moment(one.at_ms),
        "escalated": one.escalated,
    }


def _lane(lane: Lane) -> dict[str, Any]:
    return {
        "name": lane.told.name,
        "via": lane.told.via,
        "description": lane.told.description,
        "state": "down" if lane.down else "ok" if lane.good_ms or not lane.failures else "failing",
        "waiting": lane.waiting,
        "failures": lane.failures,
        "why": lane.why if lane.failures else "",
        "triedAgainAt": _moment(lane.again_ms) if lane.failures else None,
        "lastDelivered": _moment(lane.good_ms),
        "lastFailed": _moment(lane.bad_ms),
    }


def _moment(ms: int) -> str | None:
    return from_ms(ms).isoformat(timespec="milliseconds") if ms else None
