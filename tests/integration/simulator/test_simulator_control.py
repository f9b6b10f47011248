"""The simulated site's control side, through a real socket: lots, ledger, faults and clock."""

import pytest
from site_orders import fault, place

pytestmark = pytest.mark.integration


async def test_control_of_lots(client, site):
    """
    Lots are opened and changed by orders; what is wrong with an order is said.
    """
    order = {
        "count": 3,
        "first_close_s": 60,
        "spacing_s": 5,
        "title": 'A 9" (x)',
        "retail": 12.5,
        "rivals": [{"kind": "proxy", "limit": 9}],
        "early": [4],
    }
    made = (await client.post("/__sim/lots", json=order)).json()["lots"]
    first = made[0]["id"]
    url = f"/__sim/lots/{first}"

    assert [60, 65, 70] == [round(lot["closes_in_s"]) for lot in made]
    assert (12.5, 'A 9" (x)', 4) == (made[0]["retail"], made[0]["title"], made[0]["maximum"])
    assert (await client.post(url, json={"price": 50})).json()["price"] == 50
    assert (await client.post(url, json={"withdraw": "leader"})).json()["bidCount"] == 0
    assert (await client.post(url, json={"word": "paused", "blocked": True})).json()["status"] == "paused"
    assert round((await client.post(url, json={"close_in_s": 9})).json()["closes_in_s"]) == 9
    assert (await client.post("/__sim/rival-bid", json={"lot": made[1]["id"]})).json()["outcome"] == "outbid"
    assert (await client.get("/__sim/lots/1")).status_code == 404
    assert "colour" in (await client.post(url, json={"colour": 1})).json()["error"]
    assert "size" in (await client.post("/__sim/lots", json={"size": 1})).json()["error"]
    assert "shark" in (await client.post("/__sim/lots", json={"rivals": [{"kind": "shark", "limit": 3}]})).json()["error"]
    assert (await client.post("/__sim/lots", content="[]")).status_code == 400
    assert (await client.post("/__sim/lots", content="{")).status_code == 400
    assert 3 == len((await client.get("/__sim/state")).json()["lots"])


async def test_ledger_and_summary(client, site, lot):
    """
    Every request and bid is told with its time, but not the control's own; the summary says who won and how hard it was.
    """
    session = (await client.post("/__sim/session")).json()
    cookie = {"Cookie": session["cookie"]}
    await client.get(lot.path, headers=cookie)
    await place(client, lot, 20, cookie)
    await client.post(f"/__sim/lots/{lot.id}", json={"close_now": True})
    entries = (await client.get("/__sim/ledger")).json()
    rest = (await client.get("/__sim/ledger", params={"since": entries["cursor"]})).json()
    summary = (await client.get("/__sim/summary")).json()

    assert [("request", "page"), ("request", "bids"), ("bid", None)] == [(entry["what"], entry.get("kind")) for entry in entries["entries"]]
    assert {session["userId"]} == {entry["user"] for entry in entries["entries"]}
    assert entries["entries"][0]["bytes"] > 3000
    assert [] == rest["entries"]
    assert [1] == [len((await client.get("/__sim/ledger", params={"what": "bid", "lot": lot.id})).json()["entries"])]
    assert (1, 0, 2, 2) == (summary["won"], summary["lost"], summary["requests"], summary["max_requests_in_a_second"])
    assert (True, 15, 1, 20) == tuple(summary["lots"][0][name] for name in ("won", "hammer", "our_bids", "our_highest"))


async def test_faults_and_clock_are_listed_and_undone(client, site):
    """
    What is in force can be seen and taken away; the clock says how far it is off.
    """
    made = await fault(client, kind="slow", on=["page"], lots=[7], count=3, seconds=60)
    assert [made] == (await client.get("/__sim/faults")).json()["faults"]
    assert (await client.delete(f"/__sim/faults/{made['id']}")).json() == {"removed": 1}
    for wrong in (
        {"kind": "flood"},
        {"kind": "format", "params": {"format": "xml"}},
        {"kind": "slow", "params": {"ms": "long"}},
        {"kind": "session", "params": {"form": "418"}},
        {"kind": "refusal", "params": {"type": "rude"}},
    ):
        assert (await client.post("/__sim/faults", json=wrong)).status_code == 400
    assert "'lot' is missing" in (await client.post("/__sim/rival-bid", json={})).json()["error"]
    assert [] == (await client.get("/__sim/faults")).json()["faults"]
    assert (await client.post("/__sim/clock", json={"skew_ms": 2500})).json()["skew_ms"] == 2500
    assert (await client.get("/__sim/clock")).json()["skew_ms"] == 2500
