"""
Writes what goes with a release: `python3 tools/release.py v1.2.3 DIGESTS`.

``dist/compose.release.yml`` names each image by its digest (a file per service in DIGESTS: name and reference), ``dist/notes.md``
gathers the change fragments. Needs nothing but Python. Digests come from the build that made the images; none is written here by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_REFERENCE = re.compile(r"[a-z0-9./_-]+@sha256:[0-9a-f]{64}")
_USES = {"init": "poller", "keeper": "cli", "caddy-data": "poller"}
"""Services that run another one's image."""
_KINDS = {"feature": "New", "change": "Changed", "fix": "Mended", "removal": "Gone"}


def compose(digests: Path) -> str:
    """The overlay. Raises SystemExit for a reference that names no digest."""
    images: dict[str, str] = {}
    for file in sorted(path for path in digests.iterdir() if path.is_file()):
        service, reference = file.read_text("utf-8").split()
        if not _REFERENCE.fullmatch(reference):
            raise SystemExit(f"{service}: {reference} names no digest")
        images[service] = reference
    rows = {**{name: image for name, image in images.items() if name != "cli"}, **{name: images[of] for name, of in _USES.items()}}
    lines = ["# The images of this release: docker compose -f compose.yml -f compose.prod.yml -f compose.release.yml up -d", "services:"]
    for name, image in rows.items():
        lines += [f"  {name}:", f"    image: {image}", *([] if name == "caddy-data" else ["    build: !reset null"])]
    return "\n".join(lines) + "\n"


def notes(version: str) -> str:
    """The change fragments by kind."""
    lines = [f"# {version}"]
    for kind, title in _KINDS.items():
        found = sorted((ROOT / "docs/changes").glob(f"*.{kind}.md"))
        if found:
            lines += ["", f"## {title}", "", *(f"- {path.read_text('utf-8').strip()}" for path in found)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    dist = ROOT / "dist"
    dist.mkdir(exist_ok=True)
    (dist / "compose.release.yml").write_text(compose(Path(sys.argv[2])), "utf-8")
    (dist / "notes.md").write_text(notes(sys.argv[1]), "utf-8")
