"""What the dashboard's tests play on: an installation beside a simulated site of its own, and tabs of a Chromium that look at it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from installation import Installation, until
from playwright.sync_api import Browser, Locator, Page, expect

from bidwright_cli.ports import any_free

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
PATIENCE_MS, LONG_MS = 15_000, 45_000
AXE = Path(__file__).resolve().parents[2] / "extension/node_modules/axe-core/axe.min.js"
OWN = "status of 400"
NOTIFY = "log: phone=webhook:http://127.0.0.1:1/T0K3N#0123456789abcdef"
UNNAMED = """() => [...document.querySelectorAll('button, a, input, select, summary, textarea')]
  .filter(e => e.checkVisibility() && !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).map(e => e.outerHTML)"""
TWICE = (
    """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, n) => ids.indexOf(id) !== n) }"""
)
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && !e.closest('svg, .photo, .scroll, .chart') && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => e.outerHTML.slice(0, 120))"""
SERIOUS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`)"""


class House:
    """
    An installation and the simulated site beside it. *site* is the site's control side.
    """

    def __init__(self, folder: Path) -> None:
        port = any_free("127.0.0.1")
        self._simulator = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "bidwright_simulator", "--port", str(port), "--lots", "0"], stdout=subprocess.DEVNULL
        )
        self.address = f"http://127.0.0.1:{port}"
        self.site = httpx.Client(base_url=self.address, trust_env=False, timeout=10)
        # so many tests in a few minutes ask more than a person does
        self.plugins = folder / "plugins"
        """The folder of drop-in plugins."""
        self.plugins.mkdir(parents=True)
        env = {
            "BIDWRIGHT_PLUGINS_DIR": str(self.plugins),
            "BIDWRIGHT_MODE": "live",
            "API_RATE_LIMIT_MAX": "100000",
            "BIDWRIGHT_NOTIFY_URLS": NOTIFY,
            "NELLIS_SEARCH_URL": self.address,
        }
        self.installation = Installation(folder, NELLIS_BASE_URL=self.address, **env)

    def open(self) -> None:
        """Start everything and log in to the site."""
        until(lambda: self.site.get("/robots.txt").is_success, 20)
        self.installation.start()
        cookie = self.site.post("/__sim/session", json={}).json()["cookie"]
        assert self.installation.api.post("/api/auth", json={"cookies": cookie}).json()["success"]

    def lot(self, title: str, close_s: int = 600, **wish: Any) -> dict[str, Any]:
        """A new lot at the site."""
        made = {"title": title, "count": 1, "first_close_s": close_s, "extension_s": 2, "rivals": [], "early": [], "kind": "lamp", **wish}
        lot: dict[str, Any] = self.site.post("/__sim/lots", json=made).raise_for_status().json()["lots"][0]
        return lot

    def watch(self, lot: dict[str, Any], cap: int, *, arm: bool = False, strategy: str = "auto") -> None:
        """Watch it through the API."""
        config = {"maxBid": cap, "strategy": strategy, "autoBid": arm}
        self.installation.api.post("/api/auctions", json={"lot": str(lot["id"]), "config": config}).raise_for_status()

    def rival(self, lot: dict[str, Any], amount: int, user: int = 9001) -> None:
        """Somebody else bids."""
        self.site.post("/__sim/rival-bid", json={"lot": lot["id"], "amount": amount, "user": user}).raise_for_status()

    def close(self) -> None:
        """End everything."""
        self.site.close()
        self.installation.kill()
        self._simulator.kill()
        self._simulator.wait()


class Seen:
    """
    A tab of the browser. *errors* is what its console complained about, beside the browser's own note of each refused request.
    """

    def __init__(self, browser: Browser, house: House, shots: Path, viewport: dict[str, int] = DESKTOP, scheme: str = "light") -> None:
        self._context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
        self._context.add_init_script("localStorage.setItem('guideDone', '1')")  # else the first steps push the list down
        self._shots, self._url = shots, house.installation.url
        self._kind = f"{'phone' if viewport is PHONE else 'desktop'}-{scheme}"
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        self.errors: list[str] = []
        self.page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" and OWN not in message.text else None
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{house.installation.url}/#token={house.installation.token}")

    def row(self, lot: dict[str, Any]) -> Locator:
        """The lot: its row in the list, or all of its own page."""
        return self.page.locator(f"#lot-{lot['id']}")

    def says(self, lot: dict[str, Any], state: str) -> None:
        """Wait until the lot shows this state."""
        expect(self.row(lot)).to_have_attribute("data-state", state, timeout=LONG_MS)

    def section(self, name: str) -> None:
        """Go to one of the sections, as a person does."""
        self.page.get_by_role("navigation", name="Sections").get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("navigation", name="Sections").locator("[aria-current=page]")).to_have_text(name)

    def details(self, lot: dict[str, Any]) -> Locator:
        """Open the lot's own page from its row."""
        self.row(lot).get_by_role("link", name="Details of").click()
        expect(self.page.locator(".lot-page")).to_be_visible()
        return self.row(lot)

    def shoot(self, name: str, *, whole: bool = False) -> None:
        """Keep a picture."""
        if whole:
            self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=self._shots / f"{name}-{self._kind}.png", full_page=whole)

    def check(self) -> None:
        """Everything has a name, no id is there twice, nothing is wider than the window, and the console is quiet."""
        found = (*(self.page.evaluate(look) for look in (UNNAMED, TWICE, TOO_WIDE)), self.errors)
        assert ([], [], [], []) == found, found

    def serious(self) -> list[str]:
        """What axe finds serious about the page as it stands; nothing where axe was not installed (it needs npm)."""
        if not AXE.is_file():
            return []
        self.page.evaluate(AXE.read_text("utf-8"))  # not by a script element: the page's policy lets none in, and that is right
        found: list[str] = self.page.evaluate(SERIOUS)
        return found

    def close(self) -> None:
        """Close the tab."""
        self._context.close()


def well(seen: Seen, name: str) -> None:
    """The page as it stands now is sound: nothing serious is found by axe, the console was quiet; and a picture of it is kept."""
    assert [] == seen.serious()
    seen.check()
    seen.shoot(name, whole=True)
