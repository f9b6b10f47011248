"""Strategies: built-in ones asked here, foreign ones in their hosts; whatever one does, the worst that comes of it is "hold"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from pydantic import ValidationError

from bidwright import Bid, Decision, Hold, LotView, Money, Params, Strategy, Wait
from bidwright.errors import PluginError
from bidwright.plugins import BUILT_INS, Plugins, where
from bidwright.proper import improper, unusable, wants_history
from bidwright.runtime.host.messages import Decide, Fit, Offer, Said, Veto
from bidwright.runtime.logging import get_logger
from bidwright_bidder.foreign import Foreign
from bidwright_bidder.guest import Card, Guest
from bidwright_bidder.wrapping import Wrapping

log = get_logger(__name__)


class Unread(Params):
    """
    The owner's settings of a foreign strategy: JSON text that its own process makes into its own model.
    """

    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A strategy as an owner chooses it. *schema* is JSON Schema text; *sha* is the hash of foreign code.
    """

    name: str
    description: str
    version: str
    schema: str
    plugin: str
    sha: str = ""


class Strategies:
    """
    Everything a lot's owner can choose from. *foreign* None: only what is built in.
    """

    def __init__(self, plugins: Plugins, foreign: Foreign | None = None, wrapping: Wrapping | None = None) -> None:
        self._plugins, self._foreign, self._wrapping = plugins, foreign, wrapping
        found = plugins.collect("register_strategies", unusable, only=BUILT_INS)
        self._built_in = {name: (cast("Strategy", thing), plugin) for name, (thing, plugin) in found.items()}
        for problem in plugins.problems:
            log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)

    @property
    def problems(self) -> list[PluginError]:
        """What is wrong with plugins, each with file, line and reason."""
        return [*self._plugins.problems, *(PluginError(guest.name, guest.trouble) for guest in self._foreign or () if guest.trouble)]

    def __iter__(self) -> Iterator[Listed]:
        for strategy, plugin in self._built_in.values():
            schema = json.dumps(strategy.params.model_json_schema())
            yield Listed(strategy.name, strategy.description, strategy.version, schema, plugin)
        for guest in self._foreign or ():
            for offer in guest.offers.values():
                if self._guest(offer.name) is guest:
                    yield Listed(offer.name, offer.description, offer.version, offer.schema, guest.name, guest.sha)

    def cards(self) -> Iterator[Card]:
        """Every plugin known here."""
        guests = {guest.name: guest for guest in self._foreign or ()}
        for name in self._plugins.names:
            if name in guests:  # it is loaded here as well, for the hooks that run in the bidder
                continue
            own = [strategy for strategy, (_, plugin) in self._built_in.items() if plugin == name]
            door = "built-in" if name in BUILT_INS else "installed"
            yield Card(name, door, strategies=own, hooks=self._plugins.hooks(name), live=door == "built-in")
        for problem in self._plugins.problems:
            yield Card(problem.plugin, "installed", problem=problem.reason)
        for guest in guests.values():
            yield guest.card()

    def version(self, name: str) -> str:
        """The version of the strategy *name*, with the hash of foreign code; empty when there is none."""
        if built_in := self._built_in.get(name):
            return str(built_in[0].version)
        guest = self._guest(name)
        return f"{guest.offers[name].version} {guest.sha[:12]}" if guest else ""

    async def params(self, name: str, text: str) -> Params | Hold:
        """The owner's settings *text* (JSON) as the strategy takes them, or why it cannot be used."""
        if built_in := self._built_in.get(name):
            return _fitted(built_in[0], text)
        guest = self._guest(name)
        if guest is None:
            return Hold(self._missing(name))
        if why := guest.barred:
            return Hold(f"strategy {name} is not asked: {why}")
        said, _ = await guest.ask(Fit(name, text))
        if said.kind == "pass":
            return Unread(text=text)
        if said.kind == "hold":
            return Hold(f"the settings of strategy {name} {said.why}")
        return Hold(f"strategy {name} ({guest.name}) failed: {said.why}")

    def wants_history(self, name: str) -> bool:
        """Whether the strategy *name* asks to be shown the prices seen so far."""
        if built_in := self._built_in.get(name):
            return wants_history(built_in[0])
        guest = self._guest(name)
        return guest is not None and guest.offers[name].wants_history

    def barred(self, name: str, *, real: bool) -> str:
        """Why the strategy *name* is not asked at all (*real*: about a bid with real money); empty when it is."""
        guest = self._guest(name)
        if guest is None:
            return ""
        return guest.barred or (guest.barred_from_money if real else "")

    async def decide(self, name: str, lot: LotView, now: datetime, *, real: bool = False) -> Decision:
        """
        What the strategy *name* says about *lot*; anything that is no proper answer becomes Hold.

        *real*: the answer may become a bid with real money, so that it counts only from a version that was allowed that.
        """
        if built_in := self._built_in.get(name):
            strategy, plugin = built_in
            return self._asked(strategy, plugin, lot, now)
        guest = self._guest(name)
        if guest is None:
            return Hold(self._missing(name))
        if why := guest.barred:
            return Hold(f"strategy {name} is not asked: {why}")
        offer, answer = guest.offers[name], await self._foreign_answer(guest, name, lot, now, real=real)
        if self._wrapping is None or not self._wrapping.any:
            return answer
        return self._asked(cast("Strategy", _Answered(offer, answer)), guest.name, lot, now)

    @staticmethod
    async def _foreign_answer(guest: Guest, name: str, lot: LotView, now: datetime, *, real: bool) -> Decision:
        text = lot.params.text if isinstance(lot.params, Unread) else ""
        said, sha = await guest.ask(Decide(name, replace(lot, params=None), text, now))
        if said.kind == "failed":
            return Hold(f"strategy {name} ({guest.name}) failed: {said.why}")
        if real and said.kind == "bid" and sha != guest.live:  # another version may have taken over since it was looked at
            return Hold(guest.barred_from_money or f"another version of its plugin {guest.name} has just taken over")
        return decision_of(said)

    async def veto(self, bid: Bid, lot: LotView, now: datetime) -> str:
        """The first reason that a plugin gives to hold *bid* back; empty when none does. One that cannot give its word holds."""
        for name, ask in self._plugins.implementations("hold_bid"):
            if name not in BUILT_INS:
                continue
            try:
                reason = ask(bid=bid, lot=lot, now=now)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises counts as a reason
                reason = f"{name} failed: {where(error)}"
            if reason is not None:
                return str(reason)
        if self._foreign and not self._foreign.looked:
            return "the plugins are not loaded yet, and one of them may hold bids back"
        for guest in self._foreign or ():
            answers = guest.hooks if guest.version else guest.stored_hooks
            if "hold_bid" in answers and not guest.off and (why := await self._vetoed(guest, bid, lot, now)):
                return why
        return ""

    @staticmethod
    async def _vetoed(guest: Guest, bid: Bid, lot: LotView, now: datetime) -> str:
        if guest.version is None:
            return f"plugin {guest.name}, which holds bids back, cannot be loaded ({guest.problem}); mend or disable it"
        if guest.barred:
            return f"plugin {guest.name} can not say whether it holds this bid back: {guest.barred}"
        said, _ = await guest.ask(Veto(bid.amount.cents, bid.why, replace(lot, params=None), now))
        if said.kind == "pass":
            return ""
        return said.why if said.kind == "hold" else f"plugin {guest.name} could not say whether it holds this bid back ({said.why})"

    def _guest(self, name: str) -> Guest | None:
        return self._foreign.offering(name) if self._foreign else None

    def _missing(self, name: str) -> str:
        there = ", ".join(sorted(listed.name for listed in self))
        if not name:
            return f"no strategy is chosen; there is: {there}"
        if self._foreign and not self._foreign.looked:
            return f"strategy {name} is not loaded yet"
        if self._foreign and (plugin := self._foreign.went_with(name)):
            return f"strategy {name} went with its plugin {plugin}, which was taken away; put the file back or choose from: {there}"
        return f"there is no strategy {name!r}; there is: {there}"

    def _asked(self, strategy: Strategy, plugin: str, lot: LotView, now: datetime) -> Decision:
        """Asked here, with everything that wraps it."""
        who = f"strategy {strategy.name} ({plugin})"
        try:
            wrapped = self._wrapping.around(strategy) if self._wrapping else strategy
            answer: object = wrapped.decide(lot, now)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises means "hold"
            log.warning("strategy.failed", strategy=strategy.name, plugin=plugin, error=where(error))
            return Hold(f"{who} failed: {type(error).__name__}: {error}")
        if why := improper(answer):
            log.warning("strategy.improper", strategy=strategy.name, plugin=plugin, why=why)
            return Hold(f"{who} gave no proper answer: {why}")
        return cast("Decision", answer)


class _Answered:
    """A foreign strategy as wrappings see it: it has answered already."""

    params = Params

    def __init__(self, offer: Offer, answer: Decision) -> None:
        self.name, self.description, self.version = offer.name, offer.description, offer.version
        self._answer = answer

    def decide(self, lot: LotView, now: datetime) -> Decision:  # noqa: ARG002 - it was asked with these
        return self._answer


def decision_of(said: Said) -> Decision:
    """A host's answer as a decision; what it failed at is a hold."""
    match said.kind:
        case "bid" if said.cents > 0:
            return Bid(Money(said.cents), said.why)
        case "wait" if said.until is not None and said.until.tzinfo is not None:
            return Wait(said.until, said.why)
    return Hold(said.why)


def _fitted(strategy: Strategy, text: str) -> Params | Hold:
    try:
        return strategy.params.model_validate(json.loads(text) if text else {})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors(include_url=False))
        return Hold(f"the settings of strategy {strategy.name} do not fit ({wrong})")
    except ValueError:
        return Hold(f"the settings of strategy {strategy.name} are not readable")
