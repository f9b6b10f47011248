"""
The page in a real Chromium: an installation beside a simulated site of its own, with lots made to be won and lost.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at; without it to a folder of the test run.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from installation import Installation, until
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from bidwright_cli.ports import any_free
from bidwright_gateway import terms

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(120), pytest.mark.xdist_group("page")]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS, LONG_MS = 15_000, 45_000
OWN = "status of 400"
NOTIFY = "log: phone=webhook:http://127.0.0.1:1/T0K3N#0123456789abcdef"
UNNAMED = """() => [...document.querySelectorAll('button, a, input, select, summary')]
  .filter(e => e.checkVisibility() && !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).map(e => e.outerHTML)"""
TWICE = (
    """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, n) => ids.indexOf(id) !== n) }"""
)
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && !e.closest('svg, .photo') && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => e.outerHTML.slice(0, 120))"""


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
        # fifteen tests in two minutes ask more than a person does
        env = {"BIDWRIGHT_MODE": "live", "API_RATE_LIMIT_MAX": "100000", "BIDWRIGHT_NOTIFY_URLS": NOTIFY}
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

    def watch(self, lot: dict[str, Any], cap: int, *, arm: bool = False) -> None:
        """Watch it through the API."""
        config = {"maxBid": cap, "strategy": "auto", "autoBid": arm}
        self.installation.api.post("/api/auctions", json={"lot": str(lot["id"]), "config": config}).raise_for_status()

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
        self._shots = shots
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
        """The lot's row."""
        return self.page.locator(f"#lot-{lot['id']}")

    def says(self, lot: dict[str, Any], state: str) -> None:
        """Wait until the row shows this state."""
        expect(self.row(lot)).to_have_attribute("data-state", state)

    def shoot(self, name: str, *, whole: bool = False) -> None:
        """Keep a picture."""
        if whole:
            self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=self._shots / f"{name}-{self._kind}.png", full_page=whole)

    def check(self) -> None:
        """Everything has a name, no id is there twice, nothing is wider than the window, and the console is quiet."""
        assert ([], [], [], []) == (*(self.page.evaluate(look) for look in (UNNAMED, TWICE, TOO_WIDE)), self.errors)

    def close(self) -> None:
        """Close the tab."""
        self._context.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The system, started once for all tests of this file."""
    made = House(tmp_path_factory.mktemp("page"))
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def running(house: House) -> None:
    """Bidding goes on and is live, whatever the test before left behind."""
    house.installation.api.post("/api/mode", json={"mode": "live"}).raise_for_status()
    halt = house.installation.api.get("/api/halt").json()
    if halt["halted"]:
        house.installation.api.post("/api/resume", json={"gen": halt["gen"]}).raise_for_status()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium; the tests are skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("there is no Chromium on this machine, so the page is not driven; install chromium to run these tests")
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go."""
    folder = Path(os.environ.get("BIDWRIGHT_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def seen(browser: Browser, house: House, shots: Path) -> Iterator[Seen]:
    """A tab with the page, opened by the address that `up` prints."""
    made = Seen(browser, house, shots)
    yield made
    made.close()


def test_first_visit(browser, house, shots):
    """An empty list teaches the next step; the token is taken out of the address, and a wrong one is refused in words."""
    for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        seen = Seen(browser, house, shots, viewport, scheme)
        expect(seen.page.locator("#empty")).to_be_visible()
        assert f"{house.installation.url}/" == seen.page.url
        expect(seen.page.locator("#band")).to_have_text(f"Not the real site: {house.address.removeprefix('http://')}")
        seen.page.get_by_role("button", name="Watch a first lot").click()
        expect(seen.page.get_by_label("Lot number or address")).to_be_focused()
        seen.check()
        seen.shoot("empty")
        seen.page.get_by_role("button", name="Forget the token").click()
        seen.page.get_by_label("Token", exact=True).fill("wrong")
        seen.page.get_by_role("button", name="Open").click()
        expect(seen.page.locator("#entry-error")).to_have_text("That token is not the right one.")
        seen.check()
        seen.shoot("wrong-token")
        seen.page.get_by_label("Token", exact=True).fill(house.installation.token)
        seen.page.get_by_role("button", name="Open").click()
        expect(seen.page.locator("#empty")).to_be_visible()
        seen.close()


def test_watch_change_and_live_price(seen, house):
    """A lot is added by its address, wrong caps are refused in words, its price and time move, and its cap is changed."""
    lot = house.lot('Desk "lamp" <b>Weatherproof</b>', start=3)
    page = seen.page
    page.get_by_label("Lot number or address").fill(house.address + lot["path"])
    for cap, sentence in (("0", "Max bid must be positive"), ("5000", "above your limit")):
        page.get_by_label("Max bid, $").fill(cap)
        page.get_by_role("button", name="Watch", exact=True).click()
        expect(page.locator("#add-error")).to_contain_text(sentence)
    seen.shoot("error")
    page.get_by_label("Max bid, $").fill("12")
    page.get_by_label("Arm: may bid by itself").check()
    page.get_by_label("Strategy").select_option("sniping")
    page.get_by_role("button", name="Watch", exact=True).click()
    row = seen.row(lot)
    seen.says(lot, "armed")
    expect(row.locator(".title")).to_have_text("Desk ″lamp″ ‹b›Weatherproof‹/b›")
    expect(row.locator(".say")).to_contain_text("Will bid up to $12")
    time = row.locator(".clock").inner_text()
    expect(row.locator(".clock")).not_to_have_text(time)
    house.site.post("/__sim/rival-bid", json={"lot": lot["id"], "amount": 7}).raise_for_status()
    house.site.post("/__sim/rival-bid", json={"lot": lot["id"], "amount": 9, "user": 9002}).raise_for_status()
    expect(row.locator(".hammer")).to_contain_text("$8")
    row.get_by_role("button", name="Details").click()
    box = row.get_by_label("Max bid, $")
    box.fill("-4")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".controls .wrong")).to_contain_text("positive")
    box.fill("21")
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".capword")).to_contain_text("max $21")
    expect(row.locator(".controls .wrong")).to_have_text("")
    row.get_by_role("button", name="Disarm").click()
    seen.says(lot, "watching")
    seen.check()
    seen.shoot("details")


