"""The event log: the records must come out of it alone, also when its beginning was trimmed away."""

from __future__ import annotations

import json
from typing import Any

from .seen import Broken
from .store import PREFIX, Server

_NOT_TOLD = ("fence:", "lease:", "want:", "tries:", "taken:", "asked:")
"""Schedule: rebuilt by making everything due."""


class Ledger:
    """
    Rebuilds every lot, intent, budget, group and switch, from the start or from a snapshot taken when the log was trimmed.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._base: dict[str, dict[str, str]] = {}
        self._counts: dict[str, int] = {}

    def records(self) -> dict[str, dict[str, str]]:
        """Every record as it is, without what the log does not tell."""
        found: dict[str, dict[str, str]] = {}
        keys = sorted(key for key in self._server.call(("KEYS", PREFIX + "*"))[0] if _told(key))
        rows = self._server.call(*[("HGETALL", key) for key in keys]) if keys else []
        for key, flat in zip(keys, rows, strict=True):
            fields = dict(zip(flat[::2], flat[1::2], strict=True))
            found[key.removeprefix(PREFIX)] = {
                name: value for name, value in fields.items() if not name.startswith(_NOT_TOLD) and name not in ("ev", "sealed", "kid")
            }
        return {key: fields for key, fields in found.items() if fields}

    def trim(self) -> None:
        """Take a snapshot and forget the log up to here."""
        self._base = self.records()
        self._counts = self._numbers()
        self._server.call(("XTRIM", PREFIX + "ev", "MAXLEN", 0))

    def check(self) -> None:
        """Raises Broken when the log tells another story than the records."""
        told, counts = {key: dict(fields) for key, fields in self._base.items()}, dict(self._counts)
        for _, flat in self._server.call(("XRANGE", PREFIX + "ev", "-", "+"))[0]:
            event = dict(zip(flat[::2], flat[1::2], strict=True))
            self._apply(event, told, counts)
        now = self.records()
        if told != now:
            wrong = [key for key in sorted({*told, *now}) if told.get(key) != now.get(key)]
            raise Broken(f"the log does not tell how {wrong[0]} came about: log {told.get(wrong[0])}, record {now.get(wrong[0])}")
        for lot_id, number in self._numbers().items():
            if counts.get(lot_id, 0) != number:
                raise Broken(f"the log of {lot_id} ends at {counts.get(lot_id)}, the record at {number}")

    def _apply(self, event: dict[str, str], told: dict[str, dict[str, str]], counts: dict[str, int]) -> None:
        lot_id = event["lot"]
        if lot_id:
            if int(event["n"]) != counts.get(lot_id, 0) + 1:
                raise Broken(f"a gap in the log of {lot_id}: {event['n']} after {counts.get(lot_id, 0)}")
            counts[lot_id] = int(event["n"])
        changes: Any = json.loads(event["d"])
        for key, fields in dict(changes).items():
            if not _told(PREFIX + key):
                continue
            told.setdefault(key, {}).update(fields)
        if event["t"] == "lot.purged":
            told.pop(f"lot:{lot_id}", None)
            counts.pop(lot_id, None)
            for key in [key for key, fields in told.items() if key.startswith("intent:") and fields.get("lot") == lot_id]:
                del told[key]

    def _numbers(self) -> dict[str, int]:
        keys = [key for key in self._server.call(("KEYS", PREFIX + "lot:*"))[0] if key.count(":") == 2]
        rows = self._server.call(*[("HGET", key, "ev") for key in keys]) if keys else []
        return {key.rpartition(":")[2]: int(n or 0) for key, n in zip(keys, rows, strict=True)}


def _told(key: str) -> bool:
    """Not the session: that it was checked again and found the same moves ``checked_at`` and tells nobody, on purpose."""
    name = key.removeprefix(PREFIX)
    if name.startswith("lot:"):
        return name.count(":") == 1
    return name.startswith(("intent:", "budget:", "group:")) or name in ("kill", "format", "limits", "meta")
