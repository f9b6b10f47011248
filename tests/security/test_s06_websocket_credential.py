"""S06: a WebSocket's credential comes in its first message or as a subprotocol that is never given back, never in the address."""

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bidwright_gateway.testing import TOKEN, Wire, wired


@pytest.mark.parametrize("version", ["", "?v=2"])
async def test_as_a_subprotocol(gateway, version):
    """The marker is given back, the token is not."""
    async with connect(gateway.ws + version, subprotocols=[Subprotocol("bidwright"), Subprotocol(TOKEN)]) as socket:
        wire = Wire(socket)
        assert "bidwright" == socket.subprotocol
        assert TOKEN not in str(socket.response.headers)
        assert (await wire.until(lambda frame: frame["type"] == "authenticated"))["success"]


@pytest.mark.parametrize("query", ["token={}", "v=2&token={}", "authorization={}"])
async def test_never_in_the_address(gateway, query):
    """It opens nothing there."""
    async with wired(f"{gateway.ws}?{query.format(TOKEN)}", token=None) as wire:
        assert "Not authenticated" == (await wire.ask("getMonitoredAuctions"))["error"]
