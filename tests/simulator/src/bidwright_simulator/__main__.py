"""The command bidwright-simulator."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bidwright import SystemClock
from bidwright_simulator import demo, state
from bidwright_simulator.app import build
from bidwright_simulator.server import Server, listen, ready_line
from bidwright_simulator.settings import Settings
from bidwright_simulator.site import Site, Wish

command = typer.Typer(add_completion=False)
_FIRST_CLOSE_S = 90


@command.command()
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port for pages, bids, live events and control; 0 takes a free one.")] = 9900,
    seed: Annotated[str, typer.Option(help="Everything invented follows from it.")] = "1",
    lots: Annotated[int, typer.Option(help="Lots to open at the start, unless --demo.")] = 12,
    first_close: Annotated[float | None, typer.Option(help="Seconds until the first lot closes; default: 90, with --demo 60.")] = None,
    spacing: Annotated[float, typer.Option(help="Seconds between their closes.")] = 30,
    demo_sale: Annotated[bool, typer.Option("--demo", help="The demonstration sale: 30 lots, and new ones for ever.")] = False,  # noqa: FBT002 - an option
    keep: Annotated[Path | None, typer.Option("--state", help="File that keeps the sale over restarts.")] = None,
    format_: Annotated[Literal["streamed", "plain"], typer.Option("--format", help="How pages carry their data.")] = "streamed",
    public_url: Annotated[str, typer.Option(help="Address that pages publish; default: the one they were asked at.")] = "",
    listings: Annotated[bool, typer.Option(help="Whether the batch read exists.")] = True,  # noqa: FBT002 - an option
    logged_out: Annotated[
        Literal["redirect", "401", "403", "login"], typer.Option(help="What loaders answer without a session.")
    ] = "redirect",
    skew_ms: Annotated[int, typer.Option(help="How far the site's clock is ahead of ours, in milliseconds.")] = 0,
) -> None:
    """Serve a simulated auction site until stopped."""
    settings = Settings(format=format_, listings=listings, logged_out=logged_out)
    site = Site(SystemClock(), seed=seed, settings=settings, skew_ms=skew_ms)
    try:
        sock = listen(host, port)
        restored = keep is not None and state.restore(site, keep)
    except (OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if demo_sale:
        demo.keep_going(site, demo.FIRST_CLOSE_S if first_close is None else first_close)
    elif not restored or not site.open_lots():
        site.sale += bool(site.lots)
        for n in range(lots):
            site.open_lot(Wish((_FIRST_CLOSE_S if first_close is None else first_close) + n * spacing))
    app, hub = build(site, public_url=public_url)
    server = Server(app, site, hub, keep=keep, going=demo_sale)
    typer.echo(ready_line(site, sock))
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):  # the server ends cleanly and then raises the signal again
        server.run(sockets=[sock])


def main(**options: Any) -> None:
    """The entry point."""
    command(**options)


if __name__ == "__main__":
    main()
