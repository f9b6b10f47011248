"""iCalendar (RFC 5545): one event per lot, at its planned close."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bidwright import WatchedLot

_FOLD = 75
_LASTS = timedelta(minutes=5)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def calendar(lots: Iterable[WatchedLot], now: datetime) -> str:
    """The closes of *lots* that have not ended, as a file; *now* is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bidwright//feature-calendar//EN", "NAME:Bidwright", "X-WR-CALNAME:Bidwright"]
    for lot in lots:
        if lot.closes_at is not None and not lot.ended:
            lines += _event(lot, lot.closes_at, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(lot: WatchedLot, closes_at: datetime, now: datetime) -> list[str]:
    told = f"Now at {lot.price}, your limit is {lot.cap}. {lot.says}".strip()
    return [
        "BEGIN:VEVENT",
        f"UID:lot-{_text(lot.id)}@bidwright",  # the same whenever it is asked: a calendar moves the event instead of adding one
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(closes_at)}",
        f"DTEND:{_stamp(closes_at + _LASTS)}",
        f"SUMMARY:{_text(('Closes: ' if lot.armed else 'Closes (not armed): ') + (lot.title or f'lot {lot.id}'))}",
        f"DESCRIPTION:{_text(told)}",
        *([f"LOCATION:{_text(lot.location)}"] if lot.location else []),
        *([f"URL:{_address(lot.url)}"] if lot.url else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _address(value: str) -> str:
    """An address has no line breaks; one that has is not let into the next line."""
    return "".join(value.split())


def _folded(line: str) -> Iterator[str]:
    """Lines hold at most 75 octets; a longer one goes on after a blank, never in the middle of a character."""
    part, room = "", _FOLD
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield part
            part, room = " ", _FOLD - 1
        part, room = part + sign, room - size
    yield part
