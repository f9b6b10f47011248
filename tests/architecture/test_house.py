"""The house keeps its own rules: pages where people look, links that lead somewhere, lean services."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [path.parent for path in sorted([*ROOT.glob("services/*/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml")])]
PAGES = [path for path in sorted(ROOT.rglob("*.md")) if not {".venv", "node_modules", ".pytest_cache", ".bidwright"} & set(path.parts)]


@pytest.mark.parametrize(
    "folder", [*PACKAGES, ROOT / "proto", ROOT / "tests", ROOT / "tests/simulator", ROOT / "plugins"], ids=lambda p: p.name
)
def test_every_folder_says_where_to_go(folder: Path) -> None:
    """
    Each has a README with something to find in it.
    """
    page = folder / "README.md"

    assert page.is_file()
    assert "|" in page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """
    A link within the project points at a file or folder that is there.
    """
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))

    assert [] == [link for link in links if not (page.parent / link).exists()]


def test_requirements_have_hashes_and_no_addresses() -> None:
    """
    Every line is a pin with its hashes.
    """
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        for line in file.read_text("utf-8").splitlines():
            assert re.match(r"^([A-Za-z0-9_.\[\]-]+==\S+( ;.*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$", line), f"{file.name}: {line}"
