"""`bidwright notices list|test|settings`: what you were told and what not, how you are told, and a trial of a channel."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(no_args_is_help=True, help="What you were told and what not, how you are told, and a trial of a channel.")
HEADS = ("When", "Kind", "State", "Channels", "Notice")
CHANNEL_HEADS = ("Channel", "By", "State", "Waiting", "Why")
_MARK = {"delivered": "", "pending": " waits", "undelivered": " undelivered"}


@verbs.command("list")
def list_(
    *,
    state: Annotated[str, typer.Option(help="open, pending, held, delivered, partly, undelivered, muted or withdrawn.")] = "",
    kind: Annotated[str, typer.Option(help="won, lost, outbid, wont, halt, …")] = "",
    channel: Annotated[str, typer.Option(help="Only what this channel was given.")] = "",
    lot: Annotated[str, typer.Option(help="Only about this lot.")] = "",
    most: Annotated[int, typer.Option("--limit", help="How many, the newest first.", min=1, max=2000)] = 30,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """List notices with their state in each channel, and how the channels fare."""
    wanted = {"state": state, "kind": kind, "channel": channel, "lot": lot}
    with api(url, token) as talk:
        answer = talk.get("/api/notifications", limit=min(most, 200), **wanted)
        found = answer["notifications"]
        while answer["next"] and len(found) < most:
            more = talk.get("/api/notifications", limit=min(most - len(found), 200), after=answer["next"], **wanted)
            found += more["notifications"]
            answer["next"] = more["next"]
    if as_json:
        output.document(answer)
        return
    if not answer["running"]:
        output.line(
            "No notifier runs: set BIDWRIGHT_NOTIFY_URLS, for example to log: or ntfy://topic, and start Bidwright again.", wrap=True
        )
    for problem in answer["problems"]:
        output.line(f"! {problem}", wrap=True)
    if answer["channels"]:
        output.table(CHANNEL_HEADS, map(channel_row, answer["channels"]))
        output.line("")
    if found:
        output.table(HEADS, map(row, found))
    else:
        output.line("No such notice." if any(wanted.values()) else "There were no notices yet.")
    for entry in found:
        for one in entry["deliveries"]:
            if one["why"]:
                output.line(f"{_when(entry['at'])} {one['channel']}, attempt {one['attempts']}: {one['why']}", wrap=True)
    told = ", ".join(f"{count} {name}" for name, count in answer["counts"].items() if count)
    output.line(f"In all: {told or 'none'}." + (" More: --limit." if answer["next"] else ""))


@verbs.command("test")
def try_out(
    channel: Annotated[str, typer.Argument(help="A channel, as `bidwright notices list` names it.", show_default=False)],
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Send a test notice through a channel, now, and say what happened. Exit code 1 when it was not delivered."""
    with api(url, token) as talk:
        answer = talk.post("/api/notifications/test", {"channel": channel})
    if not answer["delivered"]:
        raise Stop(Exit.REFUSED, f"{channel} did not deliver it: {answer['why']}")
    if as_json:
        output.document(answer)
        return
    output.line(f"{channel} delivered it in {answer['tookMs']} ms. Did you see it?")


