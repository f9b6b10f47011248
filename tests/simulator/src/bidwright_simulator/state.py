"""A sale kept in a file, so that the next run still has it. Written beside and moved over, never half."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from bidwright_simulator.catalog import PLACES, Item
from bidwright_simulator.lots import Lot, Row
from bidwright_simulator.rivals import Rival

if TYPE_CHECKING:
    from pathlib import Path

    from bidwright_simulator.site import Site

_VERSION = 1
_ELSEWHERE = {"item", "place", "rows", "amounts", "rivals", "watchers", "trail"}
_PLAIN = [field.name for field in fields(Lot) if field.name not in _ELSEWHERE]


def save(site: Site, path: Path) -> None:
    """Write the sale to *path*; readers see the old file or the new one."""
    kept = {
        "version": _VERSION,
        "seed": site.seed,
        "sale": site.sale,
        "next_id": site.next_id,
        "skew_ms": site.skew_ms,
        "sessions": site.accounts.sessions,
        "sessions_made": site.accounts.made,
        "lots": [_lot(lot) for lot in site.lots.values()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(kept, separators=(",", ":")))
    beside.replace(path)


def restore(site: Site, path: Path) -> bool:
    """
    Take a saved sale up again; False when there is none.

    Raises ValueError when the file is not one of ours or belongs to another seed.
    """
    if not path.exists():
        return False
    try:
        kept = json.loads(path.read_text())
        if kept["version"] != _VERSION:
            raise ValueError(f"version {kept['version']}")  # noqa: TRY301 - told below with the others
        lots = [_restored(one) for one in kept["lots"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{path} does not hold a saved sale ({error}); delete it to begin a new one") from None
    if kept["seed"] != site.seed:
        raise ValueError(f"{path} holds a sale with seed {kept['seed']!r}, not {site.seed!r}; delete it or use that seed")
    site.sale, site.next_id, site.skew_ms = kept["sale"], kept["next_id"], kept["skew_ms"]
    site.accounts.sessions = {token: (user, ends) for token, (user, ends) in kept["sessions"].items()}
    site.accounts.made = kept["sessions_made"]
    site.lots = {lot.id: lot for lot in lots}
    site.replan()
    site.advance()
    return True


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        **{name: getattr(lot, name) for name in _PLAIN},
        "item": asdict(lot.item),
        "place": lot.place.id,
        "rows": lot.rows,
        "amounts": list(lot.amounts.items()),
        "rivals": [asdict(rival) for rival in lot.rivals],
        "watchers": sorted(lot.watchers),
    }


def _restored(kept: dict[str, Any]) -> Lot:
    return Lot(
        **{name: kept[name] for name in _PLAIN},
        item=Item(**kept["item"]),
        place=next(place for place in PLACES if place.id == kept["place"]),
        rows=[Row(*row) for row in kept["rows"]],
        amounts=dict(kept["amounts"]),
        rivals=[Rival(**rival) for rival in kept["rivals"]],
        watchers=set(kept["watchers"]),
    )
