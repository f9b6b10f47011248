"""What all pages share: the frame, money and times as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from bidwright.money import Money, Rates
from bidwright_simulator.embed import script_json

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot
    from bidwright_simulator.visit import Visit


_IN_SECONDS = 120


def document(visit: Visit, body: str, *, behind: str, title: str, description: str, env: dict[str, str]) -> str:
    """A whole page; *behind* stands after the end of the document, where the framework leaves its scripts."""
    mine = '<a href="/dashboard/auctions/active">My auctions</a><a href="/account">Account</a>'
    account = mine if visit.user is not None else '<a class="login" href="/login">Log in</a>'
    meta = f'<meta name="description" content="{escape(description)}">' if description else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
{meta}<link rel="icon" href="/photos/mark.svg">
<link rel="stylesheet" href="/assets/site.css">
<script>window.ENV = {script_json(env)};window.SITE_NOW = {visit.now};</script>
<script type="module" src="/assets/site.js"></script>
</head>
<body>
<div class="band" role="note"><span>Simulated site. Nothing here is real, no money moves.</span></div>
<header class="bar"><div class="wide">
<a class="name" href="/"><img src="/photos/mark.svg" alt="" width="24" height="24">Sample Auctions</a>
<form class="find" action="/search" role="search">
<input name="query" type="search" placeholder="Search lots" aria-label="Search lots"></form>
<nav>{account}</nav>
</div></header>
{body}
<footer class="wide foot">Invented lots for trying out software.
A {visit.site.premium_percent}% buyer's premium and the local sales tax are added to each hammer price.</footer>
</body>
</html>{behind}"""


def dollars(amount: int) -> str:
    """A whole-dollar amount."""
    return f"${amount:,}"


def cents(amount: int) -> str:
    """An amount in cents."""
    return f"${amount / 100:,.2f}"


def retail(amount: int) -> str:
    """A retail price in cents, shown without them when there are none."""
    return dollars(amount // 100) if amount % 100 == 0 else cents(amount)


def all_in(visit: Visit, lot: Lot, hammer: int) -> str:
    """A hammer price with premium and tax."""
    rates = Rates.percent(str(visit.site.premium_percent), str(lot.place.tax))
    return cents(rates.all_in(Money(hammer * 100)).cents)


def countdown(lot: Lot, visit: Visit) -> str:
    """Time left as the page first shows it; the page's script goes on from there."""
    if lot.closed:
        return "Ended"
    left = max(0, lot.close - visit.now) // 1000
    if left <= _IN_SECONDS:
        return f"{left} s"
    hours, rest = divmod(left, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def timer(lot: Lot, visit: Visit) -> str:
    """The countdown element."""
    attributes = "" if lot.closed else f' data-close="{lot.close}"'
    return f'<time class="timer"{attributes}>{countdown(lot, visit)}</time>'


def state(lot: Lot, user: int | None) -> str:
    """How the visitor stands on a lot: a word and a shape, nothing by colour alone."""
    took_part = user is not None and user in lot.amounts
    if lot.closed:
        word = "won" if took_part and lot.leader == user else "lost" if took_part else "ended"
    elif took_part:
        word = "winning" if lot.leader == user else "outbid"
    else:
        return ""
    return f'<span class="state {word}">{word.capitalize()}</span>'


def text(value: Any) -> str:
    """Anything as text that is safe in HTML."""
    return escape(str(value))
