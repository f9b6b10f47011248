"""Restore: brings back what the owner set up, nothing of it armed. What is there already stays; done twice it changes nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bidwright.errors import BidwrightError, Conflict, StoreDown
from bidwright_gateway.belongings import Belongings
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import HalfDone

Row = dict[str, str]


@dataclass(slots=True)
class Restored:
    """
    What came of it: lots by number, groups by id; *skipped* with the reason. *rates* and *settings* name those that were set.
    """

    added: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    skipped: list[Row] = field(default_factory=list)
    groups: dict[str, list[Any]] = field(default_factory=lambda: {"added": [], "already": [], "skipped": []})
    rates: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As clients see it."""
        watches: dict[str, Any] = {"added": self.added, "already": self.already, "skipped": self.skipped}
        return {**watches, "groups": self.groups, "rates": self.rates, "settings": self.settings}


async def restore(deps: Deps, file: Belongings, *, dry_run: bool) -> Restored:
    """
    Settings and rates first, since watches reckon with them; then watches; then groups, whose lots must be watched.

    Raises StoreDown while nothing was done, HalfDone when the store goes away later: the same file goes on where it stopped.
    """
    made = Restored()
    try:
        await _house(deps, file, made, dry_run=dry_run)
        for watch in file.watches:
            await _watch(deps, watch.lot_id, dict(watch.config), made, dry_run=dry_run)
        await _groups(deps, file, made, dry_run=dry_run)
    except StoreDown as error:
        if dry_run or made == Restored():
            raise
        raise HalfDone(made.told()) from error
    return made


async def _house(deps: Deps, file: Belongings, made: Restored, *, dry_run: bool) -> None:
    if file.settings:
        if not dry_run:
            await deps.preferences.change(file.settings)
        made.settings += [f"{part}.{name}" for part, values in file.settings.items() for name in values]
    if file.rates:
        if not dry_run:
            await deps.rates.change(file.rates)
        made.rates += [*(["default"] if "default" in file.rates else []), *file.rates.get("locations", {})]
        if not dry_run:
            await deps.alignment.round(list((await deps.board.read()).values()))


async def _watch(deps: Deps, lot_id: str, config: dict[str, Any], made: Restored, *, dry_run: bool) -> None:
    known = await deps.desk.known(lot_id)
    if known and known.watched:
        made.already.append(lot_id)
        return
    try:
        if not dry_run:
            await deps.desk.start(lot_id, config, look=True)
    except Conflict:  # somebody was faster
        made.already.append(lot_id)
    except StoreDown:
        raise
    except BidwrightError as error:
        made.skipped.append({"auctionId": lot_id, "why": str(error)})
    else:
        made.added.append(lot_id)


async def _groups(deps: Deps, file: Belongings, made: Restored, *, dry_run: bool) -> None:
    told = made.groups
    known = {group["id"] for group in await deps.grouping.all()} if file.groups or file.joins else set()
    left_out = {row["auctionId"] for row in made.skipped}  # why is told there
    for group in file.groups:
        told["already" if group.id in known else "added"].append(group.id)
        if not dry_run:
            if group.id not in known:
                await deps.grouping.make(group.id, group.wish)
            lots = [lot_id for lot_id in group.wish.lots or [] if lot_id not in left_out]
            told["skipped"] += await _join(deps, group.id, lots)
    for group_id, lots in file.joins.items():
        if group_id not in known:
            told["skipped"].append({"id": group_id, "why": "Watches name it, but the file does not say what it is."})
        elif not dry_run:
            told["skipped"] += await _join(deps, group_id, [lot_id for lot_id in lots if lot_id not in left_out])


async def _join(deps: Deps, group_id: str, lots: list[str]) -> list[Row]:
    """Put lots into a group; those that stay out, and why."""
    return [{"id": group_id, "auctionId": lot_id, "why": why} for lot_id, why in await deps.grouping.join(group_id, lots)]
