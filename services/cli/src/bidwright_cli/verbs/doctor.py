"""`bidwright doctor`: is everything as it must be; and with `--site`, what of the site can be settled by reading."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bidwright_cli import checks, output
from bidwright_cli.api import Api, find
from bidwright_cli.checks import Answers, Check
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.folder import data_root, newest
from bidwright_cli.verbs.options import Json, Token, Url

_STATES = {"ok": "ok", "warn": "warn", "fail": "FAIL", "open": "open"}
_PROBE_S = 100.0


def doctor(
    *,
    site: Annotated[bool, typer.Option("--site", help="Read the site in every way there is, slowly; nothing is bid.")] = False,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Check services, store, disk, site, session, clock, budgets, plugins and files; each line says what to do. Ends with 0 or 1."""
    try:
        where = find(url, token)
        with Api(where) as talk:
            talk.get("/api/status")
            if site:
                _probe(talk, as_json=as_json)
                return
            folder = newest(data_root()) if where.run else None
            seen = checks.of(_answers(talk), epoch=folder.epoch_known() if folder else "", now_s=time.time())
            made = [Check("address", "ok", f"Bidwright answers at {where.url}."), *seen, checks.port(where.url)]
            made += checks.files(folder) if folder else []
    except Stop as stop:
        made = [Check("address", "fail", str(stop))]
    _tell([asdict(check) for check in made], as_json=as_json)


def _answers(talk: Api) -> Answers:
    return Answers(
        status=_had(lambda: talk.get("/api/status")),
        health=_had(lambda: talk.look("/health", detailed="true")),
        site=_had(lambda: talk.get("/api/site")),
        budgets=_had(lambda: talk.get("/api/budgets")).get("budgets", []),
        strategies=_had(lambda: talk.get("/api/strategies")),
    )


def _had(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was answered; empty when it was refused."""
    try:
        return ask()
    except Stop:
        return {}


def _probe(talk: Api, *, as_json: bool) -> None:
    if not as_json:
        output.line("Reading the site, one request in two seconds; this takes half a minute.")
    try:
        probe = talk.post("/api/site/probe", within_s=_PROBE_S)["probe"]
    except Stop as stop:
        probe = {"findings": [{"name": "probe", "state": "fail", "sentence": str(stop)}]}
    _tell(probe["findings"], as_json=as_json, lot=probe.get("lot"))


def _tell(lines: list[dict[str, Any]], *, as_json: bool, **more: Any) -> None:
    failed = any(line["state"] == "fail" for line in lines)
    if as_json:
        output.document({"success": not failed, **more, "checks": lines})
    else:
        for line in lines:
            output.line(f"{_STATES[line['state']]:4}  {line['name']:14} {line['sentence']}")
    raise typer.Exit(Exit.REFUSED if failed else Exit.OK)
