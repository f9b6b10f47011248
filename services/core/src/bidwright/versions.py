"""Versions: a plugin's code at one moment, as text, so that what was checked is what runs, whatever happens to the file since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

import msgspec

from bidwright.errors import PluginError

MOST_BYTES = 512 * 1024
_SKIPPED = ("_", "test_", ".")
DROPIN = "dropin:"


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    What is loaded. *files* maps a path inside the plugin to its text; *place* is where they were read, for messages.

    An installed package has no *files*: its entry point *target* is imported as usual, and *sha* covers its distribution's Python files.
    """

    plugin: str
    sha: str
    place: str = ""
    files: dict[str, str] = {}
    target: str = ""

    @property
    def short(self) -> str:
        """The first letters of the hash, as people compare them."""
        return self.sha[:12]


def dropins(folder: Path | None) -> Iterator[Version | PluginError]:
    """
    Every plugin of the drop-in *folder*: a file, or a folder with ``__init__.py``; also *folder* itself when it is one file.

    What cannot be read comes as PluginError. Names that begin with ``_``, ``.`` or ``test_`` are passed over.
    Raises OSError when the folder is not there or cannot be listed, which says nothing about the plugins in it.
    """
    if folder is None:
        return
    if folder.is_file():
        yield _read(folder)
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(_SKIPPED):
            continue
        try:
            is_one = path.suffix == ".py" or (path / "__init__.py").is_file()
        except OSError:  # a folder that we may not enter is none of ours
            continue
        if is_one:
            yield _read(path)


def plugin_at(path: Path) -> Version | PluginError:
    """The plugin at *path*, whatever its name begins with; PluginError when there is none."""
    if path.is_file() or (path / "__init__.py").is_file():
        return _read(path)
    return PluginError(f"{DROPIN}{path.name}", f"{path} is neither a Python file nor a folder with __init__.py")


def _read(path: Path) -> Version | PluginError:
    name = _printable(f"{DROPIN}{path.name}")
    try:
        if path.is_dir():
            paths = sorted(one for one in path.rglob("*.py") if not one.name.startswith("test_"))
            texts = {_printable(one.relative_to(path).as_posix()): _text(one) for one in paths}
        else:
            texts = {_printable(path.name): _text(path)}
    except (OSError, ValueError) as error:
        return PluginError(name, _printable(str(error)))
    if sum(map(len, texts.values())) > MOST_BYTES:
        return PluginError(name, f"{path} is larger than {MOST_BYTES // 1024} KiB; install a plugin of that size as a package")
    digest = hashlib.sha256()
    for relative, text in texts.items():
        digest.update(f"{relative}\0{len(text)}\0{text}".encode("utf-8", "surrogateescape"))
    return Version(name, digest.hexdigest(), _printable(str(path)), texts)


def _printable(text: str) -> str:
    """A path may hold what is no text; messages may not."""
    return text.encode("utf-8", "replace").decode()


def _text(path: Path) -> str:
    if not path.is_file():
        raise ValueError(f"{path} is no ordinary file")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is larger than {MOST_BYTES // 1024} KiB; install a plugin of that size as a package")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from None


def installed(point: EntryPoint) -> Version:
    """The installed plugin behind an entry point. Its hash covers its Python files as they are now, also where they are edited in place."""
    digest = hashlib.sha256(f"{point.value}\0{point.dist.version if point.dist else ''}".encode())
    for path in _sources(point):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return Version(point.name, digest.hexdigest(), point.value, target=point.value)


def stamp(point: EntryPoint) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file of an installed plugin does; much cheaper than its hash."""
    return tuple((str(path), (known := path.stat()).st_mtime_ns, known.st_size) for path in _sources(point))


def _sources(point: EntryPoint) -> list[Path]:
    spec = find_spec(point.value.partition(":")[0].partition(".")[0])  # the top only: it is found without being imported
    if spec is None:
        return []
    places = spec.submodule_search_locations
    return sorted(path for place in places for path in Path(place).rglob("*.py")) if places else [Path(spec.origin or "")]
