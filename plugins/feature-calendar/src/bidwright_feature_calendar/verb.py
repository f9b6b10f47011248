"""The calendar on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bidwright import Terminal

PATH = "/api/x/feature-calendar/closes.ics"


def add(app: typer.Typer, around: Terminal) -> None:
    """Put the one command on *app*."""

    @app.command()
    def calendar(
        save: Annotated[Path | None, typer.Option("--save", help="Write it to this file, not on the screen.", show_default=False)] = None,
    ) -> None:
        """The closes of watched lots as a calendar file (iCalendar)."""
        text = around.text(PATH)
        if save is None:
            sys.stdout.write(text)
            return
        try:
            save.write_bytes(text.encode())
        except OSError as error:
            raise typer.BadParameter(f"{save} cannot be written: {error.strerror}") from None
        typer.echo(f"Saved to {save}.")
