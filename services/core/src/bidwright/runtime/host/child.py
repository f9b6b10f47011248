"""The program in a strategy host: ``python -m bidwright.runtime.host.child FD PARENT``. Reads questions, asks the plugin, answers."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from io import TextIOBase
from typing import Any

import msgspec
from pydantic import ValidationError

from bidwright import loading
from bidwright import plugins as plugging
from bidwright.money import Money
from bidwright.plugins import Plugins, where
from bidwright.proper import improper, unusable, wants_history
from bidwright.runtime.host import confine
from bidwright.runtime.host.messages import (
    LENGTH,
    MOST_TEXT,
    Ask,
    Decide,
    Fit,
    Load,
    Offer,
    Said,
    Smoke,
    Veto,
    cut,
    decode_ask,
    encode,
)
from bidwright.schedule import Glance
from bidwright.strategy import Bid, Hold, LotView, Params, Wait

SLOW_S, MEAN_S = 0.25, 0.05
"""Longest that a decision on a recorded lot may take, and how much of a processor on average: many lots may wait for it."""
_GLANCES = [
    Glance(None if hours is None else timedelta(hours=hours), armed=armed, extended=extended, live=live)
    for hours in (None, 48, 2, 0.5, 0.01, 0, -0.01)
    for armed, extended, live in ((False, False, False), (True, False, False), (True, True, True))
]


class Printed(TextIOBase):
    """
    Keeps the end of what the plugin prints, and no more.
    """

    def __init__(self) -> None:
        self._text = ""

    def writable(self) -> bool:
        """It takes everything."""
        return True

    def write(self, text: str) -> int:
        """Keep the end."""
        self._text = (self._text + text[-MOST_TEXT:])[-MOST_TEXT:]
        return len(text)

    def taken(self) -> str:
        """What was kept since the last time."""
        text, self._text = self._text, ""
        return text


class Guest:
    """
    The plugin that is loaded here.
    """

    def __init__(self) -> None:
        self._plugins = Plugins.none()
        self._strategies: dict[str, Any] = {}
        self._place = ""

    def answer(self, ask: Ask) -> Said:
        """What the plugin says. Raises what its code raises."""
        match ask:
            case Load():
                return self._load(ask)
            case Decide():
                return self._decide(ask)
            case Veto():
                return self._veto(Bid(Money(ask.cents), ask.why), replace(ask.lot, params=Params()), ask.now)
            case Fit():
                return self._fit(ask)
            case Smoke():
                return self._smoke()

    def where(self, error: BaseException) -> str:
        """File, line and reason, in the plugin's own code where it has a part in it."""
        return where(error, self._place)

    def _load(self, ask: Load) -> Said:
        self._place = ask.version.place
        confine.for_good(ask.memory_mb)
        plugging.admit(self._plugins, ask.version.plugin, lambda: loading.load(ask.version), dropin=bool(ask.version.files))
        found = self._plugins.collect("register_strategies", unusable)
        if self._plugins.problems:
            return Said("failed", cut(self._plugins.problems[0].reason))
        self._strategies = {name: strategy for name, (strategy, _) in found.items()}
        offers = [
            Offer(
                name,
                cut(one.description),
                cut(one.version),
                json.dumps(one.params.model_json_schema()),
                wants_history(one),
            )
            for name, one in self._strategies.items()
        ]
        return Said("loaded", offers=offers, hooks=self._plugins.hooks(ask.version.plugin))

    def _decide(self, ask: Decide) -> Said:
        unfit = self._fit(Fit(ask.strategy, ask.params))  # a new version may have taken over since the settings were asked about
        if unfit.kind != "pass":
            return msgspec.structs.replace(unfit, why=cut(f"the settings of strategy {ask.strategy} {unfit.why}"))
        lot = replace(ask.lot, params=self._params(ask.strategy, ask.params))
        return self._said(self._strategies[ask.strategy].decide(lot, ask.now))

    def _params(self, strategy: str, text: str) -> Params:
        params: Params = self._strategies[strategy].params.model_validate(json.loads(text) if text else {})
        return params

    def _fit(self, ask: Fit) -> Said:
        if ask.strategy not in self._strategies:
            return Said("hold", "are of no use: this version of its plugin does not offer it")
        try:
            self._params(ask.strategy, ask.params)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors(include_url=False))
            return Said("hold", cut(f"do not fit ({wrong})"))
        except ValueError:
            return Said("hold", "are not readable")
        return Said("pass")

    def _veto(self, bid: Bid, lot: LotView, now: datetime) -> Said:
        reason = self._plugins.manager.hook.hold_bid(bid=bid, lot=lot, now=now)
        if reason is None:
            return Said("pass")
        return (
            Said("hold", cut(reason))
            if isinstance(reason, str)
            else Said("failed", cut(f"hold_bid gave {reason!r:.200}, no text and not None"))
        )

    @staticmethod
    def _said(answer: object) -> Said:
        if why := improper(answer):
            return Said("failed", cut(f"no proper answer: {why}"))
        match answer:
            case Bid(amount, why):
                return Said("bid", cut(why), cents=amount.cents)
            case Wait(until, why):
                return Said("wait", cut(why), until=until)
            case Hold(why):
                return Said("hold", cut(why))
        raise AssertionError(answer)  # improper has seen to it

    def _smoke(self) -> Said:
        for trouble in (*map(self._strategy_smoked, self._strategies), self._schedules_smoked(), self._veto_smoked()):
            if trouble:
                return Said("failed", cut(trouble))
        return Said("pass")

    def _strategy_smoked(self, name: str) -> str:
        """What is wrong with a strategy on the recorded lots; empty when nothing is."""
        try:
            params = self._params(name, "")
        except ValidationError:  # a setting without a default: only its owner knows what would be sensible
            return ""
        used, lots = time.process_time(), list(recorded())
        for lot, now in lots:
            began = time.perf_counter()
            said = self._said(self._strategies[name].decide(replace(lot, params=params), now))
            if said.kind == "failed":
                return f"strategy {name} on the recorded lot {lot.title!r}: {said.why}"
            if (took := time.perf_counter() - began) > SLOW_S:
                return f"strategy {name} took {took * 1000:.0f} ms on a recorded lot; {SLOW_S * 1000:.0f} are allowed"
        mean = (time.process_time() - used) / len(lots)
        if mean > MEAN_S:
            return f"strategy {name} takes {mean * 1000:.0f} ms of a processor on average; {MEAN_S * 1000:.0f} are allowed"
        return ""

    def _schedules_smoked(self) -> str:
        for name, (schedule, _) in self._plugins.collect("register_schedules", lambda _: None).items():
            for glance in _GLANCES:
                pause = schedule.next_look(glance)  # type: ignore[attr-defined]
                if not isinstance(pause, timedelta):
                    return f"schedule {name} gave {pause!r:.100}, no timedelta"
        return ""

    def _veto_smoked(self) -> str:
        for lot, now in recorded() if "hold_bid" in self._plugins.hooks() else ():
            said = self._veto(Bid(lot.next_bid), replace(lot, params=Params()), now)
            if said.kind == "failed":
                return said.why
        return ""


def recorded() -> Iterator[tuple[LotView, datetime]]:
    """Lots as strategies saw them in a sale, each with the time: what new code is tried on before it is used."""
    text = files("bidwright.runtime.host").joinpath("recorded_lots.json").read_text("utf-8")
    for row in json.loads(text):
        yield msgspec.convert(row["lot"], LotView), msgspec.convert(row["now"], type=datetime)


def main() -> None:
    """Answer until the other end hangs up."""
    line = socket.socket(fileno=int(sys.argv[1]))
    confine.at_once(int(sys.argv[2]))
    printed, guest = Printed(), Guest()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        while head := line.recv(LENGTH.size, socket.MSG_WAITALL):
            body = line.recv(LENGTH.unpack(head)[0], socket.MSG_WAITALL)
            try:
                reply = encode(msgspec.structs.replace(guest.answer(decode_ask(body)), printed=cut(printed.taken())))
            except BaseException as error:  # noqa: BLE001 - whatever a plugin raises, an exit too, is an answer
                reply = encode(Said("failed", cut(guest.where(error)), printed=cut(printed.taken())))
            line.sendall(reply)


if __name__ == "__main__":
    main()
