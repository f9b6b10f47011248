"""
The demonstration sale: thirty lots closing over the next minutes, of which a bidder with modest caps wins some and loses some.

The first eight are made so that within two and a half minutes one is surely won and one surely lost by honest bidding;
the others follow from the seed. As lots close, new ones open, so there is always something closing.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from bidwright_simulator.catalog import ITEMS
from bidwright_simulator.rivals import KINDS, Kind
from bidwright_simulator.site import Site, Wish

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot

COUNT = 30
FIRST_CLOSE_S = 60
_LAST_S = 12 * 60
_CHEAP = 30_000  # retail in cents: caps stay small enough for a first budget
# Seconds to the close (when the first is at 60), rivals, what they left before. Limits of 3 to 8 are below every cap, of 45 and more above.
_STRATEGIES = ("auto", "auto", "sniping", "auto", "sniping", "sniping", "auto", "sniping")
_OPENING: tuple[tuple[int, tuple[tuple[Kind, int], ...], tuple[int, ...]], ...] = (
    (60, (("increment", 5),), (2,)),
    (66, (), (45,)),
    (75, (), (3,)),
    (82, (("patient", 6),), (2, 4)),
    (90, (("sniper", 52),), (2, 45)),
    (97, (("increment", 4), ("proxy", 6)), ()),
    (104, (("patient", 8),), (3, 46)),
    (112, (("sniper", 5),), ()),
)


def open_sale(site: Site, first_close_s: float = FIRST_CLOSE_S) -> list[Lot]:
    """Open a whole sale now."""
    later = first_close_s - FIRST_CLOSE_S
    spread = [later + 112 + (_LAST_S - 112) * (n + 1) / (COUNT - len(_OPENING)) for n in range(COUNT - len(_OPENING))]
    opening = [_opening(site, n, later + close_in, rivals, early) for n, (close_in, rivals, early) in enumerate(_OPENING)]
    return opening + [_lot(site, close_in) for close_in in spread]


def keep_going(site: Site, first_close_s: float = FIRST_CLOSE_S) -> None:
    """Open a new sale when everything is over, or single lots in place of those that closed; never more than are shown at once."""
    opened = site.open_lots()
    if not opened:
        if site.lots:
            site.sale += 1
        open_sale(site, first_close_s)
        return
    now, last = site.now(), opened[-1].close
    for _ in range(COUNT - len(opened)):
        last = max(last + 24_000, now + 60_000)
        _lot(site, (last - now) / 1000)


def watch_list(site: Site) -> list[dict[str, Any]]:
    """For each open lot a cap in whole dollars and a strategy; the first that close are armed, a few stay manual."""
    watch, first = [], _first(site)
    for lot in site.open_lots()[:COUNT]:
        rng = Random(f"{site.seed}:{lot.id}:wish")
        share = rng.uniform(0.08, 0.3)
        cap = max(9, min(40, round(lot.item.retail / 100 * share)))
        strategy = first.get(lot.id) or rng.choice(["auto", "auto", "sniping", "sniping", "manual"])
        watch.append(
            {
                "lotId": str(lot.id),
                "title": lot.item.title,
                "cap": cap,
                "strategy": strategy,
                "autoBid": strategy != "manual",
                "path": lot.path,
            }
        )
    return watch


def _first(site: Site) -> dict[int, str]:
    """The strategies of the lots a sale begins with."""
    ids = sorted(lot.id for lot in site.lots.values() if lot.sale == site.sale)
    return dict(zip(ids, _STRATEGIES, strict=False))


def _opening(site: Site, n: int, close_in: float, rivals: tuple[tuple[Kind, int], ...], early: tuple[int, ...]) -> Lot:
    cheap = [item for item in ITEMS if item.retail <= _CHEAP]
    item = cheap[(site.sale * len(_OPENING) + n * 5) % len(cheap)]
    return site.open_lot(Wish(close_in, item=item, rivals=rivals, early=early))


def _lot(site: Site, close_in: float) -> Lot:
    rng = Random(f"{site.seed}:{site.next_id}:demo")
    item = rng.choice([item for item in ITEMS if item.retail <= _CHEAP])
    retail = item.retail / 100
    mix: list[tuple[Kind, int]] = [(rng.choice(KINDS), max(2, round(retail * rng.uniform(0.02, 0.4)))) for _ in range(rng.randint(0, 3))]
    early = [rng.randint(1, max(2, round(retail * 0.06))) for _ in range(rng.randint(0, 2))]
    return site.open_lot(Wish(close_in, item=item, rivals=mix, early=sorted(early)))
