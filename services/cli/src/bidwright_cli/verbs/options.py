"""Options that every verb has, and the frame in which it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from bidwright_cli.api import Api, find

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document on standard output.")]
Url = Annotated[
    str, typer.Option("--url", help="Address of Bidwright; else BIDWRIGHT_URL, else what runs from ./.bidwright.", show_default=False)
]
Token = Annotated[str, typer.Option("--token", help="Client token; else AUTH_TOKEN, else the one of ./.bidwright.", show_default=False)]
Lot = Annotated[str, typer.Argument(help="The lot's number or the address of its page.", show_default=False)]


def api(url: str, token: str) -> Api:
    """A conversation with the Bidwright that the options name."""
    return Api(find(url, token))
