"""Groups: "one of these four". The owner's commands about them; a lot joins and leaves through CONFIGURE, together with its scope."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from bidwright.errors import BadInput, BidwrightError, Conflict, NotFound, StoreDown
from bidwright.records import GroupRecord, LotRecord, Records
from bidwright.transitions import Command, Transitions
from bidwright.transitions.answers import UNNAMED
from bidwright_gateway import clean, ids, memory, scopes, words
from bidwright_gateway.board import Board

_MOST_LOTS, _MOST_WANTED = 200, 100
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What the owner said about a group; None: leave it as it is.
    """

    name: str | None = None
    wanted: int | None = None
    over: int | None = None
    lots: list[str] | None = None


def wish(body: object) -> Wanted:
    """Read *body*. Raises BadInput."""
    if not isinstance(body, Mapping):
        raise BadInput('Give a group such as {"name": "Drills", "wanted": 1, "lots": ["70012345", "70012346"]}.')
    name = body.get("name")
    if name is not None and (not isinstance(name, str) or not clean.text(name, 80).strip()):
        raise BadInput('"name" must be a few words, such as Drills.', "name")
    return Wanted(
        None if name is None else clean.text(name, 80).strip(),
        _number(body.get("wanted"), "wanted", 1),
        _number(body.get("over"), "over", 0),
        None if body.get("lots") is None else lot_ids(body["lots"]),
    )


def lot_ids(given: object) -> list[str]:
    """A list of lots, by number or address, each once. Raises BadInput."""
    if not isinstance(given, list) or len(given) > _MOST_LOTS:
        raise BadInput(f'"lots" must be a list of at most {_MOST_LOTS} lots, such as ["70012345"].', "lots")
    return list(dict.fromkeys(ids.lot_id_or_address(lot) for lot in given))


