"""Extra commands: groups that plugins add. Looked for only when a word is no command of ours, so that ours stay quick and unharmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import EntryPoint
from typing import Any

import typer
from typer import _click
from typer.core import TyperGroup
from typer.main import get_command

from bidwright.errors import BidwrightError, SetupError
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.options import Token, Url, api

_OURS = (Stop, BidwrightError, _click.exceptions.ClickException, typer.Exit, typer.Abort)


class Verbs(TyperGroup):
    """
    Our commands first; for any other word, the group of the plugin that is called so.
    """

    def get_command(self, ctx: _click.Context, cmd_name: str) -> _click.Command | None:
        """The command; None when there is none of this name."""
        return super().get_command(ctx, cmd_name) or group(cmd_name)

    def list_commands(self, ctx: _click.Context) -> list[str]:
        """All of them, for the help."""
        ours = super().list_commands(ctx)
        return ours + [word for word in words() if word not in ours and group(word) is not None]


class Line:
    """
    The Terminal of one group: the Bidwright that ``--url`` and ``--token`` name.
    """

    def __init__(self) -> None:
        self.url = self.token = ""

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The JSON answer to a GET."""
        with api(self.url, self.token) as talk:
            return talk.get(path, **query)

    def text(self, path: str, **query: Any) -> str:
        """The answer to a GET as it stands."""
        with api(self.url, self.token) as talk:
            return talk.text(path, **query)

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON answer to a POST."""
        with api(self.url, self.token) as talk:
            return talk.post(path, body)


def words() -> list[str]:
    """What the groups of installed plugins would be called; nothing is imported for it."""
    return sorted({_word(point.name) for point in _points()})


def group(word: str) -> _click.Command | None:
    """The group called *word*; None when no plugin has one. A plugin that is broken gives a command that says so."""
    from bidwright.plugins import load  # noqa: PLC0415 - our own commands stay quick

    for point in _points():
        if _word(point.name) != word or not _wanted(point.name):
            continue
        plugins = load(points=[point])
        for problem in plugins.problems:
            return _left_out(word, str(problem))
        for plugin, ask in plugins.implementations("register_cli"):
            return _made(word, plugin, ask)
    return None


def _points() -> Iterator[EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - our own commands stay quick

    yield from sorted(entry_points(group="bidwright"), key=lambda point: point.name)


def _word(plugin: str) -> str:
    return plugin.removeprefix("feature-")


def _wanted(plugin: str) -> bool:
    from bidwright.runtime.settings import CommonSettings, read  # noqa: PLC0415 - our own commands stay quick

    with suppress(SetupError):  # whoever needs the wrong setting says so
        settings = read(CommonSettings)
        installed = settings.installed_plugins
        return plugin not in settings.disabled_plugins and (installed is None or plugin in installed)
    return False


def _made(word: str, plugin: str, ask: Callable[..., Any]) -> _click.Command:
    from bidwright.plugins import where  # noqa: PLC0415 - our own commands stay quick

    app, line = typer.Typer(name=word, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False), Line()
    try:
        ask(app=app, around=line)
        command = get_command(app)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is its own fault, never ours
        return _left_out(word, f"{plugin}: {where(error)}")
    command.name = word
    _lead(command, line)
    _guard(command, plugin)
    return command


def _left_out(word: str, why: str) -> _click.Command:
    sentence = f"A plugin is left out. {why}"
    app = typer.Typer(add_completion=False)

    @app.command(word, help=sentence, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    def broken() -> None:
        raise Stop(Exit.REFUSED, sentence)

    return get_command(app)


def _lead(command: _click.Command, line: Line) -> None:
    """Add ``--url`` and ``--token`` here and below, where the plugin has no options of these names."""
    taken = {name for param in command.params for name in param.opts}
    for param in _where_options():
        if not taken & set(param.opts):
            param.expose_value = False
            param.callback = _keep(line)
            command.params.append(param)
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        _lead(below, line)


def _keep(line: Line) -> Callable[..., Any]:
    def keep(_ctx: _click.Context, param: _click.Parameter, value: str) -> str:
        if value and param.name in ("url", "token"):
            setattr(line, param.name, value)
        return value

    return keep


def _where_options() -> list[_click.Parameter]:
    app = typer.Typer(add_completion=False)

    @app.command()
    def where(url: Url = "", token: Token = "") -> None:
        """Only its options are wanted."""

    return get_command(app).params


def _guard(command: _click.Command, plugin: str) -> None:
    """What a command of the plugin raises ends in a sentence, as with ours."""
    from bidwright.plugins import where  # noqa: PLC0415 - our own commands stay quick

    plain = command.invoke

    def invoke(ctx: _click.Context) -> Any:
        try:
            return plain(ctx)
        except _OURS as error:
            if isinstance(error, BidwrightError) and not isinstance(error, SetupError):
                raise Stop(Exit.REFUSED, str(error)) from None
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its own fault, never ours
            raise Stop(Exit.REFUSED, f"The command failed in its plugin. {plugin}: {where(error)}") from None

    command.invoke = invoke  # type: ignore[method-assign]  # of this one command, not of its class
