"""Who bids against the strategies: mixes of the simulated site's kinds of rivals, by name or kind by kind."""

from __future__ import annotations

from dataclasses import dataclass

from bidwright.errors import BadInput


@dataclass(frozen=True)
class Mix:
    """
    *kinds* take turns over the whole sale, so a kind that is named twice comes twice as often; each lot has *fewest* to *most* rivals.
    """

    kinds: tuple[str, ...]
    fewest: int = 0
    most: int = 4


USUAL = Mix(("increment", "proxy", "sniper", "patient"))
MIXES = {
    "usual": USUAL,
    "snipers": Mix(("sniper", "sniper", "sniper", "proxy")),
    "proxies": Mix(("proxy", "proxy", "proxy", "sniper")),
    "steppers": Mix(("increment", "patient", "increment", "patient", "proxy")),
    "wars": Mix(("increment", "sniper", "patient"), fewest=2, most=6),
    "quiet": Mix(("patient", "increment", "sniper", "proxy"), most=1),
}
"""
The mixes with a name: all kinds alike; mostly those who come in the last seconds; mostly those who leave their limit once; mostly those
who bid step by step; many on each lot who all answer; one at most.
"""


def mix(text: str) -> Mix:
    """
    The mix named *text*, or the kinds it lists with commas between them: ``sniper,sniper,proxy``.

    Raises BadInput when it is empty; whether the kinds exist is seen when lots are opened.
    """
    if text in MIXES:
        return MIXES[text]
    kinds = tuple(word.strip() for word in text.split(",") if word.strip())
    if not kinds:
        raise BadInput("Rivals are a mix or kinds with commas between them; none was given.", "rivals")
    return Mix(kinds)
