"""Ablations: each guard taken out of the scripts, in memory. What is not missed then is not looked at, or is not needed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .run import engines, run_seed

_HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Row:
    """
    Guards removed together (their ``--@name`` tags).

    *often*: how many seeds show it: ``quick`` rows are tried by `make test`, ``weak`` ones need many seeds, ``tests`` means that the
    storm has no way to show it and the tests of the transitions do.
    """

    guards: tuple[str, ...]
    what: str
    often: Literal["quick", "strong", "weak", "tests"] = "strong"
    variant: str = ""

    @property
    def most(self) -> int:
        """How many seeds the whole table runs of it."""
        return {"weak": 400, "tests": 0}.get(self.often, 80)

    @property
    def name(self) -> str:
        """The tags, as the table has them."""
        return " ".join(self.guards)


ROWS = (
    Row(("single",), "single flight"),
    Row(("fresh",), "fresh read after settlement"),
    Row(("quarantine",), "quarantine", often="quick"),
    Row(("late",), "late observations"),
    Row(("shown",), "an observation older than what was shown", often="weak"),
    Row(("halt",), "halt check at CLAIM"),
    Row(("haltreserve",), "halt check at RESERVE"),
    Row(("capclaim",), "caps again at CLAIM"),
    Row(("capreserve",), "caps at RESERVE"),
    Row(("capreserve", "capclaim"), "both cap checks"),
    Row(("limits",), "the owner's limit for a single bid"),
    Row(("budget", "claimroom"), "budgets", often="quick"),
    Row(("group", "claimroom"), "groups"),
    Row(("claimroom",), "budgets and groups again at CLAIM", often="weak"),
    Row(("fence",), "fence at RESERVE and CLAIM", often="weak"),
    Row(("single", "fence"), "single flight and fence"),
    Row(("session",), "session", often="weak"),
    Row(("service",), "the service's own switch", often="weak"),
    Row(("format",), "pages understood", often="weak"),
    Row(("reads",), "reads since RESERVE, at CLAIM", often="weak"),
    Row(("claimlate",), "deadline and gap at CLAIM", often="weak"),
    Row(("age",), "age of the read", often="weak"),
    Row(("gapread",), "no read from before a gap", often="weak"),
    Row(("obsseq",), "observation number", often="weak"),
    Row(("paper",), "the paper ledger"),
    Row(("past",), "paper and real money share no past", often="weak"),
    Row(("once",), "a lot with a real bid stays with real money", often="tests"),
    Row(("clock",), "steady clock", often="weak"),
    Row(("settlecas",), "settle compare-and-set"),
    Row(("asbefore",), "exposure of an older lead", often="weak", variant="withdrawals"),
    Row(("dirty",), "DONE obeys a wake-up that came meanwhile", often="quick"),
    Row(("donegap",), "DONE obeys a gap that came meanwhile"),
    Row(("donefence",), "fence at DONE"),
    Row(("donetwice",), "DONE once per TAKE", often="weak"),
    Row(("held",), "TAKE leaves held lots alone", often="quick"),
    Row(("putlease", "held"), "lease guard in wake and held check in TAKE"),
    Row(("putlease",), "a woken lot that is held takes no place in TAKE", often="tests"),
)


def failing_test(row: Row) -> str:
    """The first test of the transitions that fails without the row's guards; empty when none does."""
    given = {**os.environ, "BIDWRIGHT_WITHOUT": row.name, "PYTHONPATH": str(_HERE)}
    tests = (str(_HERE.parent / "unit/bidwright/transitions"), str(_HERE / "test_machine.py"))
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "ablated", "-p", "no:cacheprovider", "-p", "no:randomly", *tests)
    ran = subprocess.run(command, env=given, cwd=_HERE.parents[1], capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode not in (0, 1):
        raise RuntimeError(f"the tests could not run without {row.name}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return next((line.split("::", 1)[1].split(" - ")[0] for line in ran.stdout.splitlines() if line.startswith("FAILED ")), "")


def try_row(row: Row, first: int, most: int, enough: int) -> dict[str, object]:
    """Run up to *most* seeds without the row's guards, until *enough* have shown a violation."""
    caught, ran, seen = 0, 0, ""
    with engines(row.guards) as made:
        for seed in range(first, first + most):
            result = run_seed(made, seed, row.variant or "plain")
            ran += 1
            if result.broken:
                caught += 1
                seen = seen or result.broken.splitlines()[-1]
            if caught >= enough:
                break
    return {"guards": row.name, "what": row.what, "caught": caught, "seeds": ran, "first seen": seen}
