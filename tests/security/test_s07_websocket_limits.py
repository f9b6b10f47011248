"""S07: who is silent, loud, long or revoked is let go; the others notice nothing."""

import asyncio

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bidwright_gateway.testing import TOKEN, Wire, wired


async def follow(gateway, device=None):
    """An authenticated connection of the new protocol."""
    wire = Wire(await connect(f"{gateway.ws}?v=2", max_size=None))
    host = f"127.0.0.1:{gateway.port}"
    await wire.tell(device.first_message(host, "/ws?v=2") if device else {"type": "authenticate", "token": TOKEN})
    return wire


async def ended(wire):
    """The code and reason with which it was closed."""
    try:
        while True:
            await wire.next()
    except ConnectionClosed as closed:
        return closed.rcvd.code, closed.rcvd.reason


async def test_the_silent_are_let_go(gateway):
    """In the new protocol after three seconds."""
    async with wired(f"{gateway.ws}?v=2", token=None) as silent:
        assert (1008, "Authenticate within 3 seconds") == await ended(silent)


async def test_a_flood_ends_its_own_connection(gateway):
    """1008; another client is answered as before."""
    async with wired(gateway.ws) as other:
        loud = await follow(gateway)
        for _ in range(200):
            await loud.tell({"type": "ping"})
        assert 1008 == (await ended(loud))[0]
        await other.tell({"type": "ping"})
        assert {"type": "pong"} == await other.until(lambda frame: frame["type"] == "pong")


async def test_a_long_message_is_refused(gateway):
    """64 KiB in the new protocol; the existing one has its own limit."""
    wire = await follow(gateway)
    await wire.tell({"type": "ping", "more": "x" * 70_000})
    assert 1009 == (await ended(wire))[0]


async def test_a_device_has_eight_connections(gateway, device):
    """The ninth is refused, the eight go on."""
    wires = [await follow(gateway, device) for _ in range(8)]
    for wire in wires:
        assert (await wire.until(lambda frame: frame["type"] == "authenticated"))["success"]
    assert 1008 == (await ended(await follow(gateway, device)))[0]
    assert "response" == (await wires[0].ask("getMonitoredAuctions"))["type"]
    for wire in wires:
        await wire.socket.close()


async def test_a_revoked_device_hears_nothing_more(gateway, device, owner):
    """Within a second, although it says nothing."""
    wire = await follow(gateway, device)
    await wire.until(lambda frame: frame["type"] == "snapshot")
    await owner.delete(f"/api/devices/{device.id}")
    async with asyncio.timeout(5):
        assert (1008, "This device was revoked") == await ended(wire)


async def test_two_hundred_that_say_nothing_keep_nobody_out(gateway):
    """The oldest of them goes; a client with the token comes in."""
    silent = [await connect(gateway.ws) for _ in range(205)]
    async with wired(gateway.ws) as wire:
        assert "response" == (await wire.ask("getMonitoredAuctions"))["type"]
    await asyncio.gather(*(socket.close() for socket in silent))
