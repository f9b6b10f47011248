"""The house keeps its own rules: pages where people look, links that lead somewhere, lean services."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [path.parent for path in sorted([*ROOT.glob("services/*/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml")])]
PAGES = [path for path in sorted(ROOT.rglob("*.md")) if not {".venv", "node_modules", ".pytest_cache", ".bidwright"} & set(path.parts)]
HEAVY = {"fastapi", "starlette", "uvicorn"}
TEST_TOOLS = {"pytest", "hypothesis", "bidwright.testing.pytest_plugin", "bidwright.testing.sale"}


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


@pytest.mark.parametrize("service", ["bidwright_poller", "bidwright_nellis_proxy", "bidwright_bidder"])
def test_a_service_without_a_page_carries_no_web_framework(service: str) -> None:
    """
    Lean from the start: what is not needed is not imported.
    """
    code = f"import sys, {service}.__main__; print(*sorted({HEAVY!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own interpreter

    assert "" == ran.stdout.strip()


def test_plugins_bring_no_web_framework() -> None:
    """
    Every service loads all of them: what only the gateway or the command line has is imported in their hooks.
    """
    code = f"import sys; from bidwright.plugins import load; load(); print(*sorted(({HEAVY!r} | {{'typer', 'httpx'}}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own interpreter

    assert "" == ran.stdout.strip()


@pytest.mark.parametrize(
    "module",
    [
        "bidwright.testing",
        "bidwright_bidder.__main__",
        "bidwright_cli.__main__",
        "bidwright_gateway.__main__",
        "bidwright_nellis_proxy.__main__",
        "bidwright_notifier.__main__",
        "bidwright_poller.__main__",
    ],
)
def test_nothing_but_tests_imports_what_tests_need(module: str) -> None:
    """
    No service carries pytest, Hypothesis or the fixtures, and the kit itself does without until a test asks.
    """
    code = f"import sys, {module}; print(*sorted({TEST_TOOLS!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own interpreter

    assert "" == ran.stdout.strip()


@pytest.mark.parametrize(
    "module",
    [
        "bidwright",
        "bidwright.runtime.service",
        "bidwright_gateway.app",
        "bidwright_nellis_proxy.bootstrap",
        "bidwright_bidder.bootstrap",
        "bidwright_poller.bootstrap",
    ],
)
def test_importing_opens_nothing(module: str) -> None:
    """
    No socket, no file of ours, no thread comes from an import.
    """
    code = f"""
import socket, sys, threading
def refuse(*args, **kwargs):
    raise SystemExit("a socket was opened")
socket.socket.connect = refuse
socket.socket.bind = refuse
import {module}
print(threading.active_count())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own interpreter

    assert "1" == ran.stdout.strip()


def test_requirements_have_hashes_and_no_addresses() -> None:
    """
    Every line is a pin with its hashes.
    """
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        for line in file.read_text("utf-8").splitlines():
            assert re.match(r"^([A-Za-z0-9_.\[\]-]+==\S+( ;.*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$", line), f"{file.name}: {line}"
