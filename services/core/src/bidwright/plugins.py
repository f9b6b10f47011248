"""
Plugins: entry points first, then the drop-in folder by file name.

A plugin that cannot be used is left out and named with file, line and reason; the service starts all the same.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

import pluggy

from bidwright import hookspecs
from bidwright.errors import PluginError

_SET_ASIDE = ("_", "test_")
"""Files of the drop-in folder that begin so are helpers and tests, no plugins."""


@dataclass(slots=True)
class Plugins:
    """
    The plugins of one service: those that loaded, and what is wrong with those that did not.
    """

    manager: pluggy.PluginManager
    problems: list[PluginError] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Names of the plugins in use, in the order they were loaded."""
        return [name for name, plugin in self.manager.list_name_plugin() if plugin is not None]

    def collect(self, hook: str, kind: Callable[[object], str | None]) -> dict[str, tuple[object, str]]:
        """
        Ask every plugin the ``register_…`` *hook* and give what they offer as name -> (thing, plugin name).

        *kind* says why a thing cannot be used, or None. A plugin that raises or offers something unusable is left out and noted.
        """
        found: dict[str, tuple[object, str]] = {}
        for name, plugin in self.manager.list_name_plugin():
            implementation = getattr(plugin, hook, None)
            if plugin is None or implementation is None:
                continue
            try:
                things: Sequence[object] = implementation() or ()
                for thing in things:
                    if why := kind(thing):
                        raise PluginError(name, why)  # noqa: TRY301 - one way to report, whoever noticed
            except PluginError as error:
                self.problems.append(error)
                continue
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its own fault, never ours
                self.problems.append(PluginError(name, _where(error)))
                continue
            for thing in things:
                word = str(thing.name)  # type: ignore[attr-defined]
                if word in found:
                    self.problems.append(PluginError(name, f"{word!r} is taken by {found[word][1]}; the second one is left out"))
                else:
                    found[word] = (thing, name)
        return found


def load(
    *,
    installed: Iterable[str] | None = None,
    dropins: Path | None = None,
    disabled: Iterable[str] = (),
    points: Iterable[EntryPoint] | None = None,
) -> Plugins:
    """
    Load plugins: of the installed ones those named in *installed* (None: all), then *dropins*; never the *disabled*.

    *dropins* is one file, or a folder of which every file counts whose name does not begin with ``_`` or ``test_``.

    Raises nothing for a bad plugin: see ``problems``.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    plugins = Plugins(manager)
    wanted, skip = None if installed is None else set(installed), set(disabled)
    found = sorted(entry_points(group=hookspecs.PROJECT) if points is None else points, key=lambda point: point.name)
    for point in found:
        if point.name not in skip and (wanted is None or point.name in wanted):
            _register(plugins, point.name, point.load)
    if wanted is not None:
        for missing in sorted(wanted - {point.name for point in found} - skip):
            plugins.problems.append(PluginError(missing, "is named in BIDWRIGHT_PLUGINS but not installed"))
    for path in _files(dropins):
        name = f"dropin:{path.name}"
        if path.name not in skip and name not in skip:
            _register(plugins, name, lambda path=path: _import_file(path))  # type: ignore[misc]
    return plugins


def _files(dropins: Path | None) -> list[Path]:
    if dropins is None or not dropins.is_dir():
        return [dropins] if dropins and dropins.is_file() else []
    return [path for path in sorted(dropins.glob("*.py")) if not path.name.startswith(_SET_ASIDE)]


def _register(plugins: Plugins, name: str, load_it: Callable[[], object]) -> None:
    try:
        module = load_it()
        plugins.manager.register(module, name=name)
        plugins.manager.check_pending()
    except pluggy.PluginValidationError as error:
        _drop(plugins, name)
        plugins.problems.append(PluginError(name, " ".join(str(error).split())))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a file that cannot be imported may raise anything, even try to exit
        _drop(plugins, name)
        plugins.problems.append(PluginError(name, _where(error)))


def _drop(plugins: Plugins, name: str) -> None:
    if plugins.manager.get_plugin(name) is not None:
        plugins.manager.unregister(name=name)


def _import_file(path: Path) -> ModuleType:
    name = f"bidwright_dropin_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(path.name, "is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _where(error: BaseException) -> str:
    """File, line and reason, as a person would write it down."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__ and not f.filename.startswith("<frozen")]
    place = f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""
    return f"{place}{type(error).__name__}: {error}"
