"""Belongings: what the owner set up, as a file says it. Read as a whole before anything is done, so that a bad row spoils nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bidwright.errors import BadInput
from bidwright_gateway import grouping, ids, preferences, ratebook, wishes
from bidwright_gateway.errors import BadFile

FORM, MOST_WATCHES, MOST_GROUPS = 1, 1000, 200
_GROUP_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Watch:
    """
    A lot to watch, with its settings.
    """

    lot_id: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """
    A group to have, with its lots.
    """

    id: str
    wish: grouping.Wanted


@dataclass(slots=True)
class Belongings:
    """
    What a file says, all of it well formed. *rates* and *settings* are bodies as their routes take them; empty: nothing is said.
    """

    watches: list[Watch] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    rates: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    joins: dict[str, list[str]] = field(default_factory=dict)
    """Groups that only watches name, and those lots."""


def strategies(body: Mapping[str, Any]) -> frozenset[str]:
    """The strategies that a file names and that are not built in."""
    rows = body.get("watches")
    named = [wishes.named(row.get("config")) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return frozenset(filter(None, named)) - wishes.STRATEGIES.keys()


def read(body: Mapping[str, Any], *, limit: int, plugins: Collection[str]) -> Belongings:
    """
    Read a file. *limit* is the owner's for a single bid in dollars, *plugins* are strategies that are not built in.

    Raises BadInput for what is no such file at all, BadFile with a sentence for each row that is wrong.
    """
    if body.get("form") != FORM:
        raise BadInput(f'"form" must be {FORM}: this reads what GET /api/export gives.', "form")
    made, wrong = Belongings(), list[str]()
    for n, row in enumerate(_rows(body, "watches", MOST_WATCHES)):
        _watch(row, f"watches[{n}]", made, wrong, limit=limit, plugins=plugins)
    for n, row in enumerate(_rows(body, "groups", MOST_GROUPS)):
        _group(row, f"groups[{n}]", made, wrong)
    _join(made)
    made.rates = _rates(body.get("rates"), wrong)
    made.settings = _settings(body.get("settings"), wrong)
    if wrong:
        raise BadFile(wrong)
    return made


def _rows(body: Mapping[str, Any], name: str, most: int) -> list[Any]:
    rows = body.get(name) if body.get(name) is not None else []
    if not isinstance(rows, list) or len(rows) > most:
        raise BadInput(f'"{name}" must be a list of at most {most}.', name)
    return rows


def _watch(row: object, where: str, made: Belongings, wrong: list[str], *, limit: int, plugins: Collection[str]) -> None:
    given = row if isinstance(row, Mapping) else {}
    try:
        lot_id = ids.lot_id(given.get("auctionId"))
        where = f"{where} (lot {lot_id})"
        if any(watch.lot_id == lot_id for watch in made.watches):
            raise BadInput("It is there twice.")  # noqa: TRY301 - one way out for whatever is wrong with a row
        wishes.start(given.get("config"), limit=limit, plugins=plugins)
        group = given.get("group")
        if group is not None:
            made.joins.setdefault(_group_id(group), []).append(lot_id)
    except BadInput as error:
        wrong.append(f"{where}: {error}")
    else:
        made.watches.append(Watch(lot_id, {**given["config"], "autoBid": False}))


def _group(row: object, where: str, made: Belongings, wrong: list[str]) -> None:
    given = row if isinstance(row, Mapping) else {}
    try:
        group_id = _group_id(given.get("id"))
        where = f"{where} ({group_id})"
        if any(group.id == group_id for group in made.groups):
            raise BadInput("It is there twice.")  # noqa: TRY301 - as above
        wish = grouping.wish(given)
        if wish.name is None or wish.wanted is None:
            raise BadInput('It needs "name" and "wanted".')  # noqa: TRY301 - as above
    except BadInput as error:
        wrong.append(f"{where}: {error}")
    else:
        made.groups.append(Group(group_id, wish))


def _join(made: Belongings) -> None:
    """Lots of a group are those it lists and those whose watch names it."""
    for n, group in enumerate(made.groups):
        lots = list(dict.fromkeys([*(group.wish.lots or []), *made.joins.pop(group.id, [])]))
        made.groups[n] = Group(group.id, grouping.Wanted(group.wish.name, group.wish.wanted, group.wish.over, lots))


def _group_id(value: object) -> str:
    if not isinstance(value, str) or not _GROUP_ID.fullmatch(value):
        raise BadInput("A group's id has small letters, digits and hyphens, such as drills.")
    return value


def _rates(given: object, wrong: list[str]) -> dict[str, Any]:
    """The rates that are given: where a file has none, those that are there stay."""
    if given is None:
        return {}
    try:
        if not isinstance(given, Mapping) or not isinstance(given.get("locations") or {}, Mapping):
            raise BadInput("It must be an object with default and locations.")  # noqa: TRY301 - as above
        made: dict[str, Any] = {} if given.get("default") is None else {"default": given["default"]}
        if places := {name: rates for name, rates in (given.get("locations") or {}).items() if rates is not None}:
            made["locations"] = places
        if made:
            ratebook.check(made)
    except BadInput as error:
        wrong.append(f"rates: {error}")
        return {}
    return made


def _settings(given: object, wrong: list[str]) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    if given is None:
        return made
    try:
        for part, name, value in preferences.changes(given):
            made.setdefault(part, {})[name] = value
    except preferences.WrongSettings as error:
        wrong += [f"settings: {detail}" for detail in error.details]
    return made
