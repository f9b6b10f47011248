"""Failpoints: off they do nothing; on they act once, where and when they were asked to."""

import subprocess
import sys

import pytest

from bidwright.errors import SetupError
from bidwright.runtime import failpoints
from bidwright.runtime.settings import CommonSettings, read


@pytest.fixture(autouse=True)
def off():
    """No test leaves one on."""
    yield
    failpoints.arm("")


async def test_off_is_off() -> None:
    """
    Nothing is on, and every point is passed.
    """
    assert [] == failpoints.armed()
    for name in failpoints.POINTS:
        assert not failpoints.is_on(name)
        await failpoints.hit(name)


async def test_a_pause_comes_at_its_turn_and_once() -> None:
    """
    The third time, and never again.
    """
    failpoints.arm("F3:3:pause=0, F4:2:pause=0")
    assert ["F3:3:pause=0", "F4:2:pause=0"] == failpoints.armed()
    for still_on in (True, True, False, False):
        await failpoints.hit("F3")
        assert still_on == failpoints.is_on("F3")
    assert ["F4:2:pause=0"] == failpoints.armed()


@pytest.mark.parametrize(("text", "code"), [("F2", 70), ("F2:2", 0), ("F4", 0)])
def test_the_process_ends_there(text: str, code: int) -> None:
    """
    Without a word and without cleaning up; the second time was not reached, another point is none of ours.
    """
    script = f"""
import asyncio
from bidwright.runtime import failpoints
async def main():
    failpoints.arm({text!r})
    try:
        await failpoints.hit("F2")
    finally:
        print("cleaned up", flush=True)
asyncio.run(main())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own interpreter

    assert (code, code == 0) == (ran.returncode, "cleaned up" in ran.stdout)


@pytest.mark.parametrize("text", ["F99", "F2:0", "F2:x", "F2:pause=soon", "F2:pause=-1"])
def test_a_wrong_one_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """
    The sentence names the variable.
    """
    monkeypatch.setenv("NELLIS_BASE_URL", "http://127.0.0.1:9900")
    monkeypatch.setenv("BIDWRIGHT_FAILPOINTS", text)

    with pytest.raises(SetupError, match="BIDWRIGHT_FAILPOINTS"):
        read(CommonSettings)


@pytest.mark.parametrize("site", ["https://www.nellisauction.com", "https://nellisauction.com/", "https://WWW.NELLISAUCTION.COM:443"])
def test_never_on_the_live_site(monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    """
    No service starts with them there; on another site it does.
    """
    monkeypatch.setenv("BIDWRIGHT_FAILPOINTS", "F2")
    monkeypatch.setenv("NELLIS_BASE_URL", site)
    with pytest.raises(SetupError, match="refused on"):
        read(CommonSettings)

    monkeypatch.setenv("NELLIS_BASE_URL", "http://127.0.0.1:9900")
    assert "F2" == read(CommonSettings).failpoints
