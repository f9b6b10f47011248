"""
The dashboard in a real Chromium: the frame, the list and the life of lots that are made to be won and lost.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at; without it to a folder of the test run.
"""

import os
import signal

import pytest
from installation import until
from page_scene import DESKTOP, LONG_MS, PHONE, Seen
from playwright.sync_api import Route, expect

from bidwright_gateway import terms

pytestmark = [
    pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(120), pytest.mark.xdist_group("page"), pytest.mark.usefixtures("running"),
]  # fmt: skip


def test_first_visit(browser, house, shots):
    """An empty list teaches the next step; the token is taken out of the address, and a wrong one is refused in words."""
    for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        seen = Seen(browser, house, shots, viewport, scheme)
        expect(seen.page.locator("#empty")).to_be_visible()
        assert f"{house.installation.url}/" == seen.page.url
        expect(seen.page.locator("#band")).to_have_text(f"Not the real site: {house.address.removeprefix('http://')}")
        seen.page.get_by_role("button", name="Watch a first lot").click()
        expect(seen.page.get_by_label("Lot number or address")).to_be_focused()
        assert [] == seen.serious()
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


def test_a_photo_that_does_not_come(seen, house):
    """A letter stands in its place, also when the row is drawn again, and the row keeps its columns."""
    seen.page.route("**/*", lambda route: route.fulfill(body="no photo") if "image" == route.request.resource_type else route.fallback())
    lot = house.lot("Floor lamp")
    house.watch(lot, 12)
    row = seen.row(lot)
    expect(row.locator(".photo")).to_have_text("B")
    time = row.locator(".clock").inner_text()
    expect(row.locator(".clock")).not_to_have_text(time)
    expect(row.locator(".summary > *")).to_have_count(4)  # photo, what it is, state and money, the sentence
    expect(row.locator(".photo")).to_have_count(1)


def test_watch_change_and_live_price(seen, house):
    """A lot is added by its address, wrong caps are refused in words, its price and time move, and its cap is changed."""
    lot = house.lot('Desk "lamp" <b>Weatherproof</b>', start=3)
    page = seen.page
    page.locator("#add-box summary").click()
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
    house.rival(lot, 7)
    house.rival(lot, 9, 9002)
    expect(row.locator(".hammer")).to_contain_text("$8")
    row = seen.details(lot)
    box = row.get_by_label("Max bid, $")
    box.fill("-4")
    row.get_by_role("button", name="Save", exact=True).click()
    expect(row.locator(".change > .wrong")).to_contain_text("positive")
    box.fill("21")
    row.get_by_role("button", name="Save", exact=True).click()
    expect(row.locator(".capword")).to_contain_text("max $21")
    expect(row.locator(".change > .wrong")).to_have_text("")
    row.get_by_role("button", name="Pause").click()
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


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_stop_is_in_reach_over_a_question(browser, house, shots, viewport):
    """By pointer and by keyboard; what lies under the question is not."""
    seen = Seen(browser, house, shots, viewport)
    page, api = seen.page, house.installation.api
    page.locator("#mode").click()
    expect(page.locator("#ask")).to_contain_text("Back to dry run?")
    assert [] == seen.serious()
    seen.shoot("stop-over-question")
    page.get_by_role("button", name="STOP").click()
    expect(page.locator(".alert[data-key=halt]")).to_contain_text("Everything is stopped")
    assert api.get("/api/halt").json()["halted"]
    expect(page.locator("#ask")).to_be_visible()
    assert page.locator("main").evaluate("main => main.inert")
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("#mode")).to_be_focused()
    api.post("/api/resume", json={"gen": api.get("/api/halt").json()["gen"]}).raise_for_status()
    expect(page.locator("#stop")).to_have_text("STOP")
    page.locator("#mode").click()
    page.keyboard.press("Alt+Shift+X")
    expect(page.locator("#stop")).to_have_text("Stopped: resume")
    seen.check()
    seen.close()


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
    expect(page.locator("#connection")).to_have_attribute("data-state", "on")
    page.goto("about:blank")  # what the first load still asks would be held too, and nobody waits for its answer any more
    seen.errors.clear()  # whatever leaving has cut off
    page.route("**/api/status", lambda route: held.append((route, route.fetch())))
    page.goto(address)
    until(lambda: page.wait_for_timeout(50) or held, 10)
    page.get_by_role("button", name="STOP").click()
    expect(page.locator(".alert[data-key=halt]")).to_contain_text("Everything is stopped")
    route, answer = held[0]
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/api/status")):
        route.fulfill(response=answer)
    expect(page.locator("#band")).to_contain_text("Not the real site")  # which the older report has told
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
        steps = seen.details(lot).locator(".receipt").first.locator("li")
        expect(steps.last).to_contain_text(end)
        expect(steps.first).to_contain_text("Decided to bid")
        expect(steps.nth(1)).to_contain_text("Sent to the site")
        times = steps.locator("time").all_inner_texts()
        assert sorted(times) == times
        expect(seen.row(lot).locator(".post-mortem")).to_be_visible()
        seen.section("Lots")
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
    page, row = seen.page, seen.details(lot)
    cap, door, wrong = row.get_by_label("Max bid, $"), row.get_by_label("Max all-in, $"), row.locator(".change > .wrong")
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
        row.get_by_role("button", name="Save", exact=True).click()
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
    expect(row.locator(".bar")).to_have_attribute("aria-label", "price $0, most to bid $39")
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
    seen.section("Lots")
    page.locator("#add-box summary").click()
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
    row = seen.details(lot)
    expect(row.locator(".receipt:not(.held)")).to_have_count(1)
    for user, amount in ((9001, 20), (9002, 30)):
        house.rival(lot, amount, user)
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
        expect(box.get_by_role("textbox")).to_be_focused()
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


