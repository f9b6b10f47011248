"""Loading: from a version's text to a module, without touching the file it came from."""

from __future__ import annotations

import importlib
import linecache
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import PurePath
from types import CodeType, ModuleType

from bidwright.versions import DROPIN, Version


def load(version: Version) -> ModuleType:
    """Import the plugin of *version*. Raises whatever its code raises."""
    if not version.files:
        return importlib.import_module(version.target.partition(":")[0])
    name = _module_name(version)
    finder = _Texts(version, name)
    sys.meta_path.insert(0, finder)
    try:
        return importlib.import_module(name)
    except BaseException:
        for one in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            del sys.modules[one]
        sys.meta_path.remove(finder)
        raise


def _module_name(version: Version) -> str:
    """A module of its own for each version, so that none ever sees a part of another."""
    stem = PurePath(version.plugin.removeprefix(DROPIN)).stem
    return f"bidwright_dropin_{''.join(c if c.isalnum() else '_' for c in stem)}_{version.sha[:12]}"


class _Texts(MetaPathFinder, InspectLoader):
    """Finds the plugin's own modules in the version's texts."""

    def __init__(self, version: Version, name: str) -> None:
        self._version, self._name = version, name

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002 - the protocol's
        if self._file(fullname) is None:
            return None
        spec = ModuleSpec(fullname, self, origin=self._origin(fullname), is_package=self.is_package(fullname))
        spec.has_location = True  # messages name the file
        return spec

    def is_package(self, fullname: str) -> bool:
        return (self._file(fullname) or "").endswith("__init__.py")

    def get_source(self, fullname: str) -> str:
        return self._version.files[self._file(fullname) or ""]

    def get_code(self, fullname: str) -> CodeType:
        origin, text = self._origin(fullname), self.get_source(fullname)
        linecache.cache[origin] = (len(text), None, text.splitlines(keepends=True), origin)  # messages show the lines that ran
        return compile(text, origin, "exec", dont_inherit=True)

    def _file(self, fullname: str) -> str | None:
        """The path, inside the plugin, of the module *fullname*."""
        files = self._version.files
        if fullname == self._name:
            return "__init__.py" if "__init__.py" in files else next(iter(files))
        if not fullname.startswith(f"{self._name}."):
            return None
        inner = fullname[len(self._name) + 1 :].replace(".", "/")
        return next((one for one in (f"{inner}.py", f"{inner}/__init__.py") if one in files), None)

    def _origin(self, fullname: str) -> str:
        """Where its text was read."""
        place, file = PurePath(self._version.place), self._file(fullname) or ""
        return str(place / file if "__init__.py" in self._version.files else place)
