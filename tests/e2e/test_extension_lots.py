"""
Lots in the extension, in a real Chromium on the simulated site: won, lost, one of two, through a stop, an expired session and a restart.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at and for docs/extension.md; without it to a folder of the test run.
"""

import pytest
from extension_scene import PATIENCE_S, Scene
from installation import until
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(240), pytest.mark.xdist_group("extension")]


def test_a_lot_from_the_first_look_to_the_win(ready: Scene) -> None:
    """All-in cap, armed, leading, outbid beyond the cap, told; raised from the notification's page; won, with a receipt."""
    lot = ready.lot("Cordless drill, 20V, two batteries")
    page = ready.visit(lot)
    panel = ready.panel(page)
    expect(panel.locator(".head .say").filter(visible=True)).to_contain_text("Not watched")
    ready.shoot(page, "lot-unwatched")
    panel.get_by_text("Settings of the strategy").click()
    panel.get_by_label("Lead (seconds)").scroll_into_view_if_needed()
    ready.shoot(page, "lot-settings")
    panel.get_by_text("Settings of the strategy").click()
    ready.arm(page, "5")
    expect(panel.locator(".head")).to_have_attribute("data-state", "winning")
    assert 5 == ready.auction(lot)["config"]["maxAllIn"]
    expect(page.locator("bidwright-price .beside")).to_have_text("$1.25 all-in")
    ready.shoot(page, "lot-winning")

    ready.rival(lot, 6)
    expect(panel.locator(".head")).to_have_attribute("data-state", "needs")
    own = ready.browser.open("popup/popup.html")
    until(lambda: {"outbid", "wont"} & set(ready.notices(own)), PATIENCE_S, lambda: str(ready.told(own)))
    until(lambda: {f"{lot['id']}:wont"} <= set(ready.told(own)), PATIENCE_S, lambda: str(ready.told(own)))
    ready.shoot(page, "lot-needs-you")
    badge = own.evaluate("async () => [await chrome.action.getBadgeText({}), await chrome.action.getTitle({})]")
    assert ("1", True) == (badge[0], "something needs you" in badge[1])

    with ready.browser.context.expect_page() as opened:  # as if the notification's first button were pressed
        ready.browser.worker.evaluate("name => chrome.notifications.onButtonClicked.dispatch(name, 0)", ready.notices(own)["wont"])
    confirm = opened.value
    assert "confirm/confirm.html?do=raise" in confirm.url
    expect(confirm.locator("h1")).to_contain_text("Raise the cap of Cordless drill")
    confirm.set_viewport_size({"width": 440, "height": 560})
    ready.shoot(confirm, "confirm-raise")
    confirm.locator(".money-box input").fill("20")
    confirm.get_by_role("button", name="Raise and arm").click()
    expect(confirm.locator("#text")).to_contain_text("The new limit holds")
    confirm.close()
    expect(panel.locator(".head")).to_have_attribute("data-state", "winning")

    ready.close_lot(lot)
    expect(panel.locator(".head")).to_have_attribute("data-state", "won")
    until(lambda: f"{lot['id']}:ended" in ready.told(own), PATIENCE_S, lambda: str(ready.told(own)))
    ready.shoot(page, "lot-won")
    panel.get_by_text("Bids and receipts").click()
    expect(panel.locator(".receipt").first).to_be_visible()
    panel.get_by_text("Price", exact=True).click()
    expect(panel.locator(".chart")).to_be_visible()
    panel.locator(".chart").scroll_into_view_if_needed()
    ready.shoot(page, "lot-receipts")


def test_a_lot_that_is_lost(ready: Scene) -> None:
    """Above the cap it is let pass, and its end is told."""
    lot = ready.lot("Reclining chair")
    page = ready.visit(lot)
    ready.arm(page, "3", basis="Hammer")
    expect(ready.panel(page).locator(".head")).to_have_attribute("data-state", "winning")
    ready.rival(lot, 50)
    expect(ready.panel(page).locator(".head")).to_have_attribute("data-state", "needs")
    ready.close_lot(lot)
    expect(ready.panel(page).locator(".head")).to_have_attribute("data-state", "lost")
    own = ready.browser.open("popup/popup.html")
    until(lambda: f"{lot['id']}:ended" in ready.told(own), PATIENCE_S, lambda: str(ready.told(own)))
    ready.shoot(page, "lot-lost")


