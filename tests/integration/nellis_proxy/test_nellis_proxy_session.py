"""The owner's session: kept sealed, checked, and never seen again."""

import asyncio

import grpc.aio
import pytest

from bidwright import errors
from bidwright.runtime.rpc import error_of
from bidwright_nellis_proxy.seal import Seal
from bidwright_proto.v1 import site_pb2

DEMO = "demo@example.invalid"


async def sync(running, cookies):
    """The owner syncs what the browser has."""
    return await running.stub.SetSession(site_pb2.SetSessionRequest(cookies=cookies))


async def check(running):
    """Somebody asks whether the session stands."""
    return await running.stub.CheckSession(site_pb2.CheckSessionRequest())


def fresh(sim):
    """A Cookie header with a session the site knows."""
    return f"__public=x; __session={sim.accounts.open(DEMO, sim.now())}"


async def test_a_good_session(house, sim):
    """Checked with one read, then ok for every replica."""
    running, other = await house.start(), await house.start()
    assert "missing" == (await check(running)).state
    reply = await sync(running, fresh(sim))
    assert ("ok", True) == (reply.state, reply.checked_at_ms > 0)
    assert "ok" == (await check(other)).state
    assert await other.proxy.parts.session.cookie() == await running.proxy.parts.session.cookie()


@pytest.mark.parametrize(
    "cookies",
    [
        "",
        "a=b",
        "__session=",
        "session=x",
        "__sessionx=1",
        "__session=a b",
        '__session="x"',
        "__session=a\r\nX-Evil: 1",
        "__session=" + "x" * 5000,
    ],
)
async def test_no_session_in_it(house, sim, cookies):
    """What has no usable __session is refused with a sentence, and nothing is asked or kept."""
    running = await house.start()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await sync(running, cookies)
    assert isinstance(error_of(caught.value), errors.BadInput)
    assert (0, {}) == (sim.ledger.requests, await house.records.session())


@pytest.mark.parametrize("logged_out", ["redirect", "401", "403", "login"])
async def test_a_bad_session(house, sim, logged_out):
    """However the site says so, a session it does not know is expired."""
    sim.settings = sim.settings.changed({"logged_out": logged_out})
    running = await house.start()
    reply = await sync(running, "__session=unknown")
    assert "expired" == reply.state
    assert "log in" in reply.why
    assert await running.proxy.parts.session.cookie() is None


async def test_site_down_while_checking(house, sim):
    """A session that cannot be checked is unchecked, and checked by itself when the site is back."""
    running = await house.start()
    fault = sim.faults.add({"kind": "status", "on": ["account"]}, sim.now())
    assert "unchecked" == (await sync(running, fresh(sim))).state
    sim.faults.active.remove(fault)
    for _ in range(100):
        if (await house.records.session())["state"] == "ok":
            break
        await asyncio.sleep(0.05)
    assert "ok" == (await house.records.session())["state"]


async def test_site_down_says_nothing_about_a_good_session(house, sim):
    """A check that does not reach the site changes nothing."""
    running = await house.start()
    await sync(running, fresh(sim))
    sim.faults.add({"kind": "status", "on": ["account"]}, sim.now())
    assert "ok" == (await check(running)).state


async def test_a_false_alarm_heals_by_itself(house, sim):
    """After one logged-out sign bidding stops at once; a check proves the session and it goes on."""
    running = await house.start()
    await sync(running, fresh(sim))
    session = running.proxy.parts.session
    session._checked = float("-inf")
    await session.lost(await session.cookie(), "a sign")
    assert "expired" == (await house.records.session())["state"]
    for _ in range(100):
        if (await house.records.session())["state"] == "ok":
            break
        await asyncio.sleep(0.05)
    assert "ok" == (await house.records.session())["state"]


async def test_a_sign_about_an_older_session(house, sim):
    """An answer to the cookie before says nothing about the new one."""
    running = await house.start()
    await sync(running, fresh(sim))
    old = await running.proxy.parts.session.cookie()
    await sync(running, fresh(sim))
    await running.proxy.parts.session.lost(old, "a sign")
    await running.proxy.parts.session.doubt(old, "a sign")
    assert "ok" == (await house.records.session())["state"]


async def test_wrong_key(house, sim):
    """Another key means signed out, in words; the right key again means signed in."""
    running = await house.start()
    await sync(running, fresh(sim))
    wrong = await house.start(secret_key="another")
    assert "unreadable" == (await check(wrong)).state
    assert await wrong.proxy.parts.session.cookie() is None
    right = await house.start()
    assert "ok" == (await check(right)).state


async def test_exchanged_key(house, sim):
    """With a new key before the old one the session is sealed anew."""
    await sync(await house.start(), fresh(sim))
    both = await house.start(secret_key="new key")
    assert "ok" == (await check(both)).state
    record = await house.records.session()
    assert Seal(["new"]).kid == record["kid"]
    assert Seal(["new"]).open(record["sealed"], record["kid"])


@pytest.mark.parametrize("sealed", ["garbage", "AAAA", ""])
async def test_corrupt_record(house, sim, sealed):
    """What cannot be opened is signed out, not a crash."""
    await house.transitions.session("ok", "", (sealed, Seal(["key"]).kid))
    running = await house.start()
    assert (await check(running)).state in ("unreadable", "ok")
    assert await running.proxy.parts.session.cookie() is None
