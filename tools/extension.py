"""
Builds the extension's zip, the same bytes from the same tree; and holds what must agree together: tokens, texts, version, permissions.

Needs nothing beside Python. Nothing is compiled or bundled: what is in the folder is what is shipped.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "extension"
STATIC = ROOT / "services/gateway/src/bidwright_gateway/static"
TOKENS = STATIC / "tokens.css"
SHARED = ("lots.js", "shapes.js", "spoken.js")
"""Modules of the extension that the dashboard has as well, so that both say the same of a lot."""
SHIPPED = ("manifest.json", "_locales", "background", "confirm", "content", "icons", "lib", "options", "popup", "sidepanel", "ui")
ENDINGS = {".js", ".json", ".html", ".css", ".png"}
PERMISSIONS = {"alarms", "cookies", "notifications", "sidePanel", "storage"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FAMILIES = ("state", "link", "section", "filter", "notice", "button", "tell", "theme", "permission", "session", "strategy", "trouble")
_USED = re.compile(r"""\b(?:t|many)\(\s*'([a-z0-9_]+)'|data-t(?:-label)?="([a-z0-9_]+)"|__MSG_([a-z0-9_]+)__""")
_ELSEWHERE = re.compile(
    r"""(?:src|href)=["']https?://(?!www\.nellisauction\.com)|import\s*\(?\s*['"]https?:|\beval\(|new Function\("""
    r"""|innerHTML|insertAdjacentHTML"""
)


def files() -> list[Path]:
    """What is shipped, in a fixed order."""
    found = [path for name in SHIPPED for path in ([SOURCE / name] if (SOURCE / name).is_file() else (SOURCE / name).rglob("*"))]
    return sorted(path for path in found if path.is_file() and path.suffix in ENDINGS)


def build() -> Path:
    """Write the zip to ``dist/``: fixed times, modes and order, so that the same tree gives the same bytes."""
    version = json.loads((SOURCE / "manifest.json").read_text("utf-8"))["version"]
    made = ROOT / "dist" / f"bidwright-extension-{version}.zip"
    made.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files():
            entry = zipfile.ZipInfo(path.relative_to(SOURCE).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return made


def complaints() -> list[str]:
    """What does not hold together, a sentence each."""
    manifest = json.loads((SOURCE / "manifest.json").read_text("utf-8"))
    package = json.loads((SOURCE / "package.json").read_text("utf-8"))
    found = []
    if (SOURCE / "ui/tokens.css").read_bytes() != TOKENS.read_bytes():
        found.append("extension/ui/tokens.css is not the gateway's tokens.css; run tools/extension --write")
    other = [name for name in SHARED if (STATIC / "shared" / name).read_bytes() != (SOURCE / "lib" / name).read_bytes()]
    found += [f"the dashboard's shared/{name} is not the extension's; run tools/extension --write" for name in other]
    if manifest["version"] != package["version"]:
        found.append("extension/manifest.json and package.json name two versions")
    if set(manifest["permissions"]) != PERMISSIONS:
        found.append(f"the manifest asks for {sorted(manifest['permissions'])}; {sorted(PERMISSIONS)} are meant")
    if any("nellisauction.com" not in host for host in manifest["host_permissions"]):
        found.append("only the site's hosts are asked for from the start; the gateway is optional")
    code = [path for path in files() if path.suffix in {".js", ".html", ".css"}]
    strange = [path.relative_to(ROOT) for path in code if _ELSEWHERE.search(path.read_text("utf-8"))]
    return [*found, *(f"{path} loads something from elsewhere, or reads text as markup" for path in strange), *_texts()]


def _texts() -> list[str]:
    """Texts that are used and not there, and those that are there and not used."""
    pages = [path.read_text("utf-8") for path in files() if path.suffix in {".js", ".html", ".json"} and path.name != "messages.json"]
    there = {
        name: set(json.loads(path.read_text("utf-8")))
        for path in (SOURCE / "_locales").glob("*/messages.json")
        if (name := path.parent.name)
    }
    used = {next(filter(None, groups)) for page in pages for groups in _USED.findall(page)}
    either = {
        key
        for page in pages
        for line in page.splitlines()
        if "t(" in line
        for pair in re.findall(r"'([a-z][a-z0-9_]+)'", line)
        for key in [pair]
    }
    found = []
    for name, keys in there.items():
        missing = {key for key in used if key not in keys and f"{key}_one" not in keys}
        idle = {key for key in keys - used - either if not any(key.startswith(f"{family}_") for family in _FAMILIES)}
        idle = {key for key in idle if re.sub(r"_(one|many)$", "", key) not in used}
        found += [f"the catalogue {name} has no text for {key}" for key in sorted(missing)]
        found += [f"the text {key} of {name} is used nowhere" for key in sorted(idle)]
        found += [f"the catalogue {name} and en differ in {key}" for key in sorted(keys ^ there["en"])]
    return found


def main(words: list[str]) -> int:
    """Build, check or write; gives the exit code."""
    if "--write" in words:
        (SOURCE / "ui/tokens.css").write_bytes(TOKENS.read_bytes())
        for name in SHARED:
            (STATIC / "shared" / name).write_bytes((SOURCE / "lib" / name).read_bytes())
    wrong = complaints()
    for sentence in wrong:
        sys.stderr.write(f"extension: {sentence}\n")
    if not wrong and not {"--check", "--write"} & set(words):
        sys.stdout.write(f"{build().relative_to(ROOT)}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
