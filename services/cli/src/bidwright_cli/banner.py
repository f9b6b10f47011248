"""What `up` says once everything runs: where to go, what to do next, how to stop."""

from __future__ import annotations

from collections.abc import Callable

from bidwright_cli.folder import Folder
from bidwright_cli.plan import Plan

_SITE = {
    "sim": "on the simulated auction site: nothing here costs money",
    "live": "on the real site",
    "other": "on {name}",
}


def show(say: Callable[[str], None], plan: Plan, folder: Folder, token: str, *, mode: str) -> None:
    """Say it, line by line, each address on a line of its own so that it can be copied."""
    say("")
    say(f"Bidwright runs {_SITE[plan.site].format(name=plan.site_name)}.")
    say("")
    say(f"  Dashboard  {plan.url}/#token={token}")
    say(f"  Token      {token}")
    say(f"  Data       {folder.path}")
    say("")
    say(f"  Next       {_next(plan, mode)}")
    say("             In Chrome: `bidwright pair` shows a code for the extension (docs/extension.md).")
    say("             `bidwright status` shows the same here; `bidwright --help` lists what else there is.")
    say("  Stop       Ctrl-C ends everything; what is watched is kept for the next start.")
    say("")


def _next(plan: Plan, mode: str) -> str:
    if plan.site == "sim":
        return "Open the dashboard: demo lots are watched and bid on; the first are won and lost within three minutes."
    first = "Open the dashboard and watch a lot: `bidwright watch add <number or address> --cap 40`."
    if mode == "live":
        return first + " It bids real money on armed lots: BIDWRIGHT_MODE is live."
    return first + " Nothing real is bid until `bidwright mode live`."
