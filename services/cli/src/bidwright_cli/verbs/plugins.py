"""`bidwright plugin new|list|check|enable|disable|trace`: what plugins there are, and what they may do."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.api import Api
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.new import new
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(help="Write, try, allow and disable plugins.", no_args_is_help=True)
verbs.command()(new)
HEADS = ("Plugin", "State", "Version", "Offers", "Real money")
_STATES = {"previous": "an older version goes on"}
Name = Annotated[str, typer.Argument(help="Its name, as `bidwright plugin list` shows it; odd.py means dropin:odd.py.", show_default=False)]


@verbs.command("list")
def list_(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """List every plugin with what it offers, and what is wrong with it: file, line and reason."""
    with api(url, token) as talk:
        answer = talk.get("/api/plugins")
    if as_json:
        output.document(answer)
        return
    found = answer["plugins"]
    output.table(HEADS, map(row, found))
    for plugin in found:
        for what in ("problem", "quarantine", "disabled"):
            if why := plugin[what]:
                output.line(f"{plugin['name']}: {'' if what == 'problem' else what + ': '}{why}", wrap=True)


@verbs.command("enable")
def enable(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Let the version of a plugin that runs now bid real money; also ends a quarantine or `disable`. Needed once per version."""
    with api(url, token) as talk:
        plugin = _find(talk, name)
        if not as_json:
            output.line(f"{plugin['name']}  {plugin['place']}")
            output.line(f"sha256 {plugin['sha'] or '(no version of it runs)'}")
        if not yes and not as_json and sys.stdin.isatty():
            output.line("It runs in a process of its own and cannot lift a limit, but it may spend up to each limit.")
            typer.confirm("Let this version bid real money?", abort=True)
        answer = talk.post(f"/api/plugins/{plugin['name']}/enable", {"sha": plugin["sha"]} if plugin["sha"] else {})
    if as_json:
        output.document(answer)
        return
    output.line(f"{answer['name']} is enabled, for real money too.")
    if answer["problem"]:
        output.line(f"Its code as it is now is refused, and an older version goes on: {answer['problem']}", wrap=True)


@verbs.command("disable")
def disable(
    name: Name,
    why: Annotated[list[str] | None, typer.Argument(help="Why; shown with its lots.", show_default=False)] = None,
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Ask a plugin nothing more, whatever its version and however broken; its lots hold and say so."""
    with api(url, token) as talk:
        answer = talk.post(f"/api/plugins/{_full(talk, name)}/disable", {"why": " ".join(why or [])})
    if as_json:
        output.document(answer)
        return
    output.line(f"{answer['name']} is disabled; `bidwright plugin enable {answer['name']}` takes it back.")


@verbs.command("trace")
def trace(
    name: Name,
    *,
    lot: Annotated[str, typer.Option("--lot", help="Only this watched lot, whatever strategy it has.", show_default=False)] = "",
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show what a plugin's strategies say about their lots now, and how long they take; --json: also what they are shown."""
    with api(url, token) as talk:
        plugin = _find(talk, name)
        if not plugin["strategies"]:
            raise Stop(Exit.REFUSED, f"{plugin['name']} offers no strategy; there is nothing to trace. {plugin['problem']}".strip())
        told = [talk.post("/api/strategies/try", one) for one in _questions(talk, plugin["strategies"], lot)]
    if as_json:
        output.document({"success": True, "name": plugin["name"], "sha": plugin["sha"], "traces": told})
        return
    output.line(f"{plugin['name']}  {plugin['sha'][:12]}")
    rows = ((one["auctionId"], one["strategy"], _said(one), f"{one['tookMs']:.1f} ms") for one in told)
    output.table(("Lot", "Strategy", "Says", "Took"), rows)
    if not told:
        output.line("No watched lot has one of its strategies; name one with --lot.")


@verbs.command("check")
def check(
    path: Annotated[Path, typer.Argument(help="A file, or a folder with __init__.py.", show_default=False)], *, as_json: Json = False
) -> None:
    """Try a plugin as the bidder would before it uses it: imports, hooks, settings, recorded lots. Needs nothing running."""
    from bidwright.errors import PluginError  # noqa: PLC0415 - the other verbs stay quick
    from bidwright.versions import Version, plugin_at  # noqa: PLC0415

    version = plugin_at(path)
    if isinstance(version, Version):
        try:
            offers, hooks = asyncio.run(_checked(version))
        except PluginError as error:
            version = error
    if isinstance(version, PluginError):
        raise Stop(Exit.REFUSED, f"{path} is refused: {version.reason}")
    if as_json:
        output.document({"success": True, "sha": version.sha, "hooks": hooks, "strategies": offers})
        return
    output.line(f"{path} is fine. sha256 {version.sha}")
    output.line(f"It answers {', '.join(hooks)}" + (f" and offers {', '.join(offers)}." if offers else "."))


async def _checked(version: Any) -> tuple[list[str], list[str]]:
    from bidwright.errors import PluginError  # noqa: PLC0415
    from bidwright.runtime.host.process import Nursery  # noqa: PLC0415

    nursery = Nursery()
    try:
        host = await nursery.checked(version)
        await host.end()
    finally:
        await nursery.close()
    if not host.hooks:
        raise PluginError(version.plugin, "answers no hook; is a @hookimpl missing?")
    return [offer.name for offer in host.offers], host.hooks


def row(plugin: dict[str, Any]) -> tuple[str, ...]:
    """A plugin of the API as a row of a table."""
    offers = ", ".join(plugin["strategies"] or plugin["hooks"])
    state = _STATES.get(plugin["state"], plugin["state"])
    return plugin["name"], state, plugin["sha"][:12], offers, "yes" if plugin["realMoney"] else "no"


def _questions(talk: Api, strategies: list[str], lot: str) -> list[dict[str, str]]:
    if lot:
        return [{"auctionId": lot, "strategy": strategy} for strategy in strategies]
    watched = talk.get("/api/auctions")["auctions"]
    return [{"auctionId": one["id"]} for one in watched if one["config"]["strategy"] in strategies]


def _said(told: dict[str, Any]) -> str:
    amount = f" ${told['amount']:g}" if told["amount"] is not None else ""
    return f"{told['answer']}{amount}: {told['says']}" if told["says"] else f"{told['answer']}{amount}"


def _full(talk: Api, name: str) -> str:
    """The whole name where it is known; else as given, so that what is broken can be disabled while the bidder is away."""
    try:
        return str(_find(talk, name)["name"])
    except Stop:
        return name


def _find(talk: Api, name: str) -> dict[str, Any]:
    found: dict[str, Any]
    plugins = talk.get("/api/plugins")["plugins"]
    for wanted in (name, f"dropin:{name}", f"dropin:{name}.py"):
        for found in plugins:
            if found["name"] == wanted:
                return found
    for found in plugins:
        if name in found["strategies"]:
            return found
    there = ", ".join(plugin["name"] for plugin in plugins)
    raise Stop(Exit.REFUSED, f"There is no plugin {name!r}; there is: {there}.")
