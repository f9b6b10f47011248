"""The control API under /__sim/: lots, rivals, sessions, faults, settings, time, and what happened. README.md documents the JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bidwright_simulator import demo, report
from bidwright_simulator.accounts import DEMO, user_id
from bidwright_simulator.catalog import ITEMS, PLACES, Item
from bidwright_simulator.rivals import KINDS
from bidwright_simulator.site import Wish

if TYPE_CHECKING:
    from starlette.requests import Request

    from bidwright_simulator.lots import Lot
    from bidwright_simulator.site import Site

Order = dict[str, Any]
Handler = Callable[["Control", Order], Any]


class Control:
    """
    What an order needs: the site, and the request it came with.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.now = self.site.advance()

    def lot(self) -> Lot:
        """The lot the address names. Raises LookupError when there is none."""
        text = self.request.path_params["lot"]
        lot = self.site.lots.get(int(text)) if text.isdecimal() else None
        if lot is None:
            raise LookupError(f"there is no lot {text}")
        return lot


def routes() -> list[Route]:
    """Addresses below /__sim."""
    return [Route(path, _endpoint(handler), methods=[method]) for (method, path), handler in HANDLERS.items()]


def _endpoint(handler: Handler) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        control = Control(request)
        try:
            body = await request.body()
            order = json.loads(body) if body else {}
            if not isinstance(order, dict):
                raise ValueError("the body is a JSON object")  # noqa: TRY004, TRY301 - answered below with the others
            return JSONResponse(handler(control, order))
        except KeyError as error:
            return JSONResponse({"error": f"{error} is missing"}, 400)
        except LookupError as error:
            return JSONResponse({"error": str(error)}, 404)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


def add_lots(control: Control, order: Order) -> Any:
    """Open *count* lots, the first closing in *first_close_s*, the others *spacing_s* apart."""
    known = {
        "count",
        "first_close_s",
        "spacing_s",
        "start",
        "step",
        "extension_s",
        "rivals",
        "early",
        "kind",
        "title",
        "retail",
        "place",
        "fields",
    }
    if unknown := set(order) - known:
        raise ValueError(f"{', '.join(sorted(unknown))} is no field of a lot; there are {', '.join(sorted(known))}")
    rivals = order.get("rivals")
    if rivals is not None:
        rivals = [(rival["kind"], int(rival["limit"])) for rival in rivals]
        if wrong := {kind for kind, _ in rivals} - set(KINDS):
            raise ValueError(f"a rival is one of {', '.join(KINDS)}, not {', '.join(wrong)}")
    place = next((place for place in PLACES if place.id == order.get("place")), None)
    made = [
        control.site.open_lot(
            Wish(
                float(order.get("first_close_s", 120)) + n * float(order.get("spacing_s", 0)),
                item=_item(order),
                place=place,
                rivals=rivals,
                early=[int(limit) for limit in order.get("early", [])],
                start=int(order.get("start", 1)),
                step=int(order.get("step", 1)),
                extension_s=int(order.get("extension_s", 30)),
                fields=dict(order.get("fields", {})),
            )
        )
        for n in range(int(order.get("count", 1)))
    ]
    return {"lots": [report.lot(control.site, lot) for lot in made]}


def _item(order: Order) -> Item | None:
    if not {"kind", "title", "retail"} & set(order):
        return None
    kind = order.get("kind", "lamp")
    like = next((item for item in ITEMS if item.kind == kind), ITEMS[0])
    retail = round(float(order["retail"]) * 100) if "retail" in order else like.retail
    return Item(kind, str(order.get("title", like.title)), like.brand, like.level1, like.level2, retail)


def edit_lot(control: Control, order: Order) -> Any:
    """Change a lot under everybody's feet, as an operator or a bug might."""
    site, lot = control.site, control.lot()
    known = {"price", "close_in_s", "withdraw", "word", "blocked", "watch", "close_now"}
    if unknown := set(order) - known:
        raise ValueError(f"{', '.join(sorted(unknown))} cannot be edited; there are {', '.join(sorted(known))}")
    lot.remember(control.now)
    if "price" in order:
        lot.price = int(order["price"])
    if "close_in_s" in order:
        lot.close = control.now + round(float(order["close_in_s"]) * 1000)
    if "withdraw" in order:
        user = lot.leader if order["withdraw"] == "leader" else int(order["withdraw"])
        if user is not None:
            lot.withdraw(user, control.now)
    if "word" in order:
        lot.word = str(order["word"])
    if "blocked" in order:
        lot.blocked = bool(order["blocked"])
    if "watch" in order:
        (lot.watchers.add if order["watch"] else lot.watchers.discard)(site.demo_user)
    if order.get("close_now"):
        lot.close = control.now
    site.replan()
    site.changes += 1
    site.advance()
    return report.lot(site, lot)


