"""
The extension on pages, the site's and its own, in a real Chromium: where they change under it, what it marks on them, and who can use it.

Pictures go to the folder BIDWRIGHT_SHOTS, for looking at and for docs/extension.md; without it to a folder of the test run.
"""

import json

import pytest
from extension_browser import SITE
from extension_scene import AXE, Scene
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(240), pytest.mark.xdist_group("extension")]
SERIOUS = {"serious", "critical"}


def test_pages_that_change_under_it(ready: Scene) -> None:
    """In-site moves, a main part that is replaced, a panel that is thrown out, and a page without a price."""
    first, second = ready.lot("Blender"), ready.lot("Desk lamp")
    ready.watch(second, cap=33)
    page = ready.visit(first)
    panel = ready.panel(page)
    expect(panel.locator(".head .say").filter(visible=True)).to_contain_text("Not watched")
    page.evaluate("document.querySelector('bidwright-panel').remove()")
    expect(panel).to_have_count(1)
    page.evaluate(
        """async path => { history.pushState({}, '', path); const text = await (await fetch(path)).text();
        document.querySelector('main').replaceWith(new DOMParser().parseFromString(text, 'text/html').querySelector('main')); }""",
        f"/p/y/{second['id']}",
    )
    expect(panel.locator(".head .muted").filter(visible=True)).to_contain_text("max $33")
    page.evaluate("document.querySelector('main').replaceChildren(Object.assign(document.createElement('h1'), {textContent: 'New look'}))")
    expect(panel.locator(".note")).to_contain_text("no price is found on it")
    ready.shoot(page, "lot-misfit")


def test_watched_lots_are_marked_on_lists(ready: Scene) -> None:
    """The front page and search results show which lots are watched and how they stand, and nothing moves for it."""
    lot = ready.lot("Marked bicycle")
    page = ready.browser.open("/")
    place = "() => JSON.stringify([...document.querySelectorAll('a.tile')].map(e => e.getBoundingClientRect().toJSON()))"
    page.wait_for_timeout(1500)
    before = page.evaluate(place)
    ready.watch(lot)
    expect(page.locator("bidwright-marks .mark").filter(has_text="watching").first).to_be_visible()
    assert before == page.evaluate(place)
    ready.shoot(page, "marks")
    page.goto(f"{SITE}/search?query=bicycle")
    expect(page.locator("bidwright-marks .mark").first).to_be_visible()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; run npm ci in extension/")
def test_no_barrier_that_axe_finds(ready: Scene) -> None:
    """Panel, side panel, popup, options and the page that asks: nothing serious, in light and dark."""
    lot = ready.lot("Vacuum cleaner")
    ready.watch(lot)
    found: list[str] = []
    for path in (
        "popup/popup.html",
        "sidepanel/sidepanel.html",
        "options/options.html",
        f"confirm/confirm.html?do=raise&lot={lot['id']}",
        f"/p/x/{lot['id']}",
    ):
        page = ready.browser.open(path)
        page.wait_for_timeout(2500)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_timeout(300)
            found += [f"{path} {scheme}: {issue}" for issue in barriers(ready, page)]
        page.close()

    assert [] == found


def barriers(scene: Scene, page: Page) -> list[str]:
    """What axe finds serious; on the site's pages only in what is ours. It runs in a world that no page's policy binds."""
    session = scene.browser.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    session.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8"), "contextId": world})
    where = "{include: [['bidwright-panel']]}" if page.url.startswith("https:") else "document"
    told = "r.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.html.slice(0, 160))])"
    asked = f"axe.run({where}, {{resultTypes: ['violations']}}).then(r => JSON.stringify({told}))"
    ran = session.send("Runtime.evaluate", {"expression": asked, "contextId": world, "awaitPromise": True, "returnByValue": True})
    session.detach()
    return [f"{name} {nodes}" for impact, name, nodes in json.loads(ran["result"]["value"]) if impact in SERIOUS]