@verbs.command()
def settings(
    *,
    quiet: Annotated[str, typer.Option(help="22:00-07:00, or off.", show_default=False)] = "",
    digest: Annotated[str, typer.Option(help="A time of day (08:00), minutes (30), or off.", show_default=False)] = "",
    escalate: Annotated[
        str, typer.Option(help="Channels, then minutes and attempts: phone,mail or phone:10 or phone:10:5; or off.", show_default=False)
    ] = "",
    ending: Annotated[str, typer.Option(help="Tell so many minutes before a watched lot closes, or off.", show_default=False)] = "",
    timezone: Annotated[str, typer.Option(help="Such as America/Phoenix.", show_default=False)] = "",
    file: Annotated[
        Path | None,
        typer.Option(help="A JSON file with some or all settings, as --json prints them; the way to set rules.", show_default=False),
    ] = None,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show how you are told, or change it; what is not named stays. In force within a second."""
    body = _read(file) if file else {}
    body |= {"quiet": quiet_of(quiet)} if quiet else {}
    body |= {"digest": digest_of(digest)} if digest else {}
    body |= {"escalation": escalation_of(escalate)} if escalate else {}
    body |= {"endingMinutes": 0 if ending == "off" else _number(ending, "--ending")} if ending else {}
    body |= {"timezone": timezone} if timezone else {}
    with api(url, token) as talk:
        answer = talk.put("/api/notifications/settings", body) if body else talk.get("/api/notifications/settings")
    if as_json:
        output.document(answer)
        return
    for line in lines(answer):
        output.line(line, wrap=True)


def row(entry: dict[str, Any]) -> tuple[str, ...]:
    """A notice of the API as a row of a table."""
    channels = ", ".join(f"{one['channel']}{_MARK.get(one['state'], '')}" for one in entry["deliveries"])
    held = f"held ({entry['heldFor']})" if entry["heldFor"] else entry["state"]
    return _when(entry["at"]), entry["kind"], held, channels, entry["text"]


def channel_row(channel: dict[str, Any]) -> tuple[str, ...]:
    """A channel of the API as a row of a table."""
    return channel["name"], channel["via"], channel["state"], str(channel["waiting"]), channel["why"]


def lines(answer: dict[str, Any]) -> list[str]:
    """The settings as sentences."""
    found = answer["settings"]
    quiet, digest, escalation = found["quiet"], found["digest"], found["escalation"]
    told = [f"Channels: {', '.join(answer['channels']) or 'none yet'}."]
    for rule in found["rules"]:
        what = ", ".join(rule["kinds"]) or "everything"
        which = "" if rule["severity"] == "any" else f" that is {'urgent' if rule['severity'] == 'urgent' else 'not urgent'}"
        told.append(f"{what}{which}: {'nobody is told' if rule['mute'] else 'to ' + ', '.join(rule['channels'])}.")
    told.append(f"{'Everything else' if found['rules'] else 'Everything'}: to all channels.")
    if quiet:
        urgent = "also what is urgent waits" if quiet["urgentToo"] else "what is urgent breaks through"
        told.append(f"Quiet from {quiet['from']} to {quiet['to']}; {urgent}.")
    else:
        told.append("No quiet hours.")
    if digest:
        when = f"daily at {digest['dailyAt']}" if digest["dailyAt"] else f"every {digest['everyMinutes']} minutes"
        told.append(f"What is not urgent is told together, {when}.")
    else:
        told.append("Each notice is told by itself.")
    if escalation:
        what = "What is urgent" if escalation["urgentOnly"] else "What"
        told.append(
            f"{what} {'and ' if escalation['urgentOnly'] else 'is '}not delivered after {escalation['afterMinutes']} minutes or "
            f"{escalation['afterAttempts']} attempts goes to {', '.join(escalation['channels'])} as well."
        )
    if found["endingMinutes"]:
        told.append(f"Watched lots are told {found['endingMinutes']} minutes before they close.")
    told.append(f"Times are those of {found['timezone'] or 'BIDWRIGHT_TIMEZONE, else of this machine'}; now it is {answer['now'][11:16]}.")
    return [*told, *(f"! {problem}" for problem in answer["problems"])]


def quiet_of(text: str) -> dict[str, Any] | None:
    """Quiet hours as typed."""
    if text == "off":
        return None
    start, _, end = text.partition("-")
    return {"from": start.strip(), "to": end.strip()}


def digest_of(text: str) -> dict[str, Any] | None:
    """A digest as typed."""
    if text == "off":
        return None
    return {"dailyAt": text} if ":" in text else {"everyMinutes": _number(text, "--digest")}


def escalation_of(text: str) -> dict[str, Any] | None:
    """An escalation as typed."""
    if text == "off":
        return None
    names, *numbers = text.split(":")
    made: dict[str, Any] = {"channels": [name.strip() for name in names.split(",") if name.strip()]}
    for field, number in zip(("afterMinutes", "afterAttempts"), numbers, strict=False):
        made[field] = _number(number, "--escalate")
    return made


def _number(text: str, option: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Stop(Exit.USAGE, f"{option}: {text!r} is no number.") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(Exit.USAGE, f"{file} cannot be read as JSON ({error}).") from None
    inner = found.get("settings", found) if isinstance(found, dict) else None
    if not isinstance(inner, dict):
        raise Stop(Exit.USAGE, f"{file} holds no object with settings.")
    return inner


def _when(text: str) -> str:
    return datetime.fromisoformat(text).astimezone().strftime("%d %b %H:%M:%S")