def test_stop_and_resume(seen, house):
    """One press halts everything without a question; going on asks first."""
    page = seen.page
    page.get_by_role("button", name="STOP").click()
    expect(page.locator(".alert[data-key=halt]")).to_contain_text("Everything is stopped")
    halted = house.installation.api.get("/api/halt").json()["halted"]
    seen.shoot("halted")
    page.locator("#stop").click()
    expect(page.locator("#ask")).to_be_visible()
    seen.shoot("resume")
    page.locator("#ask").get_by_role("button", name="Resume").click()
    expect(page.locator(".alert[data-key=halt]")).to_be_hidden()
    assert (True, False) == (halted, house.installation.api.get("/api/halt").json()["halted"])
    seen.check()


def test_a_stop_that_failed_says_so(seen):
    """And names the ways that need no gateway."""
    page = seen.page
    expect(page.locator("#connection")).to_have_attribute("data-state", "on")
    page.route("**/api/halt", lambda route: route.abort())
    page.locator("#stop").click()
    expect(page.locator(".toast[data-kind=bad]")).to_contain_text("It may not be stopped")
    expect(page.locator(".toast[data-kind=bad]")).to_contain_text("a file HALT")


def test_an_older_report_does_not_undo_stop(seen, house):
    """What was asked before STOP and answered after it changes nothing on the page: the next press asks before anything goes on."""
    page, address, held = seen.page, seen.page.url, []
    page.goto("about:blank")  # what the first load still asks would be held too, and nobody waits for its answer any more
    page.route("**/api/status", lambda route: held.append((route, route.fetch())))
    page.goto(address)
    until(lambda: page.wait_for_timeout(50) or held, 10)
    page.get_by_role("button", name="STOP").click()
    expect(page.locator(".alert[data-key=halt]")).to_contain_text("Everything is stopped")
    route, answer = held[0]
    with page.expect_response("**/api/strategies"):  # asked for once the older report was shown
        route.fulfill(response=answer)
    page.locator("#stop").click()
    expect(page.locator("#ask")).to_be_visible()
    page.locator("#ask").get_by_role("button", name="Resume").click()
    expect(page.locator(".alert[data-key=halt]")).to_be_hidden()
    seen.check()


