"""Plan: where a notice goes, and when. Pure: the time is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

from bidwright import Notice
from bidwright.runtime.notices.wishes import Digest, Quiet, Wishes


@dataclass(frozen=True, slots=True)
class Later:
    """
    Nothing yet: *why* it waits, and until when.
    """

    until: datetime
    why: Literal["digest", "quiet"]


@dataclass(frozen=True, slots=True)
class Now:
    """
    To these channels; *watch*: ask whether they delivered, and when. None: nobody asks.
    """

    channels: tuple[str, ...]
    watch: datetime | None = None


@dataclass(frozen=True, slots=True)
class Muted:
    """
    The owner does not want to be told.
    """


def plan(
    notice: Notice, wishes: Wishes, channels: Sequence[str], now: datetime, *, bundled: bool = False, zone: tzinfo | None = None
) -> Later | Now | Muted:
    """
    What becomes of *notice*. *bundled*: it has waited for its digest already; *zone* is the owner's where the wishes name none.

    A rule whose channels are all unknown is passed over as if it named all of them.
    """
    rule = next((rule for rule in wishes.rules if rule.fits(notice.kind, urgent=notice.urgent)), None)
    if rule is not None and rule.mute:
        return Muted()
    if wishes.digest and not notice.urgent and not bundled:
        return Later(next_digest(wishes.digest, now, wishes.zone(zone)), "digest")
    if until := quiet_until(wishes, now, urgent=notice.urgent, zone=zone):
        return Later(until, "quiet")
    wanted = tuple(name for name in channels if rule is not None and name in rule.channels) or tuple(channels)
    return Now(wanted, _watch(wishes, now, urgent=notice.urgent))


def escalated(wishes: Wishes, channels: Sequence[str], *, urgent: bool) -> tuple[str, ...]:
    """Where a notice goes as well that was not delivered."""
    if wishes.escalation is None or (wishes.escalation.urgent_only and not urgent):
        return ()
    return tuple(name for name in channels if name in wishes.escalation.channels)


def quiet_until(wishes: Wishes, now: datetime, *, urgent: bool, zone: tzinfo | None = None) -> datetime | None:
    """When the quiet hours end that hold such a notice back now; None when none do."""
    quiet = wishes.quiet
    if quiet is None or (urgent and not quiet.urgent_too):
        return None
    there = wishes.zone(zone)
    return _next(quiet.end, now, there) if _within(quiet, now.astimezone(there).time()) else None


def next_digest(digest: Digest, now: datetime, zone: tzinfo | None) -> datetime:
    """When the next digest is due, later than *now*."""
    if digest.every_minutes:
        step = timedelta(minutes=digest.every_minutes)
        return now + step - (now - datetime.fromtimestamp(0, now.tzinfo)) % step
    assert digest.daily_at is not None  # noqa: S101 - one of the two is set
    return _next(digest.daily_at, now, zone)


def _within(quiet: Quiet, at: time) -> bool:
    if quiet.start < quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end  # over midnight


def _next(hour: time, now: datetime, zone: tzinfo | None) -> datetime:
    """When it is *hour* in *zone* for the next time after *now*, also where clocks are set forward or back in between."""
    today = now.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        there = datetime.combine(day, hour)
        at = (there.astimezone() if zone is None else there.replace(tzinfo=zone)).astimezone(UTC)
        if at > now:
            return at
    return now + timedelta(days=1)  # not reached: tomorrow's is later than now


def _watch(wishes: Wishes, now: datetime, *, urgent: bool) -> datetime | None:
    chosen = wishes.escalation
    if chosen is None or (chosen.urgent_only and not urgent):
        return None
    return now + timedelta(minutes=chosen.after_minutes)
