"""Ablations: each guard taken out of the scripts, in memory. What is not missed then is not looked at, or is not needed."""

from __future__ import annotations

from dataclasses import dataclass

from .run import engines, run_seed


@dataclass(frozen=True, slots=True)
class Row:
    """
    Guards removed together (their ``--@name`` tags). *weak*: seen in few seeds, so many are run. *spare*: why nobody misses it alone.
    """

    guards: tuple[str, ...]
    what: str
    weak: bool = False
    spare: str = ""
    variant: str = ""

    @property
    def name(self) -> str:
        """The tags, as the table has them."""
        return " ".join(self.guards)


ROWS = (
    Row(("single",), "single flight"),
    Row(("fresh",), "fresh read after settlement"),
    Row(("quarantine",), "quarantine"),
    Row(("late",), "late observations"),
    Row(("shown",), "an observation older than what was shown"),
    Row(("halt",), "halt check at CLAIM"),
    Row(("haltreserve",), "halt check at RESERVE"),
    Row(("capclaim",), "caps again at CLAIM"),
    Row(("capreserve",), "caps at RESERVE"),
    Row(("capreserve", "capclaim"), "both cap checks"),
    Row(("limits",), "the owner's limit for a single bid"),
    Row(("budget", "claimroom"), "budgets"),
    Row(("group", "claimroom"), "groups"),
    Row(("claimroom",), "budgets and groups again at CLAIM", weak=True),
    Row(("fence",), "fence at RESERVE and CLAIM", weak=True),
    Row(("single", "fence"), "single flight and fence"),
    Row(("session",), "session"),
    Row(("service",), "the service's own switch"),
    Row(("format",), "pages understood"),
    Row(("reads",), "reads since RESERVE, at CLAIM", weak=True),
    Row(("claimlate",), "deadline and gap at CLAIM", weak=True),
    Row(("age",), "age of the read", weak=True),
    Row(("gapread",), "no read from before a gap", weak=True),
    Row(("obsseq",), "observation number"),
    Row(("paper",), "the paper ledger"),
    Row(("past",), "paper and real money share no past", weak=True),
    Row(("clock",), "steady clock", weak=True),
    Row(("settlecas",), "settle compare-and-set", weak=True),
    Row(("asbefore",), "exposure of an older lead", weak=True, variant="withdrawals"),
    Row(("dirty",), "DONE obeys a wake-up that came meanwhile"),
    Row(("donegap",), "DONE obeys a gap that came meanwhile"),
    Row(("donefence",), "fence at DONE"),
    Row(("donetwice",), "DONE once per TAKE", weak=True),
    Row(("held",), "TAKE leaves held lots alone"),
    Row(("putlease", "held"), "lease guard in wake and held check in TAKE"),
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
