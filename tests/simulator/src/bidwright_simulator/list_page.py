"""Pages that show many lots, and the small ones for logging in and the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bidwright_simulator.accounts import DEMO, PASSWORD
from bidwright_simulator.html import dollars, retail, state, text, timer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bidwright_simulator.lots import Lot
    from bidwright_simulator.visit import Visit


def cards(visit: Visit, lots: Sequence[Lot]) -> str:
    """Lots as a grid."""
    return f'<div class="grid">{"".join(_card(visit, lot) for lot in lots)}</div>'


def _card(visit: Visit, lot: Lot) -> str:
    bids = f"{len(lot.rows)} bid{'' if len(lot.rows) == 1 else 's'}" if lot.rows else "No bid yet"
    return f"""<a class="tile{" over" if lot.closed else ""}" href="{lot.path}">
<img src="/photos/{lot.item.kind}.svg?own={lot.id}" alt="" width="400" height="300" loading="lazy">
<span class="line"><strong class="price">{dollars(lot.price)}</strong>{timer(lot, visit)}</span>
<span class="title">{text(lot.item.title)}</span>
<span class="line quiet">
<span>{text(lot.place.name)} \u00b7 retail {retail(lot.item.retail)}</span><span>{state(lot, visit.user) or bids}</span></span>
</a>"""


def index(visit: Visit, opened: Sequence[Lot], over: Sequence[Lot], scripts: str) -> str:
    """The first page: what closes next, then what has ended."""
    first = cards(visit, opened) if opened else '<p class="empty">Nothing is open right now.</p>'
    ended = f"<h2>Recently ended</h2>{cards(visit, over)}" if over else ""
    return f'<main class="wide list" id="list"><h1>Closing next <small>{len(opened)}</small></h1>{first}{ended}</main>\n{scripts}'


def found(visit: Visit, query: str, lots: Sequence[Lot], scripts: str) -> str:
    """Search results."""
    shown = cards(visit, lots) if lots else '<p class="empty">No open lot matches. <a href="/">See what closes next</a></p>'
    return f'<main class="wide list" id="list"><h1>{text(query) or "All lots"} <small>{len(lots)}</small></h1>{shown}</main>\n{scripts}'


def mine(visit: Visit, heading: str, lots: Sequence[Lot], scripts: str) -> str:
    """The account's lots."""
    tabs = "".join(f'<a href="/dashboard/{path}">{name}</a>' for path, name in _TABS)
    shown = cards(visit, lots) if lots else '<p class="empty">Nothing here yet. <a href="/">See what closes next</a></p>'
    head = f'<h1>{text(heading)} <small>{len(lots)}</small></h1><nav class="tabs">{tabs}</nav>'
    return f'<main class="wide list" id="list">{head}{shown}</main>\n{scripts}'


_TABS = (("auctions/active", "Active"), ("auctions/lost", "Lost"), ("auctions/all", "All"), ("purchases", "Purchases"))


def login(wrong: str, redirect: str, scripts: str) -> str:
    """The form; it says which words work, since nothing here is secret."""
    sentence = f'<p class="message bad" role="alert">{text(wrong)}</p>' if wrong else ""
    return f"""<main class="wide narrow"><h1>Log in</h1>
<form class="card stack" method="post" action="/login">
<input type="hidden" name="redirectTo" value="{text(redirect)}">
<label for="email">Email</label><input id="email" name="email" type="email" autocomplete="username" value="{DEMO}" required>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<label class="check"><input type="checkbox" name="rememberMe" checked> Keep me logged in</label>
{sentence}<button class="button" type="submit">Log in</button>
<p class="hint">Any address at example.invalid works, with the password <code>{PASSWORD}</code>.</p>
</form></main>
{scripts}"""


def account(user: int, scripts: str) -> str:
    """Who is logged in."""
    return f"""<main class="wide narrow"><h1>Account</h1><div class="card stack"><p>You are user <strong>{user}</strong>.</p>
<p><a href="/dashboard/auctions/active">My auctions</a></p>
<form method="post" action="/logout"><button class="button plain">Log out</button></form></div></main>
{scripts}"""
