"""Feature ``calendar``: the closes of watched lots as a calendar, over the API and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bidwright import Overview, Terminal, hookimpl

if TYPE_CHECKING:  # every service imports this module: what only one of them has is imported in its hook
    import typer
    from fastapi import APIRouter


@hookimpl
def register_routes(api: APIRouter, around: Overview) -> None:
    """Add ``/api/x/feature-calendar/closes.ics``."""
    from bidwright_feature_calendar.routes import add  # noqa: PLC0415 - only the gateway has a web framework

    add(api, around)


@hookimpl
def register_cli(app: typer.Typer, around: Terminal) -> None:
    """Add ``bidwright calendar``."""
    from bidwright_feature_calendar.verb import add  # noqa: PLC0415 - only the command line has one

    add(app, around)