class Grouping:
    """
    Make, change and drop groups. Raises BadInput, Conflict, NotFound, StoreDown with sentences for the owner.
    """

    def __init__(self, transitions: Transitions, records: Records, board: Board) -> None:
        self._transitions, self._records, self._board = transitions, records, board

    async def all(self) -> list[dict[str, Any]]:
        """Every group as clients see it; as remembered while Redis is away."""
        if not self._board.away:
            try:
                return [self._shape(*await self._records.group(group.id)) for group in await self._records.groups()]
            except RedisError as error:
                if not memory.means_away(error):
                    raise StoreDown(str(error)) from error
                self._board.lost(error)
                self._board.remembered(error)
        known = sorted(self._board.service.groups.values(), key=lambda group: (group.name, group.id))
        lots = self._board.remembered().values()
        return [self._shape(group, [lot for lot in lots if lot.group == group.id]) for group in known]

    async def one(self, group_id: str) -> dict[str, Any]:
        """One group as clients see it; as remembered while Redis is away."""
        if self._board.away and (found := [group for group in await self.all() if group["id"] == group_id]):
            return found[0]
        return self._shape(*await self._known(group_id))

    async def add(self, given: Wanted, command: Command = UNNAMED) -> dict[str, Any]:
        """A new group with its lots, which must be watched."""
        if given.name is None or given.wanted is None:
            raise BadInput('"name" and "wanted" are required: how many of the lots you want.', "name" if given.name is None else "wanted")
        group_id = await self._new_id(given.name, command)
        await self._joinable(given.lots or [])
        answer = await self._transitions.group(group_id, given.wanted, given.over or 0, command, name=given.name)
        if not answer.ok:
            raise words.refusal(answer.why, "")
        await self._set_lots(group_id, given.lots or [])
        return await self.one(group_id)

    async def change(self, group_id: str, given: Wanted, command: Command = UNNAMED) -> dict[str, Any]:
        """Change what is named; lots that may act now are looked at again."""
        group, lots = await self._known(group_id)
        if given.lots is not None:
            await self._joinable(given.lots)
        wanted = group.wanted if given.wanted is None else given.wanted
        over = group.over if given.over is None else given.over
        answer = await self._transitions.group(group_id, wanted, over, command, name=given.name or "")
        if not answer.ok:
            raise words.refusal(answer.why, "")
        if given.lots is not None:
            await self._set_lots(group_id, given.lots)
        for lot in lots:
            await self._transitions.put("bid", lot.id)
        return await self.one(group_id)

    async def drop(self, group_id: str) -> None:
        """Let all its lots go on by themselves, then forget the group. What was won with it stays counted in no other."""
        await self._set_lots(group_id, [])
        await self._transitions.group(group_id, 0, 0, gone=True)
        await self._board.learn_groups()

    async def make(self, group_id: str, given: Wanted) -> None:
        """A group of that id, without lots; one that was dropped comes back with what was won in it."""
        answer = await self._transitions.group(group_id, given.wanted or 1, given.over or 0, name=given.name or group_id)
        if not answer.ok:
            raise words.refusal(answer.why, "")
        await self._board.learn_groups()

    async def join(self, group_id: str, lots: list[str]) -> list[tuple[str, str]]:
        """Put watched lots that are in no group into this one; gives those that stay out, and why."""
        try:
            known = {lot.id: lot for lot in await self._records.lots(lots)}
        except RedisError as error:
            raise StoreDown(str(error)) from error
        out: list[tuple[str, str]] = []
        for lot_id in lots:
            lot = known.get(lot_id)
            if lot is None or not lot.watched:
                out.append((lot_id, "It is not watched."))
            elif lot.group not in ("", group_id):
                out.append((lot_id, f"It is in the group {lot.group} already."))
            elif not lot.group and not lot.final:
                out += await self._try_to_move(lot, group_id)
        await self._board.learn_groups()
        return out

    async def _try_to_move(self, lot: LotRecord, group_id: str) -> list[tuple[str, str]]:
        for again in (True, False):  # a lot that was just watched is given its day meanwhile, which is a change like any other
            try:
                await self._move(lot, group_id)
            except StoreDown:
                raise
            except BidwrightError as error:
                newer = await self._records.lot(lot.id)
                if not again or newer is None or newer.cap_ver == lot.cap_ver:
                    return [(lot.id, str(error))]
                lot = newer
            else:
                break
        return []

    async def _set_lots(self, group_id: str, wanted: list[str]) -> None:
        _, lots = await self._known(group_id)
        for lot in lots:
            if lot.id not in wanted and lot.watched and not lot.final:
                await self._move(lot, "")
        members = {lot.id for lot in lots}
        for lot in await self._joinable([lot_id for lot_id in wanted if lot_id not in members]):
            await self._move(lot, group_id)
        await self._board.learn_groups()

    async def _move(self, lot: LotRecord, group_id: str) -> None:
        fields = {"group": group_id, "scopes": scopes.in_group(lot.scopes, group_id)}
        answer = await self._transitions.configure(lot.id, fields, expect=lot.cap_ver)
        if answer.why == "inflight":
            raise Conflict(f"A bid on lot {lot.id} is under way; change its group when the result is known.")
        if answer.why == "group-full":
            raise Conflict(f"Lot {lot.id} has a bid of ours, and the group has no room for it; want more lots first.")
        if answer.why.startswith("budget:"):
            raise Conflict(
                f"What stands on lot {lot.id} does not fit into the budget {answer.why.removeprefix('budget:')!r}; raise it first."
            )
        if not answer.ok:
            raise words.refusal(answer.why, lot.id)

    async def _joinable(self, wanted: list[str]) -> list[LotRecord]:
        """The records of lots that may be in a group. Raises NotFound, Conflict."""
        try:
            found = {lot.id: lot for lot in await self._records.lots(wanted)}
        except RedisError as error:
            raise StoreDown(str(error)) from error
        for lot_id in wanted:
            lot = found.get(lot_id)
            if lot is None or not lot.watched:
                raise NotFound(f"Lot {lot_id} is not watched. Watch it first; then it can be in a group.")
        return [found[lot_id] for lot_id in wanted if not found[lot_id].final]

    async def _known(self, group_id: str) -> tuple[GroupRecord, list[LotRecord]]:
        try:
            group, lots = await self._records.group(group_id)
            there = any(one.id == group_id for one in await self._records.groups())
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if not there:
            raise NotFound(f"There is no group {group_id[:60]!r}.")
        return group, lots

    async def _new_id(self, name: str, command: Command) -> str:
        plain = _NOT_PLAIN.sub("-", name.lower()).strip("-")[:40] or "group"
        if command.id:  # the same command again means the same group
            return f"{plain}-{command.sha[:6]}"
        try:
            taken = await self._records.group_exists(plain)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return f"{plain}-{secrets.token_hex(3)}" if taken else plain

    @staticmethod
    def _shape(group: GroupRecord, lots: Iterable[LotRecord]) -> dict[str, Any]:
        known = list(lots)
        made: dict[str, Any] = {"id": group.id, "name": group.name, "wanted": group.wanted, "over": group.over}
        for mode, word in (("live", "live"), ("dry", "dryRun")):
            won = group.won(known, mode)
            made[word] = {"won": won, "leading": group.count(mode) - won}
        return {**made, "lots": [lot.id for lot in sorted(known, key=lambda lot: (lot.close or 1 << 60, lot.id))]}


def _number(value: object, name: str, least: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1 or not least <= value <= _MOST_WANTED:
        raise BadInput(f'"{name}" must be a whole number from {least} to {_MOST_WANTED}.', name)
    return int(value)
