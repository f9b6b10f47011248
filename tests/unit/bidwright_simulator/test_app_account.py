"""Sessions of the site, and the lists of an account's lots."""

from visitor import bid, manners

from bidwright.turbo_stream import Opaque, decode
from bidwright_simulator.site import Wish


async def test_a_session_is_signed_and_ends(client, here, clock, cookie):
    """
    A forged or expired cookie is no session; ending all sessions ends them at once.
    """
    assert (await client.get("/account", headers=cookie)).status_code == 200
    assert (await client.get("/account", headers={"Cookie": cookie["Cookie"][:-3]})).status_code == 302
    assert (await client.get("/account", headers={"Cookie": "__session=x.y"})).status_code == 302
    clock.advance(15 * 24 * 3600)
    assert (await client.get("/account", headers=cookie)).status_code == 302
    fresh = {"Cookie": here.cookie()}
    await client.post("/__sim/session", json={"expire": True})
    assert (await client.get("/account", headers=fresh)).headers["location"] == "/login?redirectTo=/account"


async def test_logging_in(client):
    """
    The form answers with the cookie, and wrong words with a sentence; a foreign address is not followed.
    """
    wrong = await client.post("/login", data={"email": "demo@example.invalid", "password": "x"})
    right = await client.post("/login", data={"email": "demo@example.invalid", "password": "demo", "redirectTo": "//elsewhere.invalid"})

    assert "is not right" in wrong.text
    assert (303, "/") == (right.status_code, right.headers["location"])
    assert (await client.get("/account", headers={"Cookie": right.headers["set-cookie"].split(";")[0]})).status_code == 200
    assert "Max-Age=0" in (await client.post("/logout")).headers["set-cookie"]


async def test_the_accounts_lots(client, here, clock, lot, cookie):
    """
    Active holds what was bid on or is watched, lost and purchases what came of it.
    """
    lost, watched, other = (here.site.open_lot(Wish(120, rivals=[], early=early)) for early in ([90], [], []))
    await bid(client, lot, 20, cookie)
    await bid(client, lost, 5, cookie)
    await client.post(f"/__sim/lots/{watched.id}", json={"watch": True})

    async def ids(which):
        reply = await client.get(f"/dashboard/auctions/{which}", params={"_data": f"routes/dashboard.auctions.{which}"}, headers=cookie)
        return {record["id"] for record in reply.json()["myAuctions"]["records"]}

    assert {lot.id, lost.id, watched.id} == await ids("active")
    assert other.id not in await ids("all")
    clock.advance(200)
    assert set() == await ids("active")
    assert {lost.id} == await ids("lost")
    bought = await client.get("/dashboard/purchases", params={"_data": "routes/dashboard.purchases"}, headers=cookie)
    (record,) = bought.json()["purchases"]["records"]
    assert (lot.id, 15, 15) == (record["productId"], record["amount"], record["buyerPremiumPercent"])
    assert "Won" in (await client.get("/dashboard/purchases", headers=cookie)).text


async def test_nested_and_logged_out_dashboards(client, here, lot, cookie):
    """
    The list may stand one level deeper; without a session loader and single fetch redirect in their own ways.
    """
    url, route = "/dashboard/auctions/active", "routes/dashboard.auctions.active"
    manners(here, nested_auctions=True)
    nested = (await client.get(url, params={"_data": route}, headers=cookie)).json()
    loader = await client.get(url, params={"_data": route})
    single = await client.get(f"{url}.data")

    assert [] == nested["data"]["myAuctions"]["records"]
    assert (204, "/login?redirectTo=/dashboard/auctions/active") == (loader.status_code, loader.headers["x-remix-redirect"])
    assert single.status_code == 202
    assert isinstance(decode(single.text), Opaque)
    assert (await client.get("/dashboard/auctions/none", headers=cookie)).status_code == 404
    manners(here, dashboard=False)
    assert (await client.get(url, headers=cookie)).status_code == 404