def test_one_of_two(ready: Scene) -> None:
    """Two lots in a group of which one is wanted: the panel makes the group and joins it, and the second is not bid on."""
    first, second = ready.lot("Tower speaker, left"), ready.lot("Tower speaker, right")
    for lot in (first, second):
        ready.watch(lot)
        page = ready.visit(lot)
        panel = ready.panel(page)
        panel.locator("summary").filter(has_text="Group").click()
        if lot is first:
            panel.locator("#bw-group-name").fill("Speakers")
        else:
            panel.locator("#bw-group").select_option(label="Speakers (1 wanted)")
        panel.get_by_role("button", name="Put it in the group").click()
        expect(panel.locator("summary .count").filter(visible=True).last).to_have_text("Speakers, 1 wanted")
        panel.get_by_role("button", name="Arm").click()
        if lot is first:
            expect(panel.locator(".head")).to_have_attribute("data-state", "winning")
    ready.shoot(page, "lot-group")
    until(lambda: "group" in ready.auction(second)["forecast"]["sentence"].lower(), PATIENCE_S, lambda: str(ready.auction(second)))

    assert 1 == len(ready.site.get("/__sim/ledger", params={"what": "bid", "who": "account", "lot": str(first["id"])}).json()["entries"])
    assert [] == ready.site.get("/__sim/ledger", params={"what": "bid", "who": "account", "lot": str(second["id"])}).json()["entries"]


def test_stop_by_keyboard(ready: Scene) -> None:
    """STOP takes one press of a key and no question; going on asks. It is shown wherever one looks."""
    lot = ready.lot("Garden heater")
    ready.watch(lot, arm=True)
    side = ready.browser.open("sidepanel/sidepanel.html")
    side.set_viewport_size({"width": 420, "height": 900})
    expect(side.locator(f"#lot-{lot['id']}")).to_have_attribute("data-state", "winning")
    ready.shoot(side, "sidepanel")
    side.get_by_role("button", name="STOP", exact=True).focus()
    side.keyboard.press("Enter")
    expect(side.get_by_role("button", name="Stopped: resume")).to_be_visible()
    until(lambda: ready.status()["halted"], PATIENCE_S)
    page = ready.visit(lot)
    expect(ready.panel(page).locator(".alert").first).to_contain_text("Everything is stopped")
    ready.shoot(side, "sidepanel-stopped")
    side.get_by_role("button", name="Stopped: resume").press("Enter")
    side.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(side.get_by_role("button", name="STOP", exact=True)).to_be_visible()
    until(lambda: not ready.status()["halted"], PATIENCE_S)


def test_the_session_expires_and_comes_back(ready: Scene) -> None:
    """An expired session is on the badge, in a notification and in the panel with where to log in; logging in is enough."""
    lot = ready.lot("Stand mixer")
    ready.watch(lot, arm=True, strategy="sniping")
    page = ready.visit(lot)
    ready.site.post("/__sim/session", json={"expire": True}).raise_for_status()
    ready.installation.api.post("/api/auth/validate", json={})
    expect(ready.panel(page).get_by_role("link", name="Log in to the site")).to_be_visible()
    own = ready.browser.open("popup/popup.html")
    until(lambda: "session" in ready.notices(own), PATIENCE_S, lambda: str(ready.told(own)))
    assert "something needs you" in own.evaluate("() => chrome.action.getTitle({})")
    own.set_viewport_size({"width": 360, "height": 560})
    ready.shoot(own, "popup-session")
    ready.log_in()
    expect(ready.panel(page).get_by_role("link", name="Log in to the site")).to_have_count(0)


def test_the_gateway_restarts(ready: Scene) -> None:
    """While it is away that is said, and when it is back everything goes on by itself."""
    lot = ready.lot("Floor lamp")
    ready.watch(lot, arm=True)
    page = ready.visit(lot)
    expect(ready.panel(page).locator(".head")).to_have_attribute("data-state", "winning")
    ready.restart_gateway()
    ready.rival(lot, 3)
    side = ready.browser.open("sidepanel/sidepanel.html")
    expect(side.locator("#connection")).to_have_text("Connected")
    until(lambda: ready.auction(lot)["data"]["currentBid"] > 3, PATIENCE_S, lambda: str(ready.auction(lot)))
    expect(ready.panel(page).locator(".head")).to_have_attribute("data-state", "winning")
