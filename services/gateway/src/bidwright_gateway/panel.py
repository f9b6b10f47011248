"""The panel of toggles: what each says and why, throwing one, and who threw them before."""

from __future__ import annotations

from typing import Any

from redis.exceptions import RedisError

from bidwright import Money, Subject, Toggle
from bidwright.clock import Clock, from_ms
from bidwright.errors import BadInput, Conflict, NotFound
from bidwright.runtime.toggles import Toggles
from bidwright.toggle import said
from bidwright.transitions import Transitions
from bidwright_gateway import clean, memory

_MOST_WHY = 300
_MOST_ENTRIES = 1000
_MOST_LOTS, _MOST_DOLLARS = 10_000, 100_000


class Panel:
    """
    Reads and throws toggles. Every function raises redis errors, or StoreDown when it is not known whether it did.
    """

    def __init__(self, toggles: Toggles, transitions: Transitions, clock: Clock) -> None:
        self._toggles, self._transitions, self._clock = toggles, transitions, clock
        self._redis: Any = transitions.redis

    def find(self, name: str) -> Toggle:
        """The toggle called *name*, by its own name or its variable's. Raises NotFound."""
        toggle = self._toggles.get(name)
        if toggle is None:
            there = ", ".join(sorted(one.name for one in self._toggles))
            raise NotFound(f"There is no toggle {clean.text(name, 60)}; there is: {there}.")
        return toggle

    async def report(self, subject: str | Subject = "") -> list[dict[str, Any]]:
        """Every toggle as it stands, for *subject* (a lot)."""
        try:
            await self._toggles.refresh()
        except RedisError as error:
            if not memory.means_away(error):
                raise
            memory.used()
        return [await self._shown(toggle, subject) for toggle in sorted(self._toggles, key=lambda toggle: toggle.name)]

    async def throw(self, name: str, value: object, *, by: object, why: object, rollback: object = None) -> dict[str, Any]:
        """
        Set a live value, with its entry in the audit. Raises NotFound, BadInput for what is no value, Conflict for a locked one.
        """
        toggle = self._unlocked(name)
        text = str(value).lower() if isinstance(value, bool) else value
        if not isinstance(text, str) or not said(text):
            raise BadInput('"value" must be true, false or a text such as "25%"; DELETE takes it away.', "value")
        if trouble := toggle.trouble(text):
            raise BadInput(f"That is no value of {toggle.name}: {trouble}.", "value")
        rule = _rule(toggle, rollback)
        await self._transitions.toggle(toggle.name, text.strip(), by=_who(by), why=_why(why), rollback=rule, keys=self._toggles.keys)
        return await self._after(toggle)

    async def reset(self, name: str, *, by: object, why: object) -> dict[str, Any]:
        """Take the live value away: the environment holds, or the default. Raises NotFound, Conflict for a locked one."""
        toggle = self._unlocked(name)
        await self._transitions.toggle(toggle.name, "", by=_who(by), why=_why(why), keys=self._toggles.keys)
        return await self._after(toggle)

    async def audit(self, name: str = "", most: int = 100) -> list[dict[str, Any]]:
        """Who threw what, the newest first. Raises NotFound."""
        wanted = self.find(name).name if name else ""
        rows = await self._redis.xrevrange(f"{self._transitions.prefix}toggles:audit", count=None if wanted else min(most, _MOST_ENTRIES))
        entries = [_entry(fields) for _, fields in rows if wanted in ("", fields.get("name"))]
        return entries[: max(0, min(most, _MOST_ENTRIES))]

    def _unlocked(self, name: str) -> Toggle:
        toggle = self.find(name)
        if toggle.locked:
            raise Conflict(f"{toggle.env} is locked: {toggle.locked}.")
        return toggle

    async def _after(self, toggle: Toggle) -> dict[str, Any]:
        await self._toggles.refresh(at_once=True)
        return await self._shown(toggle, "")

    async def _shown(self, toggle: Toggle, subject: str | Subject) -> dict[str, Any]:
        verdict = self._toggles.verdict(toggle, subject)
        try:
            last = await self._redis.hgetall(f"{self._transitions.prefix}toggle:{toggle.name}")
        except RedisError as error:
            if not memory.means_away(error):
                raise
            memory.used()
            last = {}
        live, env = self._toggles.live(toggle), self._toggles.env(toggle)
        worse_by, lots = rollback_of(toggle, last)
        return {
            "name": toggle.name,
            "env": toggle.env,
            "kind": toggle.kind,
            "description": toggle.description,
            "owner": toggle.owner,
            "enabled": verdict.on,
            "value": verdict.variant,
            "reason": verdict.reason,
            "forSomeLots": not verdict.on and self._toggles.may_be_on(toggle),
            "live": clean.text(live, 600) if live is not None else None,
            "environment": clean.text(env, 600) if said(env) else None,
            "default": toggle.choices[toggle.default],
            "money": toggle.money,
            "locked": toggle.locked,
            "review": toggle.review.isoformat() if toggle.review else None,
            "stale": toggle.stale(self._clock.now().date()),
            "variants": [{"name": one.name, "strategy": one.strategy or None} for one in toggle.variants],
            "rollback": {"worseBy": worse_by / 100, "lots": lots} if lots else None,
            "changed": _entry(last | {"name": toggle.name, "new": last.get("value", "")}) if last.get("at") else None,
            "warnings": [clean.text(sentence, 600) for sentence in self._toggles.troubles(toggle)],
        }


