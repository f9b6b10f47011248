"""
The extension and its gateway, in a real Chromium: paired by code, from the dashboard, from the old extension; the session goes along.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at and for docs/extension.md; without it to a folder of the test run.
"""

import pytest
from extension_browser import SITE
from extension_scene import Scene
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(240), pytest.mark.xdist_group("extension")]


def test_pairing_says_what_is_wrong_and_then_pairs(scene: Scene) -> None:
    """Wrong address, wrong page, wrong code: each in words. Then six digits, a yes on the host, and it is connected."""
    page = scene.browser.open("options/options.html")
    page.locator("#code").wait_for()
    scene.shoot(page, "options-unpaired")
    wrong = page.locator("#gateway form .wrong")
    button = page.get_by_role("button", name="Pair", exact=True)
    page.locator("#code").fill("ABCD-2345")
    page.locator("#address").fill("http://127.0.0.1:9")
    button.click()
    expect(wrong).to_contain_text("127.0.0.1:9 does not answer. Is Bidwright running there?")
    page.locator("#address").fill(scene.address)
    button.click()
    expect(wrong).to_contain_text("it is not Bidwright")
    page.locator("#address").fill("nonsense://x")
    button.click()
    expect(wrong).to_contain_text("This is no address")
    page.locator("#address").fill(scene.installation.url)
    page.locator("#code").fill("short")
    button.click()
    expect(wrong).to_contain_text("eight letters and digits")
    page.locator("#code").fill("ABCD-2345")
    button.click()
    expect(wrong).to_contain_text("Nobody may pair now")
    digits = scene.pair(page)
    expect(page.locator("#gateway .connection")).to_have_text("Connected")
    assert 6 == len(digits)
    expect(page.locator("#devices li").first).to_contain_text("this browser")
    scene.shoot(page, "options-paired")
    page.close()


def test_the_session_goes_along_sealed(scene: Scene) -> None:
    """Logging in at the site is all a person does; what goes over the wire holds no trace of the cookie."""
    scene.paired()
    scene.log_in()
    cookie = next(one["value"] for one in scene.browser.context.cookies(SITE) if one["name"] == "__session")
    page = scene.browser.open("options/options.html")
    expect(page.locator("#session [role=status]")).to_contain_text("logged in to the site")
    kept = str(page.evaluate("async () => [await chrome.storage.local.get(null), await chrome.storage.session.get(null)]"))
    page.close()

    assert cookie
    assert cookie not in kept


def test_the_dashboard_pairs_too(ready: Scene) -> None:
    """Disconnected here, it is gone there; the dashboard shows a code and asks, and the browser is in again."""
    page = ready.browser.open("options/options.html")
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    page.locator("#code").wait_for()
    assert [] == ready.installation.api.get("/api/devices").json()["devices"]
    home = ready.browser.context.new_page()
    home.goto(f"{ready.installation.url}/#token={ready.installation.token}")
    home.get_by_role("link", name="Settings").first.click()
    home.get_by_role("button", name="Pair a browser").click()
    code = home.locator(".pair-code strong").inner_text()
    page.locator("#address").fill(ready.installation.url)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Pair", exact=True).click()
    digits = page.locator(".digits").inner_text()
    expect(home.locator(".pair-waiting strong")).to_have_text(digits)
    ready.shoot(page, "options-digits")
    home.locator("#devices").scroll_into_view_if_needed()
    ready.shoot(home, "dashboard-devices")
    home.get_by_role("button", name="It does: let it in").click()
    expect(page.locator("#gateway .connection")).to_have_text("Connected")
    expect(home.locator("#devices h2")).to_contain_text("1 paired")


def test_moving_over_from_the_old_extension(ready: Scene) -> None:
    """What the old one kept is offered: one click pairs with it, and the token is used and forgotten."""
    page = ready.browser.open("options/options.html")
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    page.locator("#code").wait_for()
    old = {"backendUrl": ready.installation.url, "authToken": ready.installation.token, "defaultMaxBid": 10}
    page.evaluate(
        """async old => { await chrome.storage.local.set(old);
        await (await import(chrome.runtime.getURL('lib/moving.js'))).moveIn(); }""",
        old,
    )
    expect(page.locator("#gateway .note")).to_contain_text("with a token")
    ready.shoot(page, "options-moving")
    page.get_by_role("button", name="Pair with it").click()
    expect(page.locator("#gateway .connection")).to_have_text("Connected")

    assert ready.installation.token not in str(page.evaluate("() => chrome.storage.local.get(null)"))
