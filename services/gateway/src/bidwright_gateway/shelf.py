"""The shelf: the files of the dashboard, kept packed, each with a tag of its content so that a browser asks for it once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from bidwright.errors import NotFound

TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Item:
    """
    A file. *tag* is a strong ETag; *packed* is the same as *plain*, gzipped.
    """

    kind: str
    plain: bytes
    packed: bytes
    tag: str


class Shelf:
    """
    Files below *folder*, by their path within it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._items: dict[str, tuple[int, Item]] = {}

    def take(self, name: str) -> Item:
        """The file; one that changed meanwhile is read anew. Raises NotFound for what is not there, and for what is not shown."""
        path = (self._folder / name).resolve()
        if path.suffix not in TYPES or not path.is_relative_to(self._folder) or not path.is_file():
            raise NotFound(f"Cannot GET /{name}")
        changed = path.stat().st_mtime_ns
        known = self._items.get(name)
        if known is None or known[0] != changed:
            plain = path.read_bytes()
            item = Item(TYPES[path.suffix], plain, gzip.compress(plain, 9), f'"{hashlib.blake2b(plain, digest_size=12).hexdigest()}"')
            self._items[name] = known = changed, item
        return known[1]
