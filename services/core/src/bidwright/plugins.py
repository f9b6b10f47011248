"""
Plugins: entry points first, then the drop-in folder by file name.

A plugin that cannot be used is left out and named with file, line and reason; the service starts all the same.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy

from bidwright import doors, hookspecs, loading, versions
from bidwright.errors import PluginError
from bidwright.proper import unusable

BUILT_INS = (
    "feature-breaker",
    "feature-calendar",
    "feature-champion",
    "feature-disk",
    "feature-journal",
    "feature-live",
    "feature-polling",
    "feature-timings",
    "feature-tracing",
    "guard-retail",
    "notify-apprise",
    "notify-browser",
    "notify-log",
    "notify-webhook",
    "schedule-default",
    "strategy-auto",
    "strategy-manual",
    "strategy-smart",
    "strategy-snipe",
)
"""The plugins of the folder ``plugins``: what loads where the operator names none, and what runs inside the services."""


@dataclass(slots=True)
class Plugins:
    """
    The plugins of one service: those that loaded, and what is wrong with those that did not.
    """

    manager: pluggy.PluginManager
    problems: list[PluginError] = field(default_factory=list)

    @classmethod
    def none(cls) -> Plugins:
        """An empty set, to be filled by ``admit``."""
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        return cls(manager)

    @property
    def names(self) -> list[str]:
        """Names of the plugins in use, in the order they were loaded."""
        return [name for name, plugin in self.manager.list_name_plugin() if plugin is not None]

    def hooks(self, name: str = "") -> list[str]:
        """The hooks that the plugin *name* answers; without a name, that any does."""
        asked = [self.manager.get_plugin(name)] if name else list(self.manager.get_plugins())
        found = {caller.name for plugin in asked if plugin is not None for caller in self.manager.get_hookcallers(plugin) or ()}
        return sorted(found)

    def implementations(self, hook: str) -> list[tuple[str, Callable[..., Any]]]:
        """
        Who answers *hook*, in the order of loading: plugin name, and what asks it.

        It takes every argument of the hook by name and hands on those that the plugin names.
        """
        return [(found.plugin_name, partial(_ask, found)) for found in getattr(self.manager.hook, hook).get_hookimpls()]

    def collect(
        self,
        hook: str,
        kind: Callable[[object], str | None],
        *,
        only: Container[str] | None = None,
        given: Mapping[str, object] | None = None,
    ) -> dict[str, tuple[object, str]]:
        """
        Ask every plugin (in *only*, if given) the ``register_…`` *hook* and give what they offer as name -> (thing, plugin name).

        *given* are the hook's arguments, where it has any.

        *kind* says why a thing cannot be used, or None. A plugin that raises or offers something unusable is left out and noted.
        """
        found: dict[str, tuple[object, str]] = {}
        for name, ask in self.implementations(hook):
            if only is not None and name not in only:
                continue
            try:
                things: list[object] = list(ask(**(given or {})) or ())
                for thing in things:
                    if why := kind(thing):
                        raise PluginError(name, why)  # noqa: TRY301 - one way to report, whoever noticed
            except PluginError as error:
                self.leave_out(error)
                continue
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is its own fault, never ours
                self.leave_out(PluginError(name, where(error)))
                continue
            for thing in things:
                word = str(thing.name)  # type: ignore[attr-defined]
                if word in found:
                    self.problems.append(PluginError(name, f"{word!r} is taken by {found[word][1]}; the second one is left out"))
                else:
                    found[word] = (thing, name)
        return found

    def strategy_names(self) -> dict[str, str]:
        """The words that strategies are chosen by, each with the plugin that offers it."""
        return {name: plugin for name, (_, plugin) in self.collect("register_strategies", unusable).items()}

    def leave_out(self, error: PluginError) -> None:
        """Note the problem, and ask its plugin nothing more."""
        self.problems.append(error)
        if self.manager.get_plugin(error.plugin) is not None:
            self.manager.unregister(name=error.plugin)


def load(
    *,
    installed: Iterable[str] | None = None,
    dropins: Path | None = None,
    disabled: Iterable[str] = (),
    points: Iterable[EntryPoint] | None = None,
) -> Plugins:
    """
    Load plugins: of the installed ones those named in *installed* (None: the built-ins), then *dropins*; never the *disabled*.

    *dropins* is one file or a folder of plugins, see ``versions.dropins``; *points* stand in for the entry points of this environment.

    Raises nothing for a bad plugin: see ``problems``.
    """
    plugins = Plugins.none()
    named, skip = None if installed is None else set(installed), set(disabled)
    found = sorted(entry_points(group=hookspecs.PROJECT) if points is None else points, key=lambda point: point.name)
    wanted = named if named is not None else set(BUILT_INS) if points is None else {point.name for point in found}
    for point in found:
        if point.name not in skip and point.name in wanted:
            admit(plugins, point.name, point.load)
    if named is not None:
        for missing in sorted(named - {point.name for point in found} - skip):
            plugins.problems.append(PluginError(missing, "is named in BIDWRIGHT_PLUGINS but not installed"))
    for version in _listed(plugins, dropins):
        name = version.plugin
        if name in skip or name.removeprefix(versions.DROPIN) in skip:
            continue
        if isinstance(version, PluginError):
            plugins.problems.append(version)
        else:
            admit(plugins, name, partial(loading.load, version), dropin=True)
    return plugins


def _listed(plugins: Plugins, dropins: Path | None) -> list[versions.Version | PluginError]:
    try:
        return list(versions.dropins(dropins))
    except FileNotFoundError:
        return []
    except OSError as error:
        plugins.problems.append(PluginError(str(dropins), error.strerror or str(error)))
        return []


def foreign_points(names: Iterable[str] | None) -> list[EntryPoint]:
    """The entry points of those installed plugins among *names* that are not built in: their strategies run in a host."""
    wanted = set(names or ()) - set(BUILT_INS)
    return sorted((point for point in entry_points(group=hookspecs.PROJECT) if point.name in wanted), key=lambda point: point.name)


def admit(plugins: Plugins, name: str, load_it: Callable[[], object], *, dropin: bool = False) -> None:
    """
    Let what *load_it* gives into *plugins* as *name*; where its hooks do not fit it is left out and named among the problems.

    *dropin*: it came as a file, to which some hooks are closed.
    """
    try:
        module = load_it()
        if why := doors.unsupported(getattr(module, "BIDWRIGHT_API", doors.API)):
            raise PluginError(name, f"{_file(module)}{why}")  # noqa: TRY301 - one way to report
        plugins.manager.register(module, name=name)
        plugins.manager.check_pending()
        if why := _unfit(plugins.manager, module, dropin=dropin):
            raise PluginError(name, f"{_file(module)}{why}")  # noqa: TRY301 - one way to report
    except PluginError as error:
        plugins.leave_out(error)
    except pluggy.PluginValidationError as error:
        plugins.leave_out(PluginError(name, _file(error.plugin) + " ".join(str(error).split())))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a file that cannot be imported may raise anything, even try to exit
        plugins.leave_out(PluginError(name, where(error)))


def _unfit(manager: pluggy.PluginManager, module: object, *, dropin: bool) -> str:
    """Why a plugin that could be registered may not stay; empty when it may."""
    used = {caller.name: caller for caller in manager.get_hookcallers(module) or ()}
    for hook, caller in used.items():
        if dropin and (why := doors.refusal(hook)):
            return why
        if any(one.plugin is module and (one.wrapper or one.hookwrapper) for one in caller.get_hookimpls()):
            return f"{hook} is a wrapper in pluggy's sense: Bidwright asks each plugin by itself, so answer plainly"
    for hook in sorted(doors.DOORS.keys() - used):
        if inspect.isroutine(getattr(module, hook, None)):
            return f"{hook} lacks @hookimpl, so it would never be asked"
    return ""


def _ask(found: pluggy.HookImpl, **given: Any) -> Any:
    return found.function(*(given[name] for name in found.argnames))


def _file(module: object) -> str:
    file = getattr(module, "__file__", None)
    return f"{file}: " if file else ""


def where(error: BaseException, place: str = "") -> str:
    """File, line and reason, as a person would write it down; of the lines that led there, the last in the code at *place*, if any."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__ and not f.filename.startswith("<frozen")]
    own = [frame for frame in frames if place and frame.filename.startswith(place)] or frames
    line = f"{own[-1].filename}:{own[-1].lineno}: " if own else ""
    return f"{line}{type(error).__name__}: {error}"
