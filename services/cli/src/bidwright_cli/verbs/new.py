"""`bidwright plugin new`: a strategy to begin with, tests and all."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from bidwright.runtime.settings import CommonSettings, read
from bidwright_cli import output, scaffold
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.options import Json


def new(
    name: Annotated[str, typer.Argument(help="The word to choose it by: lower case, digits, hyphens.", show_default=False)],
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="Where to write; else the drop-in folder, with --package the present one.", show_default=False),
    ] = None,
    package: Annotated[bool, typer.Option("--package", help="An installable package in place of a drop-in file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a strategy that works at once, with its tests, to change into yours. Nothing that is there is overwritten."""
    made = scaffold.package(name, folder or Path()) if package else scaffold.dropin(name, folder or _dropins())
    made.write()
    tests, source = quote(str(made.tests)), quote(str(made.source))
    steps = [f"pytest {tests}", f"bidwright simulate --strategy {name} --strategy auto --plugins-dir {source}"]
    if package:
        steps.append(f"python -m pip install --no-deps --no-build-isolation -e {tests}")
    if as_json:
        document = {"name": name, "form": "package" if package else "dropin", "files": [str(path) for path in made.files], "next": steps}
        output.document({"success": True, **document})
        return
    output.line(f"The strategy {name} is written:")
    for path in made.files:
        output.line(f"  {path}")
    output.line("Try it:")
    for step in steps:
        output.line(f"  {step}")
    output.line("Choose it for a lot that is watched:")
    output.line(f"  bidwright watch set LOT --strategy {name}")


def _dropins() -> Path:
    folder = read(CommonSettings).dropins
    if folder is None:
        raise Stop(Exit.SETUP, "Drop-ins are turned off, as BIDWRIGHT_PLUGINS_DIR is empty: set it, or name a folder with --dir.")
    if not folder.is_dir():
        raise Stop(Exit.SETUP, f"There is no folder {folder} here: run this in Bidwright's folder, or name another one with --dir.")
    return folder
