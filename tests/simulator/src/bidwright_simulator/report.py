"""What the control API tells about lots, hidden things included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bidwright_simulator import wire

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot
    from bidwright_simulator.site import Site


def lot(site: Site, lot: Lot) -> dict[str, Any]:
    """One lot, with its leader, its hidden maximum and its rivals."""
    return {
        "id": lot.id,
        "sale": lot.sale,
        "title": lot.item.title,
        "path": lot.path,
        "price": lot.price,
        "next": lot.next_for(None),
        "bidCount": len(lot.rows),
        "leader": lot.leader,
        "ours": lot.leader == site.demo_user,
        "maximum": lot.maximum,
        "close": lot.close,
        "closeTime": wire.iso(lot.close),
        "closes_in_s": round((lot.close - site.now()) / 1000, 1),
        "extended": lot.extended,
        "closed": lot.closed,
        "status": lot.status,
        "blocked": lot.blocked,
        "retail": lot.item.retail / 100,
        "taxPercent": lot.place.tax,
        "rivals": [{"user": rival.user, "kind": rival.kind, "limit": rival.limit} for rival in lot.rivals],
    }


def summary(site: Site) -> dict[str, Any]:
    """For each lot the winner, the hammer price and our bids; and the most requests in any sliding second."""
    ours = site.demo_user
    bids = [entry for entry in site.ledger.entries if entry["what"] == "bid" and entry["user"] == ours]
    of_lot: dict[int, list[dict[str, Any]]] = {}
    for entry in bids:
        of_lot.setdefault(entry["lot"], []).append(entry)
    lots = [
        {
            "id": one.id,
            "closed": one.closed,
            "close": one.close,
            "winner": one.leader if one.closed else None,
            "won": one.closed and one.leader == ours,
            "lost": one.closed and one.leader != ours and ours in one.amounts,
            "hammer": one.price if one.closed else None,
            "price": one.price,
            "our_bids": len(of_lot.get(one.id, [])),
            "our_accepted": sum(entry["outcome"] in {"winning", "outbid"} for entry in of_lot.get(one.id, [])),
            "our_highest": max((entry["amount"] for entry in of_lot.get(one.id, [])), default=None),
        }
        for one in site.lots.values()
    ]
    return {
        "lots": lots,
        "won": sum(row["won"] for row in lots),
        "lost": sum(row["lost"] for row in lots),
        "requests": site.ledger.requests,
        "requests_by_kind": dict(site.ledger.by_kind),
        "max_requests_in_a_second": site.ledger.busiest,
    }
