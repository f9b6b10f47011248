"""
Strategies, health and settings in a real Chromium: every action on them, on desktop and phone width, against the running system.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at; without it to a folder of the test run.
"""

import json
import re

import pytest
from installation import until
from page_scene import SIZES, well
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(120), pytest.mark.xdist_group("page"), pytest.mark.usefixtures("running"),
]  # fmt: skip


@SIZES
def test_strategies_and_switches(tab, house):
    """
    Each switch says its value and why; thrown with a word it is in the list of those thrown lately; a locked one cannot be.
    """
    tab.section("Strategies")
    expect(tab.page.locator("#strategies")).to_contain_text("Waits for the closing seconds")
    expect(tab.page.locator("#plugins")).to_contain_text("plugins are built in and run")
    tab.page.locator("#plugins").get_by_role("button", name="Show all").click()
    expect(tab.page.locator("#plugins li[data-name=strategy-snipe]")).to_contain_text("runs")
    tab.page.locator("#plugins").get_by_role("button", name="Show only").click()
    box = tab.page.locator("#toggles")
    live = box.locator("li[data-name=sse]")
    expect(live).to_contain_text("on (default)")
    live.get_by_label("Why").fill("a quiet evening")
    live.get_by_role("button", name="sse is on").click()
    expect(live).to_contain_text("off (live)")
    expect(box.locator(".audit")).to_contain_text("sse: nothing → off by page (a quiet evening)")
    live.get_by_label("Value").fill("nonsense")
    live.get_by_role("button", name="Set", exact=True).click()
    expect(tab.page.locator("#toasts")).to_contain_text("nonsense")
    live.get_by_role("button", name="Reset").click()
    expect(live).to_contain_text("on (default)")
    tab.page.locator("#toasts").get_by_role("button", name="Close").click()
    expect(box.locator("li[data-name=state_machine]")).to_contain_text("locked: ")
    expect(box.locator("li[data-name=state_machine]").get_by_role("button")).to_have_count(0)
    well(tab, "strategies")


@SIZES
def test_a_drop_in_and_an_experiment(tab, house):
    """A plugin that cannot be read is named with its line here; an experiment shows what it came to."""
    page, api = tab.page, house.installation.api
    folder = house.plugins
    (folder / "broken.py").write_text("import bidwright\nthis is no python\n")
    page.goto(f"{page.url.split('#')[0]}#/strategies")
    expect(page.locator("#plugins")).to_contain_text("refused")
    expect(page.locator("#plugins")).to_contain_text("broken.py:2: invalid syntax")
    (folder / "broken.py").unlink()
    name = next(one["name"] for one in api.get("/api/toggles").json()["toggles"] if one["variants"])
    row = page.locator(f"li[data-name={name}]")
    row.locator("summary").click()
    expect(row.locator("table")).to_contain_text("Variant")
    assert [] == tab.serious()
    tab.check()


@SIZES
def test_health(tab, house):
    """Whether a bid can be made now, every part, the site with a probe, the queue; and what to do when something is red."""
    page, api = tab.page, house.installation.api
    tab.section("Health")
    expect(page.locator("#can-bid")).to_contain_text("Yes, live")
    for part in ("gateway", "nellis-proxy", "poller", "bidder", "notifier"):
        expect(page.locator("#parts li").filter(has_text=part)).to_contain_text("last useful work")
    expect(page.locator("#site")).to_contain_text("requests a second")
    expect(page.locator("#queue")).to_contain_text("Read so far")
    expect(page.locator("#checks")).to_contain_text("Event lag")
    page.get_by_role("button", name="Probe the site").click()
    expect(page.get_by_text("What the probe found")).to_be_visible(timeout=40_000)
    well(tab, "health")
    api.post("/api/halt", json={"why": "dinner"}).raise_for_status()
    expect(page.locator("#can-bid")).to_contain_text("Everything is stopped. Press “Stopped: resume”")
    expect(page.locator("#can-bid")).to_have_attribute("data-can", "0")
    tab.shoot("health-halted")


