"""`bidwright pair` and `bidwright devices list|revoke|allow`: who else may steer this Bidwright."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.api import Api
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(help="List paired devices, revoke one, allow one much money once.", no_args_is_help=True)
HEADS = ("Device", "Name", "Origin", "Paired", "Last used")
_LOOK_S = 0.5
Name = Annotated[str, typer.Argument(help="Its id, or as much of its beginning as tells it apart.", show_default=False)]


def pair(
    *,
    check: Annotated[str, typer.Option(help="Say yes to the device that shows these six digits, without asking.")] = "",
    wait: Annotated[float, typer.Option(help="Seconds to wait for a device.")] = 300.0,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show a code for five minutes, wait for a device that shows it, compare six digits, and let it in."""
    with api(url, token) as talk:
        window = talk.post("/api/pairing")
        if not as_json:
            output.line(f"Type this code into the device within five minutes: {window['code'][:4]}-{window['code'][4:]}")
        waiting = _waits_for(talk, wait)
        if not check:
            if as_json:
                raise Stop(Exit.USAGE, f"A device waits and shows {waiting['check']}; say yes with --check when it is the same.")
            output.line(f"{waiting['name']} wants in. It must show the number {waiting['check']}.")
            typer.confirm("Does it?", abort=True)
            check = waiting["check"]
        answer = talk.post(f"/api/pairing/{waiting['id']}/confirm", {"check": check})
    if as_json:
        output.document(answer)
        return
    output.line(f"{answer['device']['name']} is paired. `bidwright devices revoke {answer['device']['id'][:8]}` takes it back.")


def _waits_for(talk: Api, seconds: float) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = talk.get("/api/pairing")
        if state["pending"]:
            found: dict[str, Any] = state["pending"][-1]
            return found
        if not state["open"]:
            raise Stop(Exit.REFUSED, "The window closed: five minutes were over, or somebody tried too many codes. Nothing was paired.")
        time.sleep(_LOOK_S)
    talk.delete("/api/pairing")
    raise Stop(Exit.REFUSED, "No device came; nothing was paired.")


@verbs.command("list")
def list_(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """List paired devices with their last use."""
    with api(url, token) as talk:
        answer = talk.get("/api/devices")
    if as_json:
        output.document(answer)
        return
    output.table(HEADS, ((d["id"][:8], d["name"], d["origin"] or "", _at(d["pairedAt"]), _at(d["lastUsedAt"])) for d in answer["devices"]))


@verbs.command("revoke")
def revoke(name: Name, *, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Put a device out: its next message is refused."""
    with api(url, token) as talk:
        device = _find(talk, name)
        answer = talk.delete(f"/api/devices/{device['id']}")
    if as_json:
        output.document(answer)
        return
    output.line(f"{device['name']} may do nothing any more.")


@verbs.command("allow")
def allow(
    name: Name,
    lot: Annotated[str, typer.Argument(help="The lot's number.", show_default=False)],
    dollars: Annotated[int, typer.Argument(help="The most, whole dollars.", show_default=False)],
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Let a device arm or bid that much on one lot, for a quarter of an hour."""
    with api(url, token) as talk:
        device = _find(talk, name)
        answer = talk.post(f"/api/devices/{device['id']}/allow", {"auctionId": lot, "maxBid": dollars})
    if as_json:
        output.document(answer)
        return
    output.line(f"{device['name']} may risk up to ${dollars:,} on lot {lot} for a quarter of an hour.")


def _find(talk: Api, name: str) -> dict[str, Any]:
    found = [device for device in talk.get("/api/devices")["devices"] if device["id"].startswith(name)]
    if len(found) != 1:
        raise Stop(Exit.USAGE, f"{len(found)} devices begin with {name!r}; `bidwright devices list` shows them.")
    device: dict[str, Any] = found[0]
    return device


def _at(ms: int | None) -> str:
    return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M") if ms else "never"
