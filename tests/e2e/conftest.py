"""What both runs of the whole system stand on lies beside them; the house of the dashboard's tests, and the scene of the extension's."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from extension_scene import Scene
    from page_scene import House, Seen
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[House]":
    """The system, started once for all tests of a file."""
    from page_scene import House  # noqa: PLC0415 - only who drives a browser needs Playwright

    made = House(tmp_path_factory.mktemp("page"))
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture
def running(house: "House") -> None:
    """Bidding goes on and is live, and nothing is watched, whatever the test before left behind."""
    house.installation.api.post("/api/auctions/clear").raise_for_status()
    house.installation.api.post("/api/mode", json={"mode": "live"}).raise_for_status()
    halt = house.installation.api.get("/api/halt").json()
    if halt["halted"]:
        house.installation.api.post("/api/resume", json={"gen": halt["gen"]}).raise_for_status()


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One Chromium; the tests are skipped where there is none."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only who drives a browser needs it

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("there is no Chromium on this machine, so the page is not driven; install chromium to run these tests")
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: the folder BIDWRIGHT_SHOTS, without it one of the test run."""
    folder = Path(os.environ.get("BIDWRIGHT_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def seen(browser: "Browser", house: "House", shots: Path) -> "Iterator[Seen]":
    """A tab with the page, opened by the address that `up` prints."""
    from page_scene import Seen  # noqa: PLC0415 - only who drives a browser needs Playwright

    made = Seen(browser, house, shots)
    yield made
    made.close()


@pytest.fixture
def tab(browser: "Browser", house: "House", shots: Path, viewport: dict[str, int], scheme: str) -> "Iterator[Seen]":
    """A tab of one size, connected."""
    from page_scene import Seen  # noqa: PLC0415 - only who drives a browser needs Playwright
    from playwright.sync_api import expect  # noqa: PLC0415

    made = Seen(browser, house, shots, viewport, scheme)
    expect(made.page.locator("#connection"), f"the console says {made.errors}").to_have_attribute("data-state", "on")
    yield made
    made.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, shots: Path) -> "Iterator[Scene]":
    """Everything that the extension needs, started once for all tests of a file, before anything is paired."""
    from extension_browser import chromium  # noqa: PLC0415 - only who drives a browser needs Playwright
    from extension_scene import Scene  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    chromium()  # before anything is started
    with sync_playwright() as play:
        made = Scene(play, tmp_path_factory.mktemp("extension"), shots)
        try:
            made.open()
            yield made
        finally:
            made.close()


@pytest.fixture
def ready(scene: "Scene") -> "Iterator[Scene]":
    """Paired, logged in, going on; the console is quiet and the tabs are closed when the test is over."""
    scene.paired()
    if scene.status()["session"] != "ok":
        scene.log_in()
    halt = scene.installation.api.get("/api/halt").json()
    if halt["halted"]:
        scene.installation.api.post("/api/resume", json={"gen": halt["gen"]}).raise_for_status()
    scene.browser.errors.clear()
    yield scene
    for page in scene.browser.context.pages[1:]:
        page.close()
    assert [] == [error for error in scene.browser.errors if "status of 4" not in error and "net::ERR" not in error]
