"""The command line: every verb, and how its end becomes an exit code."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer
from typer._click.exceptions import ClickException  # typer exports no base class of its own errors

from bidwright.errors import SetupError
from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.extra import Verbs
from bidwright_cli.verbs import (
    backup,
    bids,
    budget,
    demo,
    devices,
    doctor,
    explain,
    features,
    group,
    notices,
    plugins,
    rates,
    simulate,
    status,
    switches,
    watch,
)

_EPILOG = (
    "Exit codes: 0 done, 1 refused by Bidwright, 2 wrong command line, 3 Bidwright not reached, "
    "4 token not accepted, 78 something to set up first."
)

app = typer.Typer(
    name="bidwright",
    cls=Verbs,
    help="Watch lots and bid on them. `bidwright up` runs everything on this machine; the other verbs speak to what runs.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class SiteChoice(StrEnum):
    """
    Which site `up` works on.
    """

    SIM = "sim"
    LIVE = "live"


@app.command()
def up(
    site: Annotated[
        SiteChoice, typer.Option(help="sim: the simulated site, unless NELLIS_BASE_URL names another; live: the real one.")
    ] = SiteChoice.SIM,
) -> None:
    """Run the whole system on this machine: store, site, services, dashboard. Ctrl-C ends it."""
    from bidwright_cli.up import run  # noqa: PLC0415 - the other verbs stay quick

    run("live" if site is SiteChoice.LIVE else "sim")


app.command()(status.status)
app.add_typer(watch.verbs, name="watch")
app.add_typer(group.verbs, name="group")
app.add_typer(budget.verbs, name="budget")
app.add_typer(rates.verbs, name="rates")
app.add_typer(features.verbs, name="features")
app.add_typer(plugins.verbs, name="plugin")
app.add_typer(notices.verbs, name="notices")
app.add_typer(devices.verbs, name="devices")
app.command()(devices.pair)
app.command()(bids.bid)
app.command()(bids.receipts)
app.command()(explain.explain)
app.command()(bids.ledger)
app.command()(switches.stop)
app.command()(switches.resume)
app.command()(switches.mode)
app.command()(simulate.simulate)
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
app.command(hidden=True)(backup.keep)
app.command(hidden=True)(demo.demo)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code; errors are one sentence, or one JSON document with `--json`."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(given, standalone_mode=False)
    except Stop as stop:
        return _fail(given, str(stop), stop.code)
    except SetupError as error:
        return _fail(given, str(error), Exit.SETUP)
    except ClickException as error:
        if "--json" not in given:
            error.show()
            return Exit.USAGE
        return _fail(given, error.format_message(), Exit.USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return _fail(given, "Given up.", Exit.REFUSED)
    return code if isinstance(code, int) else Exit.OK


def _fail(given: list[str], sentence: str, code: Exit) -> int:
    if "--json" in given:
        output.document({"success": False, "error": sentence, "exitCode": int(code)})
    else:
        sys.stderr.write(sentence + "\n")
    return code
