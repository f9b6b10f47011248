"""Urgency: how soon a look at a lot must be made to be of use. When the request budget is short, the nearest deadline goes first."""

from __future__ import annotations

from datetime import datetime

from bidwright.clock import to_ms
from bidwright.records import LotRecord

PROOF_S = 12.0
"""An armed lot is looked at so long before its close, while there is still time to answer an outbid."""
_ANSWER_S = 8.0
_FIRST_S = 30.0
"""An armed lot is read in full for the first time so long before its close at the latest: its strategy needs time to plan."""
_AFTER_CLOSE_S, _CONFIRM_S = 10.0, 20.0
_SHOWN_S = 30.0
_IN_LINE_S, _LATEST_S = 6.0, -35.0
"""What is only to be confirmed waits in line until it is this late."""


def deadline_s(record: LotRecord, site: datetime, *, listed: bool = False) -> float:  # noqa: PLR0911 - a table read from the top
    """
    Seconds until a look at *record* comes too late; 0 when it is needed at once.

    At once: a bid whose outcome is not known or that was not taken, an armed lot of which nothing is known. Before the close: an armed lot
    that was never read in full, and a lot that we lead, so that an outbid can be answered. After the planned close: first those we may
    still answer on (a late bid has extended them), then those whose end is only to be confirmed; while the account's list tells how lots
    of ours stand (*listed*), a read of an end takes nothing from an answer, and is made at once. What is left is for the screen.
    """
    left_s = (record.close - to_ms(site)) / 1000
    ours = record.exposure > 0 or record.high > 0
    if record.inflight or (record.armed and not record.seen):
        return 0.0
    if record.armed and not record.obs_started and left_s > 0:
        return max(0.0, left_s - _FIRST_S)
    unproven = 0 < record.settled >= record.obs_started
    if unproven and record.exposure == 0:
        return 0.0
    if record.close <= 0:
        return _SHOWN_S
    if left_s <= 0:
        if listed and (record.armed or ours):
            return 0.0
        goes_on = record.armed and record.status != "closed"
        if goes_on or left_s < _LATEST_S:
            return max(0.0, left_s + _AFTER_CLOSE_S)
        return max(_IN_LINE_S, left_s + _CONFIRM_S)
    if record.armed and ours:
        return max(0.0, left_s - _ANSWER_S)
    return _SHOWN_S
