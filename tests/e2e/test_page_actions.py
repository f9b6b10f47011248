"""
The list, a lot, find and money in a real Chromium: every action on them, on desktop and phone width, against the running system.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at; without it to a folder of the test run.
"""

import pytest
from installation import until
from page_scene import SIZES, well
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(120), pytest.mark.xdist_group("page"), pytest.mark.usefixtures("running"),
]  # fmt: skip


@SIZES
def test_the_list(tab, house):
    """Found by words, filtered, ordered, changed together by pointer and keyboard."""
    page, api = tab.page, house.installation.api
    api.put("/api/rates", json={"default": {"premium": 15, "tax": 8.5}}).raise_for_status()
    words = f"garden chair {page.viewport_size['width']}"
    lots = [house.lot(f"{words} {n}", 5000 + n * 60, start=2) for n in range(3)]
    for lot in lots:
        house.watch(lot, 20, strategy="sniping")  # which bids in the closing seconds only
    other = house.lot("Espresso machine", 9000)
    house.watch(other, 30)
    tab.says(other, "watching")
    for lot in lots:
        tab.says(lot, "watching")
    page.keyboard.press("/")
    expect(page.get_by_label("Find a lot")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator(".lot")).to_have_count(3)
    expect(tab.row(other)).to_have_count(0)
    page.get_by_label("Order").select_option("title")
    page.get_by_role("button", name="Winning", exact=True).click()
    expect(page.get_by_role("heading", name="No lot fits")).to_be_visible()
    page.get_by_role("button", name="All", exact=True).click()
    page.locator("h1").click()  # out of the box
    page.keyboard.press("j")
    expect(page.locator(".lot .title").first).to_be_focused()
    for key in "xjx":
        page.keyboard.press(key)
    expect(page.locator(".bulk")).to_contain_text("2 lots chosen")
    page.get_by_role("button", name="All shown (3)").click()
    page.locator(".bulk").get_by_label("Max all-in, $").fill("25")
    page.get_by_role("button", name="Set", exact=True).click()
    page.locator("#ask").get_by_role("button", name="Set").click()
    expect(tab.row(lots[0]).locator(".capword")).to_contain_text("max $25.00 all-in")
    expect(page.locator(".bulk")).to_contain_text("0 lots chosen")  # what was asked for before is done
    page.get_by_role("button", name="All shown (3)").click()
    page.locator(".bulk").get_by_role("button", name="Arm", exact=True).click()
    expect(page.locator("#ask")).to_contain_text("Arm 3 lots?")
    tab.shoot("bulk")
    page.locator("#ask").get_by_role("button", name="Arm", exact=True).click()
    until(
        lambda: (
            page.wait_for_timeout(50)
            or all(one["config"]["autoBid"] for one in api.get("/api/auctions", params={"q": words}).json()["auctions"])
        ),
        10,
    )
    expect(page.locator(".bulk")).to_contain_text("0 lots chosen")  # what was asked for before is done
    page.get_by_role("button", name="All shown (3)").click()
    page.locator(".bulk").get_by_role("button", name="Pause").click()
    until(
        lambda: (
            page.wait_for_timeout(50)
            or not any(one["config"]["autoBid"] for one in api.get("/api/auctions", params={"q": words}).json()["auctions"])
        ),
        10,
    )
    well(tab, "lots-chosen")
    expect(page.locator(".bulk")).to_contain_text("0 lots chosen")  # what was asked for before is done
    page.get_by_role("button", name="All shown (3)").click()
    page.locator(".bulk").get_by_role("button", name="Stop watching").click()
    page.locator("#ask").get_by_role("button", name="Stop watching").click()
    expect(page.locator(".lot")).to_have_count(0)
    page.locator(".bulk").get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Show all lots").click()
    tab.says(other, "watching")


@SIZES
def test_the_keys_are_told(tab):
    """By one of them."""
    expect(tab.page.locator("#add-box")).to_be_visible()
    tab.page.keyboard.press("?")
    expect(tab.page.locator("#ask")).to_contain_text("Alt+Shift+X is STOP")
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("#ask")).to_be_hidden()


