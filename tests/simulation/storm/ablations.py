"""Ablations: each guard taken out of the scripts, in memory. What is not missed then is not looked at, or is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .run import engines, run_seed


@dataclass(frozen=True, slots=True)
class Row:
    """
    Guards removed together (their ``--@name`` tags).

    *often*: how many seeds show it: ``quick`` rows are tried by `make test`, ``weak`` ones need many seeds. *spare*: why nobody misses it.
    """

    guards: tuple[str, ...]
    what: str
    often: Literal["quick", "strong", "weak"] = "strong"
    spare: str = ""
    variant: str = ""

    @property
    def most(self) -> int:
        """How many seeds the whole table runs of it."""
        return 300 if self.often == "weak" or self.spare else 80

    @property
    def name(self) -> str:
        """The tags, as the table has them."""
        return " ".join(self.guards)


ROWS = (
    Row(("single",), "single flight", often="quick"),
    Row(("fresh",), "fresh read after settlement", often="quick"),
    Row(("quarantine",), "quarantine", often="quick"),
    Row(("late",), "late observations", often="quick"),
    Row(("shown",), "an observation older than what was shown", often="weak"),
    Row(("halt",), "halt check at CLAIM"),
    Row(("haltreserve",), "halt check at RESERVE", often="quick"),
    Row(("capclaim",), "caps again at CLAIM"),
    Row(("capreserve",), "caps at RESERVE", often="quick"),
    Row(("capreserve", "capclaim"), "both cap checks", often="quick"),
    Row(("limits",), "the owner's limit for a single bid", often="quick"),
    Row(("budget", "claimroom"), "budgets", often="quick"),
    Row(("group", "claimroom"), "groups", often="quick"),
    Row(("claimroom",), "budgets and groups again at CLAIM", often="weak"),
    Row(("fence",), "fence at RESERVE and CLAIM", often="weak"),
    Row(("single", "fence"), "single flight and fence", often="quick"),
    Row(("session",), "session", often="weak"),
    Row(("service",), "the service's own switch", often="weak"),
    Row(("format",), "pages understood", often="weak"),
    Row(("reads",), "reads since RESERVE, at CLAIM", often="weak"),
    Row(("claimlate",), "deadline and gap at CLAIM", often="weak"),
    Row(("age",), "age of the read", often="weak"),
    Row(("gapread",), "no read from before a gap", often="weak"),
    Row(("obsseq",), "observation number", often="weak"),
    Row(("paper",), "the paper ledger", often="quick"),
    Row(("past",), "paper and real money share no past", often="weak"),
    Row(("clock",), "steady clock", often="weak"),
    Row(("settlecas",), "settle compare-and-set", often="quick"),
    Row(("asbefore",), "exposure of an older lead", often="weak", variant="withdrawals"),
    Row(("dirty",), "DONE obeys a wake-up that came meanwhile", often="quick"),
    Row(("donegap",), "DONE obeys a gap that came meanwhile", often="quick"),
    Row(("donefence",), "fence at DONE", often="quick"),
    Row(("donetwice",), "DONE once per TAKE", often="weak"),
    Row(("held",), "TAKE leaves held lots alone", often="quick"),
    Row(("putlease", "held"), "lease guard in wake and held check in TAKE", often="quick"),
    Row(("putlease",), "lease guard in wake", spare="TAKE puts a woken lot back while it is held (held); together they are missed"),
    Row(
        ("mode",),
        "the intent's mode at CLAIM",
        spare="the mode changes only without an open intent, and a change raises cap_ver (capclaim), so CLAIM has refused before",
    ),
)


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
    return {"guards": row.name, "what": row.what, "caught": caught, "seeds": ran, "first seen": seen, "spare because": row.spare}
