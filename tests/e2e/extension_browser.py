"""A Chromium with the extension in it, on a machine where the site's names lead to the simulated one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, Worker
from tls_front import NAMES, TlsFront

SOURCE = Path(__file__).resolve().parents[2] / "extension"
SITE = "https://www.nellisauction.com"
LEFT_OUT = shutil.ignore_patterns("node_modules", "test", "package*.json", "tsconfig.json", ".npmrc")


def copied(folder: Path) -> Path:
    """
    The extension as it is shipped, but for two things that a test cannot do without: the permission for the gateway's address, which a
    person gives in a dialog of the browser that no test can press, and the panel's shadow root, which is open so that it can be looked at.
    """
    made = folder / "extension"
    shutil.copytree(SOURCE, made, ignore=LEFT_OUT)
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    manifest["host_permissions"] += ["http://127.0.0.1/*"]
    (made / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    shadow = made / "content/shadow.js"
    closed = shadow.read_text("utf-8")
    assert "{mode: 'closed'}" in closed
    shadow.write_text(closed.replace("{mode: 'closed'}", "{mode: 'open'}"), "utf-8")
    return made


def chromium() -> str:
    """Where Chromium is; without one the test is skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("there is no Chromium on this machine, so the extension is not driven; install chromium to run these tests")
    return found


class ExtensionBrowser:
    """
    One Chromium with a profile of its own. *errors* is what the consoles of its pages complained about.
    """

    def __init__(self, play: Playwright, folder: Path, front: TlsFront, viewport: dict[str, int], scheme: str = "light") -> None:
        extension = copied(folder)
        self.context: BrowserContext = play.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=chromium(),
            headless=False,
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            ignore_default_args=["--disable-extensions"],
            args=[
                "--headless=new", "--no-sandbox", f"--disable-extensions-except={extension}", f"--load-extension={extension}",
                "--disable-features=DisableLoadExtensionCommandLineSwitch",
                "--host-resolver-rules=" + ",".join(f"MAP {name}:443 127.0.0.1:{front.port}" for name in NAMES),
                f"--ignore-certificate-errors-spki-list={front.pin}",
            ],
        )  # fmt: skip
        self.context.set_default_timeout(15_000)
        self.errors: list[str] = []
        self.context.on("page", self._listen)
        for page in self.context.pages:
            self._listen(page)
        self.id = self.worker.url.split("/")[2]

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.errors.append(f"{page.url}: {said.text}") if said.type in ("error", "warning") else None)

    @property
    def worker(self) -> Worker:
        """The extension's worker as it runs now; waits until there is one."""
        found = [worker for worker in self.context.service_workers if "background/worker.js" in worker.url]
        return found[-1] if found else self.context.wait_for_event("serviceworker", timeout=15_000)

    def address(self, path: str) -> str:
        """A page of the extension."""
        return f"chrome-extension://{self.id}/{path}"

    def open(self, path: str) -> Page:
        """A new tab with a page of the extension, or of the site where *path* begins with a slash."""
        page = self.context.new_page()
        page.goto(SITE + path if path.startswith("/") else self.address(path))
        return page

    def picture(self, page: Page) -> dict[str, Any]:
        """What the worker keeps of now, read through a page of the extension."""
        kept: dict[str, Any] = page.evaluate("() => chrome.storage.session.get(null)")
        return kept

    def kill_worker(self, page: Page) -> None:
        """End the worker at once, as the browser does when it wants the memory; *page* is one of the extension's."""
        session: CDPSession = self.context.new_cdp_session(page)
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")
        session.detach()

    def close(self) -> None:
        """End the browser."""
        self.context.close()
