"""What comes with an import: nothing is opened by it, and a service carries only what it needs. One process per module answers all."""

import functools
import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("imports")  # each worker would start those processes again
HEAVY = {"fastapi", "starlette", "uvicorn", "typer"}
DRESS = {"rich", "pygments"}
TEST_TOOLS = {"pytest", "hypothesis", "bidwright.testing.pytest_plugin", "bidwright.testing.sale"}
PROGRAMS = [
    "bidwright_bidder.__main__",
    "bidwright_cli.__main__",
    "bidwright_gateway.__main__",
    "bidwright_nellis_proxy.__main__",
    "bidwright_notifier.__main__",
    "bidwright_poller.__main__",
]
_LOOK = """
import socket, sys, threading
def refuse(*args, **kwargs):
    raise SystemExit("a socket was opened")
socket.socket.connect = refuse
socket.socket.bind = refuse
"""


@functools.cache
def after(code: str) -> tuple[int, frozenset[str]]:
    """How many threads there are and which modules, in a process of its own that ran *code* and may open no socket."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"{_LOOK}{code}\nprint(threading.active_count(), *sys.modules)"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert 0 == ran.returncode, ran.stderr
    threads, *modules = ran.stdout.split()
    return int(threads), frozenset(modules)


@pytest.mark.parametrize("service", ["bidwright_poller", "bidwright_nellis_proxy", "bidwright_bidder"])
def test_a_service_without_a_page_carries_no_web_framework(service: str) -> None:
    """
    Lean from the start: what is not needed is not imported.
    """
    _, modules = after(f"import {service}.__main__")

    assert not HEAVY & modules


@pytest.mark.parametrize("module", [name for name in PROGRAMS if "cli" not in name])
def test_no_service_dresses_up_what_it_prints(module: str) -> None:
    """
    It is read by machines; rich is installed wherever the command line is, and libraries would load it with them.
    """
    _, modules = after(f"import {module}")

    assert not DRESS & modules


def test_plugins_bring_no_web_framework() -> None:
    """
    Every service loads all of them: what only the gateway or the command line has is imported in their hooks.
    """
    _, modules = after("from bidwright.plugins import load; load()")

    assert not (HEAVY | {"httpx"}) & modules


@pytest.mark.parametrize("module", ["bidwright.testing", *PROGRAMS])
def test_nothing_but_tests_imports_what_tests_need(module: str) -> None:
    """
    No service carries pytest, Hypothesis or the fixtures, and the kit itself does without until a test asks.
    """
    _, modules = after(f"import {module}")

    assert not TEST_TOOLS & modules


@pytest.mark.parametrize("module", ["bidwright", "bidwright.testing", *PROGRAMS])
def test_importing_opens_nothing(module: str) -> None:
    """
    No socket and no thread comes from an import of the library or of a program, which imports all that its service is made of.
    """
    threads, modules = after(f"import {module}")

    assert 1 == threads
    assert module in modules