def rival_bid(control: Control, order: Order) -> Any:
    """Somebody else bids now: *amount* is the maximum; without one, the next acceptable amount."""
    lot = control.site.lots.get(int(order["lot"]))
    if lot is None:
        raise LookupError(f"there is no lot {order['lot']}")
    user = int(order.get("user", 9_001))
    outcome = control.site.bid(user, lot, int(order.get("amount", lot.next_for(user))), "hand")
    return {"outcome": outcome.result, **report.lot(control.site, lot)}


def session(control: Control, order: Order) -> Any:
    """A cookie for an account, or the end of all sessions."""
    accounts = control.site.accounts
    control.site.changes += 1
    if order.get("expire"):
        return {"ended": accounts.expire()}
    email = str(order.get("email", DEMO))
    lasts = {"lasts_ms": round(float(order["seconds"]) * 1000)} if "seconds" in order else {}
    value = accounts.open(email, control.now, **lasts)
    return {"cookie": f"__session={value}", "name": "__session", "value": value, "userId": user_id(email), "email": email}


def add_fault(control: Control, order: Order) -> Any:
    """Put a fault in force; one that drops live events drops those that are open as well."""
    fault = control.site.faults.add(order, control.now)
    if fault.kind == "live-drop":
        control.request.app.state.hub.drop(fault.lots)
    return fault.shown()


def list_faults(control: Control, _: Order) -> Any:
    """The faults in force."""
    return {"faults": [fault.shown() for fault in control.site.faults.active]}


def clear_faults(control: Control, _: Order) -> Any:
    """Take away one fault, or all."""
    number = control.request.path_params.get("fault")
    return {"removed": control.site.faults.remove(None if number is None else int(number))}


def settings(control: Control, order: Order) -> Any:
    """The site's manners, and a change to them."""
    control.site.settings = control.site.settings.changed(order)
    return asdict(control.site.settings)


def clock(control: Control, order: Order) -> Any:
    """The site's time; *skew_ms* sets it off from ours. With *carry* false lots keep their closes, and come nearer."""
    if "skew_ms" in order:
        control.site.skew(int(order["skew_ms"]), carry=bool(order.get("carry", True)))
        control.site.advance()
    return {"now": control.site.now(), "skew_ms": control.site.skew_ms}


def state(control: Control, _: Order) -> Any:
    """Every lot with what the site keeps hidden."""
    site = control.site
    return {
        "now": site.now(),
        "seed": site.seed,
        "sale": site.sale,
        "skew_ms": site.skew_ms,
        "streams": control.request.app.state.hub.count,
        "settings": asdict(site.settings),
        "demo_user": site.demo_user,
        "lots": [report.lot(site, lot) for lot in sorted(site.lots.values(), key=lambda lot: (lot.closed, lot.close, lot.id))],
    }


def ledger(control: Control, _: Order) -> Any:
    """Requests and bids as they came; *since* is the last number seen."""
    query = dict(control.request.query_params)
    since, limit = int(query.pop("since", 0)), min(int(query.pop("limit", 1000)), 10_000)
    entries = control.site.ledger.read(since=since, limit=limit, **query)
    return {"entries": entries, "cursor": entries[-1]["n"] if entries else max(since, 0), "count": control.site.ledger.count}


def summary(control: Control, _: Order) -> Any:
    """How each lot ended, what we bid, and how hard the site was pressed."""
    return report.summary(control.site)


def suggest(control: Control, _: Order) -> Any:
    """The watch list for the present demo sale."""
    return {"sale": control.site.sale, "watch": demo.watch_list(control.site)}


HANDLERS: dict[tuple[str, str], Handler] = {
    ("POST", "/lots"): add_lots,
    ("POST", "/lots/{lot}"): edit_lot,
    ("GET", "/lots/{lot}"): lambda control, _: report.lot(control.site, control.lot()),
    ("POST", "/rival-bid"): rival_bid,
    ("POST", "/session"): session,
    ("POST", "/faults"): add_fault,
    ("GET", "/faults"): list_faults,
    ("DELETE", "/faults"): clear_faults,
    ("DELETE", "/faults/{fault}"): clear_faults,
    ("POST", "/settings"): settings,
    ("GET", "/settings"): settings,
    ("POST", "/clock"): clock,
    ("GET", "/clock"): clock,
    ("GET", "/state"): state,
    ("GET", "/ledger"): ledger,
    ("GET", "/summary"): summary,
    ("GET", "/demo"): suggest,
}
