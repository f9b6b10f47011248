"""Which events are news to the owner, in plain words. An event says where to look; amounts and titles are those of the lot's record now."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from bidwright import Money, Notice
from bidwright.notice import NoticeKind
from bidwright.post_mortem import lesson
from bidwright.records import LotRecord, Records
from bidwright.runtime.streams import Event
from bidwright_notifier.outbox import Draft

_HOUR_MS = 3_600_000
_GRACE_MS = 10_000
"""What keeps a lot from being bid on is often over at once: it was not read yet, the session is just being checked."""
_WAR_MS = 300_000
"""In a war one outbid follows the other; the owner is told once in five minutes per lot, and when nothing more will be bid."""
_DOUBT_MS = 20_000
"""A bid whose reply was lost is asked about at once; what is known by then is not worth a word."""
_WEEK_MS = 604_800_000
_SESSION = {
    "ok": "Logged in to the site: bids can be made.",
    "expired": "The site's session has expired. Log in there and sync the cookies; until then nothing real is bid.",
    "missing": "There is no session of the site. Log in there and sync the cookies; until then nothing real is bid.",
    "unreadable": "The site's session cannot be read any more. Log in there and sync the cookies; until then nothing real is bid.",
}


class Messages:
    """
    Turns events into drafts. Raises redis errors.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    async def draft(self, event: Event) -> Draft | None:  # noqa: C901, PLR0911 - a table read from the top
        """What *event* means for the owner, or None when it is no news."""
        kill = event.changes.get("kill", {})
        if "state" in kill and (event.kind == "halt.changed" or kill["state"] == "halt"):
            return Draft(_notice(event, "halt", _halt(kill), urgent=kill["state"] == "halt"))
        if event.kind == "session.changed":
            return self._session(event)
        if event.kind == "plugin.changed":
            return _plugin(event)
        if event.kind == "format.changed":
            return _site(event)
        if event.kind == "bid.unknown":
            return await self._doubt(event)
        if event.kind == "toggle.changed":
            return _rolled_back(event)
        if event.kind == "search.found":
            return _found(event)
        changes = event.changes.get(f"lot:{event.lot_id}", {})
        if event.kind == "preflight.changed":
            return await self._preflight(event, changes)
        if event.kind == "lot.closed":
            return await self._closed(event, changes)
        if event.kind == "lot.noted" and changes.get("say_kind") == "wont":
            return await self._wont(event, changes["say"])
        if _lead_lost(event, changes):
            return await self._outbid(event)
        return None

    async def stands(self, notice: Notice) -> bool:
        """Whether what *notice* says is still so; only what is said about the time to come can stop being so."""
        if notice.kind not in ("wont", "doubt", "ending"):
            return True
        lot = await self._records.lot(notice.lot_id)
        if lot is None or lot.final:
            return False
        if notice.kind == "doubt":
            return any(intent.state == "UNKNOWN" for intent in await self._records.intents(lot.id))
        return lot.watched if notice.kind == "ending" else lot.say_kind == "wont"

    def ending(self, lot: LotRecord, now: datetime) -> Draft:
        """*lot* closes soon; told once, however often the close moves."""
        minutes = max(1, round((lot.close / 1000 - now.timestamp()) / 60))
        when = "a minute" if minutes == 1 else f"{minutes} minutes"
        stands = "you lead" if lot.leading else f"the next bid is {Money(lot.next_bid)}" if lot.next_bid else "its price is not known yet"
        text = f"{title(lot.id, lot)} closes in about {when}; {stands}. {lot.say}".strip()
        notice = Notice(f"ending:{lot.id}:{lot.close}", "ending", lot.id, text, urgent=False, at=now)
        return Draft(notice, subject=f"ending:{lot.id}", word="ending", keep_ms=_WEEK_MS)

    def _session(self, event: Event) -> Draft | None:
        state = event.changes.get("session", {}).get("state", "")
        if state not in _SESSION:
            return None
        return Draft(_notice(event, "session", _SESSION[state], urgent=state != "ok"), subject="session", word=state)

    async def _closed(self, event: Event, changes: dict[str, str]) -> Draft | None:
        lot = await self._records.lot(event.lot_id)
        price = Money(int(changes.get("price") or 0))
        if changes.get("outcome") == "won":
            hammer = price if lot is None else Money(lot.paid)
            cost = f" for {hammer}" + (f", {Money(lot.booked)} all-in" if lot is not None and lot.booked else "") + "."
            begin = "Dry run: would have won " if lot is not None and lot.mode == "dry" else "Won "
            return _close(_notice(event, "won", begin + _title(event, lot) + cost + await self._lesson(lot)))
        if lot is None or lot.high == 0:
            return None  # nothing was bid: watched only, or told before why not
        begin = "Dry run: would have lost " if lot.mode == "dry" else "Lost "
        told = f"{begin}{_title(event, lot)}: it went for {price}, our highest bid was {Money(lot.high)}."
        return _close(_notice(event, "lost", told + await self._lesson(lot)))

    async def _lesson(self, lot: LotRecord | None) -> str:
        """How far off it was, in the words of the post-mortem."""
        if lot is None:
            return ""
        intents, history = await self._records.intents(lot.id), await self._records.history(lot.id)
        told = lesson(lot, intents, history, await self._records.holds(lot.id))
        return f" {told}" if told else ""

    async def _preflight(self, event: Event, changes: dict[str, str]) -> Draft | None:
        """What a check before the close found red, in one notice; nothing when all is well."""
        if not changes.get("pre_red"):
            return None
        found: list[list[str]] = json.loads(changes["pre_red"])
        lot = await self._records.lot(event.lot_id)
        why = "; ".join(sentence for _, sentence in found)
        minutes = changes.get("pre_mark", "")
        when = "a minute" if minutes == "1" else f"{minutes} minutes"
        text = f"{_title(event, lot)} closes within {when} and will NOT be bid on as things stand, because {why}."
        return Draft(_notice(event, "preflight", text, urgent=True))

    async def _wont(self, event: Event, sentence: str) -> Draft:
        lot = await self._records.lot(event.lot_id)
        reason = re.sub(r"[\d$.,:]+", "#", sentence)  # the same reason with another price is no news
        return Draft(
            _notice(event, "wont", f"{_title(event, lot)}: {sentence}", urgent=True),
            subject=f"wont:{event.lot_id}",
            word=reason,
            keep_ms=_HOUR_MS,
            grace_ms=_GRACE_MS,
        )

    async def _doubt(self, event: Event) -> Draft | None:
        lot = await self._records.lot(event.lot_id)
        ids = [key.removeprefix("intent:") for key in event.changes if key.startswith("intent:")]
        intent = await self._records.intent(ids[0]) if ids else None
        if lot is None or intent is None:
            return None
        bid = f"our bid of {Money(intent.amount)} on {_title(event, lot)}"
        text = f"It is not known whether {bid} reached the site. Nothing more is bid on it until that is settled; have a look at the site."
        notice = _notice(event, "doubt", text, urgent=True)
        return Draft(notice, subject=f"doubt:{ids[0]}", word="doubt", keep_ms=_WEEK_MS, grace_ms=_DOUBT_MS)

    async def _outbid(self, event: Event) -> Draft:
        lot = await self._records.lot(event.lot_id)
        now = f" The next bid is {Money(lot.next_bid)}." if lot is not None and lot.next_bid else ""
        begin = "On paper outbid on " if lot is not None and lot.mode == "dry" else "Outbid on "
        text = f"{begin}{_title(event, lot)}.{now}"
        return Draft(_notice(event, "outbid", text), subject=f"outbid:{event.lot_id}", word="outbid", keep_ms=_WAR_MS)