@SIZES
def test_the_page_of_a_lot(tab, house):
    """Settings from the strategy's schema, a trial on the lot's history, a bid now, group, note, fees; let go at the end."""
    page, api = tab.page, house.installation.api
    lot = house.lot("Band saw", 4000, start=3)
    house.watch(lot, 40)
    tab.says(lot, "watching")
    for user, amount in ((9001, 6), (9002, 9)):
        house.rival(lot, amount, user)
        api.post(f"/api/auctions/{lot['id']}/refresh")
    row = tab.details(lot)
    expect(row.locator(".prices")).to_contain_text("bid of others")
    expect(row.locator(".chart canvas")).to_be_visible()
    row.get_by_text("Settings of the strategy").click()
    row.get_by_label("Re-bid limit").fill("many")
    row.get_by_role("button", name="Save", exact=True).click()
    expect(row.get_by_label("Re-bid limit")).to_have_attribute("aria-invalid", "true")
    row.get_by_label("Re-bid limit").fill("7")
    row.get_by_role("button", name="Save", exact=True).click()
    until(
        lambda: page.wait_for_timeout(50) or 7 in api.get(f"/api/auctions/{lot['id']}").json()["auction"]["config"]["params"].values(), 10
    )
    row.get_by_role("button", name="Try on this lot’s history").click()
    expect(row.locator(".trial strong")).to_contain_text("It would")
    expect(row.locator(".trial-steps li").first).to_contain_text("bids $")
    row.get_by_label("Bid now, $").fill("1")
    row.get_by_role("button", name="Bid now").click()
    page.locator("#ask").get_by_role("button", name="Cancel").click()
    row.get_by_role("button", name="Bid now").click()
    page.locator("#ask").get_by_role("button", name="Bid", exact=True).click()
    expect(row.locator(".bid-now .wrong")).to_contain_text("$")
    row.get_by_label("Bid now, $").fill("12")
    row.get_by_role("button", name="Bid now").click()
    page.locator("#ask").get_by_role("button", name="Bid", exact=True).click()
    expect(row.locator(".receipt").first).to_contain_text("$12")
    tab.says(lot, "winning")
    row.get_by_role("button", name="Put it in the group").click()
    expect(row.get_by_text("Give the group a name.")).to_be_visible()
    row.get_by_label("Name", exact=True).fill(f"Saws {tab.page.viewport_size['width']}")
    row.get_by_role("button", name="Put it in the group").click()
    expect(row.get_by_text("1 wanted")).to_be_visible()
    row.get_by_label("Only you see them, here").fill("For the shed; pick up with the trailer")
    row.get_by_role("button", name="Save the note").click()
    expect(row.locator("section", has_text="Your notes").get_by_text("Saved.")).to_be_visible()
    assert "trailer" in api.get(f"/api/auctions/{lot['id']}/note").json()["note"]["text"]
    expect(row.locator(".fees")).to_contain_text("Your cap")
    row.get_by_text("All 1").first.click()
    well(tab, "lot-page")
    row.get_by_role("button", name="Leave the group").click()
    expect(row.get_by_role("button", name="Put it in the group")).to_be_visible()
    row.get_by_role("button", name="Stop watching").click()
    expect(page.locator("#ask")).to_contain_text("cannot be pulled")
    page.locator("#ask").get_by_role("button", name="Stop watching").click()
    expect(row).to_contain_text("still stands")


