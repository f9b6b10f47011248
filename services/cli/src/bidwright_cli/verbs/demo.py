"""`bidwright demo`: what `up` does on the simulated site once everything runs, for those who start the parts otherwise."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bidwright_cli import output
from bidwright_cli.api import find
from bidwright_cli.demo import Demo
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.options import Token, Url


def demo(
    *,
    site: Annotated[str, typer.Option(help="Address of the simulated site.")],
    memory: Annotated[Path, typer.Option(help="File that remembers what was watched once.")],
    token_file: Annotated[Path | None, typer.Option(help="File with the client token, when no token is given.")] = None,
    url: Url = "",
    token: Token = "",
) -> None:
    """Log the demo account in and watch the lots that the simulated site suggests, until stopped."""
    where = find(url, token)
    asyncio.run(Demo(site, where.url, where.token or _read(token_file), memory).run(output.line))


def _read(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise Stop(Exit.SETUP, f"The token in {file} cannot be read ({error.strerror}).") from None