def rollback_of(toggle: Toggle, last: dict[str, str]) -> tuple[int, int]:
    """The rule of roll-back in force, cents and lots: the owner's, else the toggle's own; (0, 0) for none."""
    if last.get("lots", "").isdecimal() and last.get("worse_by", "").isdecimal():
        return int(last["worse_by"]), int(last["lots"])
    rule = toggle.rollback
    return (rule.worse_by.cents, rule.lots) if rule else (0, 0)


def _rule(toggle: Toggle, given: object) -> tuple[int, int] | None:
    if given is None:
        return None
    lots, worse_by = (given.get("lots"), given.get("worseBy")) if isinstance(given, dict) else (None, None)
    if not toggle.variants:
        raise BadInput(f"{toggle.name} has no variants, so there is nothing to roll back to.", "rollback")
    fits = isinstance(lots, int) and not isinstance(lots, bool) and 1 <= lots <= _MOST_LOTS
    if not fits or isinstance(worse_by, bool) or not isinstance(worse_by, (int, float, str)):
        raise BadInput(
            '"rollback" looks like {"worseBy": 2.50, "lots": 30}: dollars of surplus per lot, and lots of each variant.', "rollback"
        )
    try:
        money = Money.usd(str(worse_by))
    except (ValueError, ArithmeticError):
        raise BadInput('"rollback.worseBy" is an amount in dollars and cents, such as 2.50.', "rollback.worseBy") from None
    if not 0 <= money.dollars <= _MOST_DOLLARS:
        raise BadInput('"rollback.worseBy" is 0 or more.', "rollback.worseBy")
    return money.cents, int(str(lots))


def _who(by: object) -> str:
    return clean.text(by if isinstance(by, str) else "", 60) or "api"


def _why(why: object) -> str:
    return clean.text(why if isinstance(why, str) else "", _MOST_WHY)


def _entry(fields: dict[str, str]) -> dict[str, Any]:
    """One change; what it was and is are None where there was no live value."""
    at = fields.get("at", "")
    return {
        "name": fields.get("name", ""),
        "at": from_ms(int(at)).isoformat() if at.isdecimal() else None,
        "who": clean.text(fields.get("by"), 60),
        "old": clean.text(fields.get("old"), 600) or None,
        "new": clean.text(fields.get("new"), 600) or None,
        "why": clean.text(fields.get("why"), _MOST_WHY),
    }
