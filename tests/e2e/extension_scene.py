"""What the extension's tests play on: an installation, the simulated site under the real one's names, and a Chromium between them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from extension_browser import SITE, ExtensionBrowser
from installation import Installation, until
from playwright.sync_api import Locator, Page, Playwright, expect
from tls_front import TlsFront

from bidwright_cli.ports import any_free

DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE = (Path(__file__).resolve().parents[2] / "extension/node_modules/axe-core/axe.min.js").resolve()
PATIENCE_S = 20.0


class Scene:
    """
    Everything between the site and the browser. *site* is the simulated site's control side.
    """

    def __init__(self, play: Playwright, folder: Path, shots: Path) -> None:
        self.folder, self._shots = folder, shots
        port = any_free("127.0.0.1")
        self._simulator = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "bidwright_simulator", "--port", str(port), "--lots", "0", "--public-url", SITE],
            stdout=subprocess.DEVNULL,
        )
        self.address = f"http://127.0.0.1:{port}"
        self.site = httpx.Client(base_url=self.address, trust_env=False, timeout=10)
        self.front = TlsFront(folder, port)
        env = {
            "NELLIS_BASE_URL": self.address, "NELLIS_SEARCH_URL": self.address, "BIDWRIGHT_MODE": "live", "API_RATE_LIMIT_MAX": "100000",
            "AUTH_RATE_LIMIT_MAX": "1000", "BIDWRIGHT_PREMIUM_PERCENT": "15", "BIDWRIGHT_TAX_PERCENT": "8.3",
            "PORT": str(any_free("127.0.0.1")),
            "USE_SSE": "true",
        }  # fmt: skip
        (folder / "data").mkdir()
        self.installation = Installation(folder / "data", **env)
        self.browser = ExtensionBrowser(play, folder, self.front, DESKTOP)
        expect.set_options(timeout=PATIENCE_S * 1000)

    def open(self) -> None:
        """Start site and installation."""
        until(lambda: self.site.get("/robots.txt").is_success, 20)
        self.installation.start()

    # ---- the host ------------------------------------------------------------------------------------------------------------

    def pair(self, page: Page) -> str:
        """Pair the browser as a person does, on the options page; gives the six digits that both showed."""
        api = self.installation.api
        code = api.post("/api/pairing").raise_for_status().json()["code"]
        page.locator("#address").fill(self.installation.url)
        page.locator("#code").fill(f"{code[:4].lower()}-{code[4:]}")
        page.get_by_role("button", name="Pair", exact=True).click()
        digits = page.locator(".digits").inner_text().replace(" ", "")
        waiting = api.get("/api/pairing").json()["pending"][0]
        assert waiting["check"] == digits
        api.post(f"/api/pairing/{waiting['id']}/confirm", json={"check": digits}).raise_for_status()
        return digits

    def paired(self) -> None:
        """See to it that the browser is paired and connected."""
        page = self.browser.open("options/options.html")
        page.locator("#gateway button").first.wait_for()
        if page.locator("#code").count():
            self.pair(page)
        expect(page.locator("#gateway .connection")).to_have_text("Connected")
        page.close()

    def log_in(self) -> None:
        """Log in at the site, as a person does."""
        page = self.browser.open("/login")
        page.locator("#password").fill("demo")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{SITE}/")
        page.close()
        until(lambda: self.status()["session"] == "ok", PATIENCE_S, lambda: f"{self.status()} {self.log()}")

    def log(self) -> list[str]:
        """What the extension noted lately."""
        page = self.browser.open("options/options.html")
        notes = page.evaluate("async () => (await chrome.storage.local.get('log')).log ?? []")
        page.close()
        return [f"{note['at']} {note['what']} {note['why']}" for note in notes[-12:]]

    def status(self) -> dict[str, Any]:
        """Switches and session as the gateway has them."""
        found: dict[str, Any] = self.installation.api.get("/api/status").raise_for_status().json()["service"]
        return found

    def auction(self, lot: dict[str, Any]) -> dict[str, Any]:
        """The lot as the gateway has it, an empty object while it is not watched."""
        found = [one for one in self.installation.auctions() if one["id"] == str(lot["id"])]
        return found[0] if found else {}

    def lot(self, title: str, close_s: int = 900, **wish: Any) -> dict[str, Any]:
        """A new lot at the site, where nobody else bids unless told to."""
        made = {"title": title, "count": 1, "first_close_s": close_s, "extension_s": 2, "rivals": [], "early": [], "kind": "lamp", **wish}
        lot: dict[str, Any] = self.site.post("/__sim/lots", json=made).raise_for_status().json()["lots"][0]
        return lot

    def watch(self, lot: dict[str, Any], cap: int = 40, *, arm: bool = False, strategy: str = "auto") -> None:
        """Watch it through the API."""
        config = {"maxBid": cap, "strategy": strategy, "autoBid": arm}
        self.installation.api.post("/api/auctions", json={"lot": str(lot["id"]), "config": config}).raise_for_status()

    def rival(self, lot: dict[str, Any], amount: int) -> None:
        """Somebody else bids *amount*, and Bidwright is told to look."""
        self.site.post("/__sim/rival-bid", json={"lot": lot["id"], "amount": amount}).raise_for_status()
        self.look(lot)

    def look(self, lot: dict[str, Any]) -> bool:
        """Have Bidwright look at a lot again; it does so at most once in five seconds."""
        self.installation.api.post(f"/api/auctions/{lot['id']}/refresh")
        return True

    def close_lot(self, lot: dict[str, Any]) -> None:
        """The lot closes now, and Bidwright is told to look."""
        self.site.post(f"/__sim/lots/{lot['id']}", json={"close_now": True}).raise_for_status()
        until(lambda: self.auction(lot).get("status") == "ended" or not self.look(lot), PATIENCE_S, lambda: str(self.auction(lot)), 0.5)

    # ---- the browser ---------------------------------------------------------------------------------------------------------

    def panel(self, page: Page) -> Locator:
        """Our panel on a page of the site."""
        return page.locator("bidwright-panel")

    def visit(self, lot: dict[str, Any]) -> Page:
        """The lot's page at the site, with our panel on it."""
        page = self.browser.open(f"/p/x/{lot['id']}")
        expect(self.panel(page).locator("h2").first).to_have_text("Bidwright")
        return page

    def arm(self, page: Page, cap: str, *, strategy: str = "auto", basis: str = "All-in") -> None:
        """Type a cap into the panel, choose a strategy, arm."""
        panel = self.panel(page)
        panel.locator("select#bw-strategy option").first.wait_for(state="attached")
        panel.locator("select#bw-strategy").select_option(strategy)
        panel.get_by_role("radio", name=basis).check()
        panel.locator(".money-box input").fill(cap)
        panel.get_by_role("button", name="Arm").click()

    def notices(self, page: Page) -> dict[str, Any]:
        """The notifications that stand, by kind; *page* is one of the extension's."""
        found: dict[str, Any] = page.evaluate("() => chrome.notifications.getAll()")
        return {name.split("|")[1]: name for name in found}

    def told(self, page: Page) -> dict[str, int]:
        """What was told to the person since the beginning, by key."""
        found: dict[str, int] = page.evaluate("async () => (await chrome.storage.local.get('told')).told ?? {}")
        return found

    def shoot(self, page: Page, name: str) -> None:
        """Pictures in light, dark and narrow."""
        before = page.viewport_size or DESKTOP
        for kind, scheme, size in (("light", "light", before), ("dark", "dark", before), ("narrow", "light", NARROW)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size(size)  # type: ignore[arg-type]
            if kind == "narrow" and (fold := page.locator("bidwright-panel .fold")).count() and fold.inner_text() == "Show":
                fold.click()
            time.sleep(0.4)
            page.screenshot(path=self._shots / f"{name}-{kind}.png")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)

    def restart_gateway(self) -> None:
        """Kill the gateway's process; the launcher brings it back."""
        before = self.installation.pids["gateway"]
        os.kill(before, signal.SIGKILL)
        until(lambda: self.installation.pids["gateway"] != before and self.status(), 40)

    def close(self) -> None:
        """End everything."""
        self.browser.close()
        self.installation.kill()
        self.site.close()
        self.front.close()
        self._simulator.kill()
        self._simulator.wait()
