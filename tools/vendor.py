"""
Copies the dashboard's libraries out of their npm packages, pinned by services/gateway/vendor/package-lock.json, into static/vendor.

What is copied is what the packages ship, but for three things: the names that modules import each other by become paths, since a page
with a strict policy has no import map; uPlot's shipped script gets an export; and remarks about source maps go: those are not carried.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "services/gateway/vendor"
CARRIED = ROOT / "services/gateway/src/bidwright_gateway/static/vendor"
SUMS = PINS / "files.sha256"
FILES = {
    "preact.js": "preact/dist/preact.mjs",
    "hooks.js": "preact/hooks/dist/hooks.mjs",
    "signals-core.js": "@preact/signals-core/dist/signals-core.mjs",
    "signals.js": "@preact/signals/dist/signals.mjs",
    "htm.js": "htm/dist/htm.mjs",
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
}
NAMES = {"preact": "preact.js", "preact/hooks": "hooks.js", "@preact/signals-core": "signals-core.js"}
_IMPORT = re.compile(r'(from|import)"([^".][^"]*)"')
_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")


def fetch() -> None:
    """Install the pinned packages aside, by their ordinary client, and copy what is carried."""
    with tempfile.TemporaryDirectory() as aside:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(PINS / name, aside)
        subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=aside, check=True)  # noqa: S607 - npm where the machine has it
        packages = Path(aside) / "node_modules"
        CARRIED.mkdir(exist_ok=True)
        for name, source in FILES.items():
            (CARRIED / name).write_text(carried(name, (packages / source).read_text("utf-8")), "utf-8")
        (CARRIED / "LICENSES.txt").write_text(_licences(packages), "utf-8")
    SUMS.write_text("".join(f"{_sum(name)}  {name}\n" for name in (*FILES, "LICENSES.txt")), "utf-8")


def carried(name: str, text: str) -> str:
    """The text of a package's file as the page can load it."""
    text = _IMPORT.sub(lambda found: f'{found[1]}"./{NAMES[found[2]]}"', text)
    text = _MAP.sub("\n", text)
    return f"{text.rstrip()}\nexport default uPlot;\n" if name == "uplot.js" else text


def complaints() -> list[str]:
    """What is not as it was fetched."""
    wanted = dict(line.split("  ")[::-1] for line in SUMS.read_text("utf-8").splitlines())
    there = {path.name for path in CARRIED.iterdir()}
    wrong = [f"static/vendor/{name} is not as it was fetched" for name, total in wanted.items() if name in there and _sum(name) != total]
    return [*wrong, *(f"static/vendor/{name} is missing or too much" for name in sorted(there ^ set(wanted)))]


def _sum(name: str) -> str:
    return hashlib.sha256((CARRIED / name).read_bytes()).hexdigest()


def _licences(packages: Path) -> str:
    made = []
    for name, version in json.loads((PINS / "package.json").read_text("utf-8"))["dependencies"].items():
        licence = json.loads((packages / name / "package.json").read_text("utf-8"))["license"]
        text = "\n".join(line.rstrip() for line in (packages / name / "LICENSE").read_text("utf-8").strip("\n").splitlines())
        made.append(f"{name} {version} ({licence})\n\n{text}\n")
    return f"\n{'-' * 78}\n\n".join(made)


def main(words: list[str]) -> int:
    """Fetch or check; gives the exit code."""
    if "--check" not in words:
        fetch()
    wrong = complaints()
    for sentence in wrong:
        sys.stderr.write(f"vendor: {sentence}; tools/vendor fetches it anew\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
