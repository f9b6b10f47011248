"""Headroom: how much more than the next acceptable bid to offer. The price moves by it only if a rival makes it move."""

from __future__ import annotations

from dataclasses import dataclass

from bidwright import LotView, Money
from bidwright_strategy_smart.war import War

_TIE = 1
"""With one step of headroom a rival who bids the next amount only ties with us, and a tie goes to whoever was there first."""
_FALLS_BACK = 2
"""An answer is good for its headroom, the step that outbids the rival, and the one that the rival then takes."""


@dataclass(frozen=True, slots=True)
class Headroom:
    """
    *dollars* on top of the next acceptable bid, and *why* so much.
    """

    dollars: int
    why: str


def headroom(lot: LotView, war: War, *, top: Money, most: int) -> Headroom:
    """
    One step as a rule; more against a maximum that stands, and when the owner's limits would end the war before *top* is reached.

    Always an odd number of steps, so that a rival who climbs by single steps ends on a tie. At most *most* dollars.
    """
    step = max(1, (lot.next_bid - lot.price).dollars) if lot.price > Money(0) else 1
    far = max(0, (top - lot.next_bid).dollars)
    found = Headroom(_TIE, "so that a rival's next step is only a tie")
    if (wider := 2 * war.stands - 1) > found.dollars:
        found = Headroom(wider, f"since somebody's maximum outbid the last {war.stands} at once")
    if (wider := _odd(war.falls_short(far) // step - _FALLS_BACK + 1)) > found.dollars:
        found = Headroom(wider, f"since only {war.answers_left} more answers fit into your limits for a war")
    return Headroom(min(found.dollars * step, most), found.why)


def _odd(number: int) -> int:
    """The next odd number, *number* itself included."""
    return number | 1
