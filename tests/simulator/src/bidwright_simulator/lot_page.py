"""The page of one lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bidwright_simulator import wire
from bidwright_simulator.html import all_in, cents, dollars, state, text, timer

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot
    from bidwright_simulator.visit import Visit

_AXES = {
    "conditionType": "Condition",
    "functionalType": "Works",
    "damageType": "Damage",
    "missingPartsType": "Missing parts",
    "packageType": "In package",
    "assemblyType": "Assembly required",
}


def draw(visit: Visit, lot: Lot, scripts: str) -> str:
    """Everything between header and footer."""
    item, place = lot.item, lot.place
    return f"""<main class="wide lot" id="lot" data-id="{lot.id}">
<div class="side">
<figure class="photo"><img src="/photos/{item.kind}.svg?own={lot.id}" alt="{text(item.kind)}" width="800" height="600"></figure>
<section class="card after"><h2>Condition</h2><p class="notes">{text(lot.notes)}</p><dl>{_grade(lot.grade)}</dl></section>
<section class="card after"><h2>Pick-up and fees</h2><dl>
<div><dt>Where</dt><dd>{text(place.address)}, {text(place.city)}, {text(place.state)} {place.zip_code:05}</dd></div>
<div><dt>Buyer's premium</dt><dd>{visit.site.premium_percent}%</dd></div>
<div><dt>Sales tax</dt><dd>{place.tax:g}%</dd></div>
<div><dt>Item</dt><dd>{text(lot.inventory)}</dd></div>
<div><dt>Late bids</dt><dd>A bid in the last {lot.extension_s} seconds moves the close to {lot.extension_s} seconds later</dd></div>
</dl></section>
</div>
<div class="side">
<section class="buy">
<p class="where"><span>{text(place.name)}, {text(place.state)}</span>
<span>{text(lot.grade["conditionType"]["description"])}</span><span>Lot {lot.id}</span></p>
<h1>{text(item.title)}</h1>
<p class="retail">Retail {cents(item.retail)} \u00b7 {text(item.brand)}</p>
<div class="now">
<div><span class="label">{_price_label(lot)}</span><strong class="price" data-price="{lot.price}">{dollars(lot.price)}</strong>
<span class="allin">{f"{all_in(visit, lot, lot.price)} with premium and tax" if lot.price else "No bid yet"}</span></div>
<div class="time"><span class="label">{"" if lot.closed else "Closes in"}</span>{timer(lot, visit)}
<span class="allin">{_extended(lot)}</span></div>
</div>
{_bid_form(visit, lot)}
</section>
<section class="card"><h2>Bids <small>{len(lot.rows)}</small></h2>{_bids(visit, lot)}</section>
</div>
</main>
{scripts}"""


def describe(lot: Lot) -> str:
    """The page's meta description."""
    retail = cents(lot.item.retail)
    return f"Sold for {dollars(lot.price)} | Retail: {retail}" if lot.closed and lot.leader is not None else f"Retail: {retail}"


def _price_label(lot: Lot) -> str:
    if lot.closed:
        return "Won for" if lot.leader is not None else "Ended without a bid"
    return "Current price"


def _extended(lot: Lot) -> str:
    return "Extended by late bids" if lot.extended else ""


def _bid_form(visit: Visit, lot: Lot) -> str:
    pill = state(lot, visit.user)
    if lot.closed:
        return f'<div class="verdict">{pill or state(lot, None)}<p>This auction has ended.</p></div>'
    least = lot.next_for(visit.user)
    if visit.user is None:
        return f'<div class="bid"><a class="button" href="/login?redirectTo={lot.path}">Log in to bid {dollars(least)} or more</a></div>'
    note = (
        f"{dollars(least)} would be {all_in(visit, lot, least)} with premium and tax. "
        "Your bid is a maximum: you pay only what is needed to stay ahead."
    )
    return f"""<form class="bid" method="post" action="/api/bids" data-product="{lot.id}">
{pill}<label for="amount" class="label">Your maximum, whole dollars</label>
<div class="row"><span class="field"><span aria-hidden="true">$</span>
<input id="amount" name="bid" type="number" inputmode="numeric" min="{least}" step="1" value="{least}" required></span>
<button class="button" type="submit">Place bid</button></div>
<p class="hint">{note}</p><p class="message" role="status" aria-live="polite"></p>
</form>"""


def _bids(visit: Visit, lot: Lot) -> str:
    if not lot.rows:
        return f"<p>No bid yet. The first one starts at {dollars(lot.start)}.</p>"
    rows = wire.history(lot, visit.user, wire.iso)[:12]
    body = "".join(
        f'<tr class="{row["type"].lower()}"><td>{text(row["name"])}</td><td class="num">{text(row["amount"])}</td>'
        f'<td>{text(row["type"])}</td><td><time data-at="{row["time"]}">{row["time"][11:19]}</time></td></tr>'
        for row in rows
    )
    return f"<table><thead><tr><th>Bidder</th><th class=num>Amount</th><th></th><th>Time</th></tr></thead><tbody>{body}</tbody></table>"


def _grade(grade: dict[str, Any]) -> str:
    stars = grade["rating"]
    rows = "".join(f"<div><dt>{label}</dt><dd>{text(grade[axis]['description'])}</dd></div>" for axis, label in _AXES.items())
    shown = "★" * stars + "☆" * (5 - stars)
    return f"<div><dt>Rating</dt><dd>{shown} <span class=quiet>{stars} of 5</span></dd></div>{rows}"
