"""A bundle: several notices told in one text, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from bidwright import Notice

_LINES, _CHARACTERS = 40, 3000
"""What messengers take in one message; the page shows the rest."""


def bundle(notices: Sequence[Notice]) -> Notice:
    """One notice that says what *notices* say; a single one stays as it is."""
    if len(notices) == 1:
        return notices[0]
    ordered = sorted(notices, key=lambda notice: (notice.at, notice.id))
    lines: list[str] = []
    room = _CHARACTERS
    for notice in ordered[:_LINES]:
        line = f"- {notice.text}"
        if (room := room - len(line)) < 0:
            break
        lines.append(line)
    rest = len(ordered) - len(lines)
    more = [f"… and {rest} more: the page and `bidwright notices list` show them."] if rest else []
    text = "\n".join([f"{len(ordered)} notices:", *lines, *more])
    last = ordered[-1]
    return Notice(f"digest:{last.id}", "digest", "", text, urgent=any(notice.urgent for notice in ordered), at=last.at)