@SIZES
def test_find(tab, house):
    """Deals with their price out the door, the index, one press to watch, a search that is kept, the account's lots."""
    page, api = tab.page, house.installation.api
    word = f"Quilt{page.viewport_size['width']}"
    deals = [house.lot(f"{word} {n}", 3000, start=2, early=[4], retail=90) for n in range(3)]
    tab.section("Find")
    page.get_by_label("Look for", exact=True).fill(word)
    page.get_by_label("Where", exact=True).fill("")
    page.get_by_label("At most, % of retail").fill("50")
    page.get_by_role("button", name="Look", exact=True).click()
    found = page.locator(".find-row")
    expect(found).to_have_count(3)
    expect(found.first).to_contain_text("below retail")
    expect(found.first).to_contain_text("all-in")
    found.first.get_by_role("button", name="Watch").click()
    expect(found.first.get_by_role("link", name="Watched")).to_be_visible()
    assert [False] == [one["config"]["autoBid"] for one in api.get(f"/api/auctions?q={word}").json()["auctions"]]
    page.get_by_role("button", name=f"Keep “{word}”").click()
    expect(page.locator("#saved .saved-row")).to_contain_text(word)
    page.locator("#saved").get_by_label("Tell me").uncheck()
    until(lambda: page.wait_for_timeout(50) or not api.get("/api/searches").json()["searches"][0]["notify"], 10)
    page.get_by_role("button", name=f"Look for {word} now").click()
    expect(page.locator(".find-row")).to_have_count(3)
    page.get_by_role("button", name="See what there is").click()
    expect(page.locator("#import [role=status]")).to_contain_text("open lots in your account")
    well(tab, "find")
    page.get_by_role("button", name=f"Remove the search {word}").click()
    expect(page.locator("#saved .saved-row")).to_have_count(0)
    page.get_by_label("Look for", exact=True).fill("nothing at all like this")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing like that")).to_be_visible()
    page.goto(f"{page.url.split('#')[0]}#/lot/{deals[2]['id']}")
    expect(page.get_by_text("This lot is not watched")).to_be_visible()
    page.get_by_label("Max bid, $").fill("9")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.locator(".lot-page")).to_be_visible()


@SIZES
def test_money(tab, house):
    """Stakes, limits by scope, rates with a place, the ledger with its files, groups."""
    page, api = tab.page, house.installation.api
    lot = house.lot("Router table", 4000)
    house.watch(lot, 20, arm=True)
    tab.says(lot, "winning")
    group = api.post("/api/groups", json={"name": f"Routers {page.viewport_size['width']}", "wanted": 1, "lots": [str(lot["id"])]}).json()[
        "group"
    ]
    tab.section("Money")
    expect(page.locator("#exposure")).to_contain_text("Router table")
    limit = page.get_by_role("textbox", name=f"Limit for the group {group['id']}")
    limit.fill("lots")
    page.get_by_role("button", name=f"Save: Limit for the group {group['id']}").click()
    expect(page.locator("#budgets")).to_contain_text("must be dollars")
    limit.fill("75.50")
    page.get_by_role("button", name=f"Save: Limit for the group {group['id']}").click()
    until(
        lambda: (
            page.wait_for_timeout(50)
            or any(one["scope"] == f"group:{group['id']}" and one["limit"] == 75.5 for one in api.get("/api/budgets").json()["budgets"])
        ),
        10,
    )
    for scope in ("everything", "the day", "the week"):
        expect(page.locator("#budgets tbody th").filter(has_text=scope).first).to_be_visible()
    page.get_by_role("textbox", name="Each new day begins with, $").fill(str(page.viewport_size["width"]))
    page.get_by_role("button", name="Save: Each new day begins with, $").click()
    until(lambda: page.wait_for_timeout(50) or page.viewport_size["width"] == api.get("/api/budgets").json()["default"]["day"], 10)
    rates = page.locator("#rates")
    rates.get_by_role("button", name="Another place").click()
    rates.get_by_label("Place").last.fill("Mesa")
    rates.get_by_label("Tax, %").last.fill("9.1")
    rates.get_by_role("button", name="Save").click()
    until(lambda: page.wait_for_timeout(50) or 9.1 == api.get("/api/rates").json()["locations"].get("Mesa", {}).get("tax"), 10)
    rates.get_by_role("button", name="Remove the rates of Mesa").click()
    rates.get_by_role("button", name="Save").click()
    until(lambda: page.wait_for_timeout(50) or "Mesa" not in api.get("/api/rates").json()["locations"], 10)
    for button, name in (("Ledger as CSV", "bidwright-ledger.csv"), ("Receipts as CSV", "bidwright-receipts.csv")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert name == download.value.suggested_filename
    page.locator("#ledger").get_by_label("Money").select_option("dry")
    expect(page.locator("#ledger")).to_contain_text("Nothing has ended yet")
    well(tab, "money")
    page.get_by_role("button", name=f"Remove the group “{group['name']}”?").click()
    page.locator("#ask").get_by_role("button", name="Remove").click()
    expect(page.locator("#groups")).not_to_contain_text(group["name"])
