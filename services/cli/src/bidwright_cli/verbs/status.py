"""`bidwright status`: what runs, what it weighs, and what every lot is doing."""

from __future__ import annotations

import socket
from collections import Counter
from typing import Any

from bidwright_cli import output
from bidwright_cli.api import Api
from bidwright_cli.folder import Run
from bidwright_cli.lots import HEADS, brief, row, state
from bidwright_cli.verbs.options import Json, Token, Url, api

_OURS_TO_WEIGH = ("redis", "simulator", "up")
"""Processes that do not report themselves through the API; `up` is the launcher itself."""
_MODES = {"live": "live: armed lots are bid on", "dry-run": "dry run: nothing real is bid"}


def status(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Show the services with their memory, the mode, and every lot with its state, price, cap and outcome."""
    with api(url, token) as talk:
        shown = _collect(talk)
    if as_json:
        output.document(shown)
    else:
        _print(shown)


def _collect(talk: Api) -> dict[str, Any]:
    answer = talk.get("/api/status")
    service = answer["service"]
    lots = [brief(auction) for auction in talk.get("/api/auctions")["auctions"]]
    run = talk.where.run
    services = [_service(entry) for entry in answer["services"] if not _is_gone(entry, run)] + _weighed(run)
    return {
        "success": True,
        "url": talk.where.url,
        "mode": service["mode"],
        "halt": {"halted": service["halted"], "gen": service["gen"], "why": service["haltedWhy"], "by": service["haltedBy"]},
        "session": {"state": service["session"], "why": service["sessionWhy"]},
        "exposure": service["exposure"],
        "budget": service["budget"],
        "services": services,
        "pssBytesTotal": sum(entry["pssBytes"] for entry in services),
        "counts": {"lots": len(lots), **Counter(state(lot) for lot in lots)},
        "lots": lots,
    }


def _is_gone(entry: dict[str, Any], run: Run | None) -> bool:
    """Whether the entry is of a process of this run that was started again since: a heartbeat outlives its process for some seconds."""
    here = str(entry["replica"]).startswith(socket.gethostname() + ":")
    return run is not None and here and entry["service"] in run.pids and entry["pid"] != run.pids[entry["service"]]


def _service(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: entry.get(key) for key in ("service", "replica", "pid")} | {"pssBytes": int(entry.get("pssBytes") or 0)}


def _weighed(run: Run | None) -> list[dict[str, Any]]:
    from bidwright.runtime.telemetry import pss_bytes  # noqa: PLC0415 - only here, and slow to import

    pids = run.pids if run else {}
    return [{"service": n, "replica": n, "pid": pids[n], "pssBytes": pss_bytes(pids[n])} for n in _OURS_TO_WEIGH if n in pids]


def _print(shown: dict[str, Any]) -> None:
    halt, session = shown["halt"], shown["session"]
    output.line(shown["url"])
    output.line(f"Mode     {_MODES.get(shown['mode'], shown['mode'])}", wrap=True)
    why = f" ({halt['why']})" if halt["why"] else ""
    output.line(
        f"Bidding  {f'HALTED{why}: nothing is bid until `bidwright resume`' if halt['halted'] else 'goes on; `bidwright stop` halts it'}",
        wrap=True,
    )
    if session["state"] != "ok":
        output.line(
            f"Session  none at the site ({session['why'] or session['state']}): log in there and sync from the extension", wrap=True
        )
    output.line("")
    mib = 1024 * 1024
    rows = [(s["service"], str(s["pid"] or ""), f"{s['pssBytes'] / mib:.1f} MiB") for s in shown["services"]]
    output.table(("Service", "Process", "Memory (PSS)"), [*rows, ("total", "", f"{shown['pssBytesTotal'] / mib:.1f} MiB")])
    output.line("")
    output.line(" · ".join(f"{count} {what}" for what, count in shown["counts"].items()), wrap=True)
    if shown["lots"]:
        output.table(HEADS, map(row, shown["lots"]))