def test_focus_stays(seen, house):
    """Whoever works by keyboard is not thrown out when a row moves or news come in."""
    late, soon = house.lot("Patio heater", 7200), house.lot("Fire pit", 3600)
    for lot in (late, soon):
        house.watch(lot, 10)
        seen.says(lot, "watching")
    api, page, row = house.installation.api, seen.page, seen.row(late)
    arm = row.get_by_role("button", name="Arm")
    arm.focus()
    house.site.post(f"/__sim/lots/{late['id']}", json={"close_in_s": 1800}).raise_for_status()
    api.post(f"/api/auctions/{late['id']}/refresh").raise_for_status()
    follows = "([a, b]) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING"
    until(lambda: page.wait_for_timeout(50) or page.evaluate(follows, [row.element_handle(), seen.row(soon).element_handle()]), 10)
    expect(arm).to_be_focused()
    cap = seen.details(late).get_by_label("Max bid, $")
    cap.fill("77")
    house.rival(late, 5)
    until(lambda: api.post(f"/api/auctions/{late['id']}/refresh").is_success, 10)
    expect(row.locator(".prices")).to_contain_text("bid of others")
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
    expect(seen.row(lot)).to_have_attribute("data-stale", "1")
    expect(seen.row(lot).locator(".state")).to_contain_text("old")
    expect(seen.row(lot).get_by_role("button", name="Arm")).to_be_disabled()
    expect(seen.page.locator("#mode")).to_be_disabled()
    expect(seen.page.locator("#stop")).to_be_enabled()
    seen.shoot("lost")
    expect(seen.page.locator("#connection")).to_have_attribute("data-state", "on", timeout=LONG_MS)  # a new gateway starts first
    expect(seen.page.locator(".alert[data-key=link]")).to_be_hidden()
    expect(seen.row(lot).get_by_role("button", name="Arm")).to_be_enabled()
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
    assert [] == seen.serious()
    seen.check()
    seen.shoot("lots")
    seen.page.get_by_label("Find a lot").fill(str(long["id"]))  # far down a list, a row does not stand in the page
    expect(seen.details(long).locator(".receipts")).to_contain_text("No bid of ours yet")
    assert [] == seen.serious()
    seen.check()
    seen.shoot("lot", whole=True)
    seen.close()