def test_won_and_lost(seen, house):
    """Two lots are bid on by themselves; the page shows one won and one lost, each with the life of its bids in order."""
    cheap, dear = house.lot("Cordless drill", 20), house.lot("Mountain bike", 24, early=[45])
    house.watch(cheap, 15, arm=True)
    house.watch(dear, 9, arm=True)
    seen.says(cheap, "winning")
    seen.says(dear, "needs")
    seen.shoot("needs-you")
    expect(seen.page.locator(".toast", has_text="Won Cordless drill")).to_be_visible(timeout=LONG_MS)
    seen.shoot("toast")
    seen.says(cheap, "won")
    seen.says(dear, "lost")
    for lot, end in ((cheap, "Won at $"), (dear, "The lot went to somebody else")):
        seen.row(lot).get_by_role("button", name="Details").click()
        steps = seen.row(lot).locator(".receipt").first.locator("li")
        expect(steps.last).to_contain_text(end)
        expect(steps.first).to_contain_text("Decided to bid")
        expect(steps.nth(1)).to_contain_text("Sent to the site")
        times = steps.locator("time").all_inner_texts()
        assert sorted(times) == times
    expect(seen.page.locator("#lately")).to_contain_text("What happened lately")
    seen.page.locator("#lately summary").click()
    expect(seen.page.locator("#lately li").filter(has_text="Won Cordless drill")).to_be_visible()
    seen.check()
    seen.shoot("ended", whole=True)


def test_caps_typed_each_way(seen, house):
    """An all-in cap and a hammer cap: what is wrong is said beside the boxes and changes nothing, what holds is shown."""
    house.installation.api.put("/api/rates", json={"default": {"premium": 15, "tax": 8.5}}).raise_for_status()
    lot = house.lot("Oak bookshelf", 3000)
    house.watch(lot, 100)
    page, row = seen.page, seen.row(lot)
    row.get_by_role("button", name="Details").click()
    cap, door, wrong = row.get_by_label("Max bid, $"), row.get_by_label("Max all-in, $"), row.locator(".controls .wrong")
    for box, typed, sentence in (
        (cap, "0", "Max bid must be positive"),
        (cap, "0.00", "Max bid must be positive"),
        (cap, "", "Max bid is empty"),
        (cap, "lots", "Max bid must be a number"),
        (cap, "5000", "above your limit"),
        (door, "0", "Max all-in must be positive"),
        (door, "lots", "Max all-in must be a number"),
        (door, "0.50", "leaves no whole dollar"),
    ):
        before = box.input_value()
        box.fill(typed)
        row.get_by_role("button", name="Save").click()
        expect(wrong).to_contain_text(sentence)
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(page.locator(".toast[data-kind=bad]")).to_be_hidden()  # it would lie over the sentence
        box.fill(before)
    config = house.installation.api.get(f"/api/auctions/{lot['id']}").json()["auction"]["config"]
    assert (100, None) == (config["maxBid"], config.get("maxAllIn"))
    door.fill("49.90")
    door.press("Enter")
    expect(wrong).to_have_text("")
    expect(row.locator(".capword")).to_have_text("max $49.90 all-in · $39 hammer")
    expect(row.locator(".bar")).to_have_attribute("aria-label", "price $0, max bid $39")
    expect(row.locator(".truth")).to_contain_text("At most $39, which is $48.66 out the door with 15 % premium and 8.5 % tax")
    door.fill("")
    cap.fill("12.70")
    cap.press("Enter")
    expect(cap).to_have_value("12")  # whole dollars, rounded down, also while the caret is in the box
    expect(row.locator(".capword")).to_contain_text("max $12 ")
    cap.fill("33")
    row.get_by_label("Bid now, $").focus()
    house.installation.api.put(f"/api/auctions/{lot['id']}/config", json={"config": {"maxBid": 15}}).raise_for_status()
    expect(row.locator(".capword")).to_contain_text("max $15 ")
    expect(cap).to_have_value("33")  # what was typed and not saved yet is not taken away
    other = house.lot("Pine stool", 3000)
    page.get_by_label("Lot number or address").fill(str(other["id"]))
    page.locator("#add").get_by_label("Max all-in, $").fill("20")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(seen.row(other).locator(".capword")).to_have_text("max $20.00 all-in · $16 hammer")
    seen.check()