@SIZES
def test_notices(tab, house):
    """What was told and what not, a trial of each channel with its reason, and wishes that are refused in words or kept."""
    api, page = house.installation.api, tab.page
    api.post("/api/halt", json={"why": "dinner"}).raise_for_status()
    held = []
    page.route("**/api/notifications/settings", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    with page.expect_request("**/api/notifications/settings"):
        tab.section("Settings")
    expect(page.get_by_label("From", exact=True)).to_be_disabled()  # what holds is not known yet
    expect(page.locator("#notices-form").get_by_role("button", name="Save")).to_be_disabled()
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
    page.get_by_label("From", exact=True).fill("22:00")
    page.locator("#notices-form").get_by_role("button", name="Save").click()
    expect(page.locator("#notices-wrong")).to_contain_text("no time of day")
    page.get_by_label("To", exact=True).fill("07:00")
    page.get_by_label("tell also").select_option("log")
    page.locator("#notices-form").get_by_role("button", name="Save").click()
    expect(page.locator("#notices-saved")).to_have_text("Saved; in force at once.")
    settings = api.get("/api/notifications/settings").json()["settings"]
    assert ({"from": "22:00", "to": "07:00", "urgentToo": False}, ["log"]) == (settings["quiet"], settings["escalation"]["channels"])
    assert "T0K3N" not in page.content()
    well(tab, "settings")
    api.put("/api/notifications/settings", json={"quiet": None, "escalation": None}).raise_for_status()


@SIZES
def test_rules_of_notices(tab, house):
    """One that says nothing is refused in words; those that are kept are in force; they are put in order and taken away."""
    api, page = house.installation.api, tab.page
    tab.section("Settings")
    rules = page.locator("#rules")
    rules.get_by_role("button", name="Add a rule").click()
    rules.get_by_role("button", name="Save the rules").click()
    expect(rules.locator(".wrong")).to_contain_text("name at least one channel")
    rules.get_by_text("About what").click()
    rules.get_by_label("outbid").check()
    rules.get_by_label("log", exact=True).check()
    rules.get_by_role("button", name="Add a rule").click()
    rules.get_by_label("If").last.select_option("normal")
    rules.get_by_label("nobody").last.check()
    well(tab, "rules")
    rules.get_by_role("button", name="Save the rules").click()
    until(lambda: page.wait_for_timeout(50) or 2 == len(api.get("/api/notifications/settings").json()["settings"]["rules"]), 10)
    first, second = api.get("/api/notifications/settings").json()["settings"]["rules"]
    assert (["outbid"], ["log"], "normal", True) == (first["kinds"], first["channels"], second["severity"], second["mute"])
    expect(rules.get_by_role("button", name="Rule 2 earlier")).to_be_enabled()
    rules.get_by_role("button", name="Remove rule 2").click()
    rules.get_by_role("button", name="Remove rule 1").click()
    rules.get_by_role("button", name="Save the rules").click()
    until(lambda: page.wait_for_timeout(50) or [] == api.get("/api/notifications/settings").json()["settings"]["rules"], 10)


@SIZES
def test_devices_defaults_and_what_is_kept(tab, house):
    """A code to pair with, defaults that are refused by name or kept, a set-up saved and brought back, the session checked, the theme."""
    page, api = tab.page, house.installation.api
    tab.section("Settings")
    page.get_by_role("button", name="Pair a browser").click()
    expect(page.locator(".pair-code strong")).to_have_text(re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$"))
    api.delete("/api/pairing").raise_for_status()
    page.get_by_role("button", name="Check it now").click()
    expect(page.locator("#session")).to_contain_text("The site accepts it.")
    defaults = page.locator("#defaults")
    defaults.get_by_label("Snipe, seconds before the close").fill("99")
    defaults.get_by_role("button", name="Save").click()
    expect(defaults.locator(".wrong")).to_contain_text("snipeTiming must be a whole number from 1 to 30")
    defaults.get_by_label("Snipe, seconds before the close").fill("12")
    defaults.get_by_role("button", name="Save").click()
    until(lambda: page.wait_for_timeout(50) or 12 == api.get("/api/settings").json()["settings"]["bidding"]["snipeTiming"], 10)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the set-up").click()
    kept = json.loads(download.value.path().read_text())
    assert {"watches", "groups", "rates", "settings"} <= set(kept)
    page.get_by_label("Bring a set-up back").set_input_files(download.value.path())
    expect(page.locator("#belongings")).to_contain_text("would be brought back")
    page.get_by_role("button", name="Bring them back").click()
    expect(page.locator("#belongings")).to_contain_text("Brought back; nothing is armed.")
    page.get_by_text("Who changed what").click()
    expect(page.locator("#belongings .audit")).to_contain_text("POST /api/settings")
    page.get_by_role("button", name="Dark", exact=True).click()
    assert "dark" == page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    page.reload()
    expect(page.locator("#connection")).to_have_attribute("data-state", "on")
    assert "dark" == page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert [] == tab.serious()
    tab.check()


@SIZES
def test_what_cannot_be_read_is_said(tab):
    """Each page says in words what it could not read, and offers to try again; nothing is only a spinner."""
    page = tab.page
    page.route("**/api/budgets", lambda route: route.fulfill(status=503, json={"success": False, "error": "Redis does not answer."}))
    tab.section("Money")
    expect(page.locator("#budgets .unread")).to_contain_text("This could not be read: Redis does not answer.")
    page.unroute("**/api/budgets")
    page.locator("#budgets").get_by_role("button", name="Try again").click()
    expect(page.locator("#budgets tbody")).to_be_visible()
    tab.errors.clear()  # the browser's own note of the 503