def _close(notice: Notice) -> Draft:
    """A lot ends once, however often that is heard."""
    return Draft(notice, subject=f"close:{notice.lot_id}", word=notice.kind, keep_ms=_WEEK_MS)


def _site(event: Event) -> Draft | None:
    state = event.changes.get("format", {}).get("state", "")
    if state not in ("ok", "broken"):
        return None
    why = event.changes["format"].get("why", "").rstrip(".")
    text = (
        f"Nothing real will be bid: the site's pages are not understood at present{f' ({why})' if why else ''}."
        if state == "broken"
        else "The site's pages are understood again: bids can be made."
    )
    return Draft(_notice(event, "site", text, urgent=state == "broken"), subject="site", word=state)


def _plugin(event: Event) -> Draft | None:
    """A plugin that went into quarantine; its other changes are the owner's own doing."""
    for key, what in event.changes.items():
        if key.startswith("plugin:") and what.get("held"):
            name, why = key.removeprefix("plugin:"), what.get("why", "").rstrip(".")
            text = f"The plugin {name} failed several times ({why}) and is not asked any more; lots that use it hold. Mend it, or "
            return Draft(_notice(event, "plugin", f"{text}`bidwright plugin enable {name}`.", urgent=True))
    return None


def _rolled_back(event: Event) -> Draft | None:
    """An experiment that ended by itself; other toggles are thrown by the owner."""
    for key, what in event.changes.items():
        if key.startswith("toggle:") and what.get("by") == "roll-back":
            name, why = key.removeprefix("toggle:"), what.get("why", "").rstrip(".")
            return Draft(_notice(event, "experiment", f"The experiment {name} was rolled back: {why}."))
    return None


def _found(event: Event) -> Draft | None:
    """Lots that a saved search has not shown before, in one notice for all of them."""
    for key, what in event.changes.items():
        if key.startswith("search:") and what.get("count"):
            count, more = int(what["count"]), int(what["count"]) - what["titles"].count("; ") - 1
            lots = f"{count} new lot{'s' if count > 1 else ''}: {what['titles']}{f' and {more} more' if more > 0 else ''}"
            return Draft(_notice(event, "found", f"Your search “{what.get('name', '')}” has {lots}."))
    return None


def _lead_lost(event: Event, changes: dict[str, str]) -> bool:
    """Whether money that stood on the lot no longer does because somebody bid more."""
    if changes.get("exposure") != "0":
        return False
    ends = {what.get("state") for key, what in event.changes.items() if key.startswith("intent:")}
    return event.kind == "bid.outbid" or (event.kind == "lot.seen" and changes.get("leading") == "0" and ends <= {"MOOT", None})


def _halt(kill: dict[str, str]) -> str:
    if kill["state"] != "halt":
        return f"Bidding goes on again (by {kill.get('by') or 'unknown'})."
    why = f": {kill['why'].rstrip('.')}" if kill.get("why") else ""
    return f"Everything is stopped by {kill.get('by') or 'unknown'}{why}. Nothing is bid until you resume; what stands on the site stays."


def title(lot_id: str, lot: LotRecord | None) -> str:
    """The lot's title and number, as people know it."""
    known = lot.shown.get("title") if lot is not None else None
    return f"{known} (lot {lot_id})" if known else f"lot {lot_id}"


def _title(event: Event, lot: LotRecord | None) -> str:
    return title(event.lot_id, lot)


def _notice(event: Event, kind: NoticeKind, text: str, *, urgent: bool = False) -> Notice:
    at = datetime.fromtimestamp(event.wall_ms / 1000, UTC)
    return Notice(event.id, kind, event.lot_id, text, urgent=urgent, at=at)