def test_a_hold_is_told(seen, house):
    """Why an armed lot was held back appears in details that are open already, with what was asked for and until when."""
    lot = house.lot("Hedge trimmer", 900)
    house.watch(lot, 9, arm=True)
    seen.says(lot, "winning")
    row = seen.row(lot)
    row.get_by_role("button", name="Details").click()

    expect(row.locator(".receipt:not(.held)")).to_have_count(1)
    for user, amount in ((9001, 20), (9002, 30)):
        house.site.post("/__sim/rival-bid", json={"lot": lot["id"], "amount": amount, "user": user}).raise_for_status()
    house.installation.api.post(f"/api/auctions/{lot['id']}/refresh").raise_for_status()
    seen.says(lot, "needs")
    held = row.locator(".receipt.held li")
    expect(held.first).to_contain_text("Will NOT bid, because the next bid")
    expect(held.first).to_contain_text("still so")
    house.installation.api.put(f"/api/auctions/{lot['id']}/config", json={"config": {"maxBid": 60}}).raise_for_status()
    expect(held.first).to_contain_text("until ")
    expect(held.first).to_contain_text("next bid $2")
    seen.check()


def test_going_live(seen, house):
    """By keyboard alone: the word, Enter, then the terms with their open points; only a yes to them goes live, and says so."""
    api, page, told = house.installation.api, seen.page, []

    def real(route: Route) -> None:
        if route.request.method == "POST":
            told.append(route.request.post_data_json)
            route.continue_()
            return
        asked = {"asked": True, "acceptedAt": None, "question": terms.QUESTION, "openPoints": list(terms.OPEN_POINTS)}
        route.fulfill(json={**route.fetch().json(), "terms": asked})

    api.post("/api/mode", json={"mode": "dry-run"}).raise_for_status()
    page.route("**/api/mode", real)
    box, mode = page.locator("#ask"), page.locator("#mode")
    for yes in (False, True):
        expect(mode).to_have_text("Dry run")
        mode.focus()
        page.keyboard.press("Enter")
        page.keyboard.type("liv")
        page.keyboard.press("Enter")
        expect(box).to_contain_text("Go live?")  # not the whole word yet
        page.keyboard.type("e")
        page.keyboard.press("Enter")
        expect(box).to_contain_text(terms.QUESTION)
        assert list(terms.OPEN_POINTS) == box.locator("li").all_inner_texts()
        expect(box.get_by_role("button", name="Cancel")).to_be_focused()
        seen.check()
        seen.shoot("terms")
        if yes:
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(box).to_be_hidden()
    expect(mode).to_have_text("Live")
    assert [{"mode": "live", "acceptTerms": True}] == told


def test_switches(seen, house):
    """
    Each says its value and why; thrown with a word it is in the list of those thrown lately; a locked one cannot be.
    """
    box = seen.page.locator("#toggles")
    box.locator("summary").click()
    live = box.locator("li[data-name=sse]")
    expect(live).to_contain_text("on (default)")
    live.get_by_label("Why").fill("a quiet evening")
    live.get_by_role("button", name="sse is on").click()
    expect(live).to_contain_text("off (live)")
    expect(box.locator(".audit")).to_contain_text("sse: nothing → off by page (a quiet evening)")
    live.get_by_label("Value").fill("nonsense")
    live.get_by_role("button", name="Set", exact=True).click()
    expect(seen.page.locator("#toasts")).to_contain_text("nonsense")
    live.get_by_role("button", name="Reset").click()
    expect(live).to_contain_text("on (default)")
    expect(box.locator("li[data-name=state_machine]")).to_contain_text("locked: ")
    expect(box.locator("li[data-name=state_machine]").get_by_role("button")).to_have_count(0)
    seen.shoot("switches", whole=True)
    seen.check()


def test_focus_stays(seen, house):
    """Whoever works by keyboard is not thrown out when a row moves or news come in."""
    late, soon = house.lot("Patio heater", 7200), house.lot("Fire pit", 3600)
    for lot in (late, soon):
        house.watch(lot, 10)
        seen.says(lot, "watching")
    api, page, row = house.installation.api, seen.page, seen.row(late)
    row.get_by_role("button", name="Details").click()
    cap = row.get_by_label("Max bid, $")
    cap.fill("77")
    house.site.post(f"/__sim/lots/{late['id']}", json={"close_in_s": 1800}).raise_for_status()
    api.post(f"/api/auctions/{late['id']}/refresh").raise_for_status()
    follows = "([a, b]) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING"
    until(lambda: page.wait_for_timeout(50) or page.evaluate(follows, [row.element_handle(), seen.row(soon).element_handle()]), 10)
    expect(cap).to_be_focused()
    expect(cap).to_have_value("77")
    page.locator("#stop").click()
    again = page.locator(".alert[data-key=halt]").get_by_role("button", name="Resume")
    again.focus()
    api.post("/api/mode", json={"mode": "dry-run"}).raise_for_status()
    expect(page.locator("#mode")).to_have_text("Dry run")
    expect(again).to_be_focused()
    api.post("/api/mode", json={"mode": "live"}).raise_for_status()
    seen.check()


def test_connection_lost(seen, house):
    """When the gateway dies the page says that what it shows is old, and comes back by itself."""
    lot = house.lot("Floor lamp")
    house.watch(lot, 10)
    seen.says(lot, "watching")
    os.kill(house.installation.pids["gateway"], signal.SIGSTOP)
    os.kill(house.installation.pids["gateway"], signal.SIGKILL)
    expect(seen.page.locator(".alert[data-key=link]")).to_contain_text("connection to Bidwright is lost")
    seen.shoot("lost")
    expect(seen.page.locator("#connection")).to_have_attribute("data-state", "on", timeout=LONG_MS)  # a new gateway starts first
    expect(seen.page.locator(".alert[data-key=link]")).to_be_hidden()
    house.watch(house.lot("Desk fan"), 10)
    expect(seen.page.get_by_text("Desk fan").first).to_be_visible()
    assert [] == [error for error in seen.errors if "ERR_CONNECTION_REFUSED" not in error]  # the browser's own words while nobody listens


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_size_and_scheme(browser, house, shots, viewport, scheme):
    """Nothing overflows, everything has a name; long titles and odd letters included."""
    long = house.lot(
        "Heavy Duty 5-Tier Garage Shelving Unit, Adjustable Metal Storage Rack with Wire Shelves for Kitchen and Pantry " * 2, kind="shelf"
    )
    odd = house.lot("Ride-On Car 12V with Remote, Rosa ピンク", 25, kind="toy")
    house.watch(long, 30)
    house.watch(odd, 18, arm=True)
    seen = Seen(browser, house, shots, viewport, scheme)
    seen.says(odd, "winning")
    seen.row(long).get_by_role("button", name="Details").click()
    expect(seen.row(long).locator(".receipts")).to_contain_text("No bid of ours yet")
    seen.check()
    seen.shoot("lots")
    seen.shoot("all", whole=True)
    seen.close()


def test_notices(browser, house, shots):
    """What was told and what not, a trial of each channel with its reason, and wishes that are refused in words or kept."""
    api = house.installation.api
    api.post("/api/halt", json={"why": "dinner"}).raise_for_status()
    seen = Seen(browser, house, shots, PHONE, "dark")
    page = seen.page
    held = []
    page.route("**/api/notifications/settings", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    with page.expect_request("**/api/notifications/settings"):
        page.locator("#notices summary").click()
    expect(page.get_by_label("From")).to_be_disabled()  # what holds is not known yet
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    for route in held:
        route.continue_()
    page.unroute("**/api/notifications/settings")
    told = page.locator(".told li", has_text="Everything is stopped by owner: dinner.").first
    expect(told).to_contain_text("told by log, not yet by all")
    expect(told).to_contain_text("phone: waits")
    page.get_by_role("button", name="Send a test through log").click()
    expect(page.locator(".lane", has_text="log").locator(".lane-result")).to_contain_text("Delivered in")
    page.get_by_role("button", name="Send a test through phone").click()
    expect(page.locator(".lane", has_text="phone").locator(".lane-result")).to_have_text(
        "Not delivered: it cannot be reached: Connection refused"
    )
    page.get_by_label("Show").select_option("undelivered")
    expect(page.locator("#notices-empty")).to_have_text("None of these.")
    page.get_by_label("Show").select_option("")
    page.get_by_label("From").fill("22:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notices-wrong")).to_contain_text("no time of day")
    page.get_by_label("To", exact=True).fill("07:00")
    page.get_by_label("tell also").select_option("log")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notices-saved")).to_have_text("Saved; in force at once.")
    settings = api.get("/api/notifications/settings").json()["settings"]
    assert ({"from": "22:00", "to": "07:00", "urgentToo": False}, ["log"]) == (settings["quiet"], settings["escalation"]["channels"])
    assert "T0K3N" not in page.content()
    seen.check()
    seen.shoot("notices", whole=True)
    api.put("/api/notifications/settings", json={"quiet": None, "escalation": None}).raise_for_status()
    seen.close()
