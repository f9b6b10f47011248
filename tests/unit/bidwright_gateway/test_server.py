"""The gateway's socket."""

import asyncio
import socket

import pytest

import bidwright_gateway.server
import bidwright_simulator.server
from bidwright_gateway.settings import GatewaySettings


def own():
    return bidwright_gateway.server.listen(GatewaySettings(PORT=0, AUTH_TOKEN="x" * 32))


def site():
    return bidwright_simulator.server.listen("127.0.0.1", 0)


@pytest.mark.parametrize("listen", [own, site])
async def test_an_answer_in_two_pieces_waits_for_no_acknowledgement(listen):
    """
    Head and body are written one after the other; with Nagle's algorithm the second waits up to 40 ms for a delayed acknowledgement.
    """
    found = asyncio.get_running_loop().create_future()

    async def accepted(_reader, writer):
        found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listen() as sock:
        server = await asyncio.start_server(accepted, sock=sock)
        async with server:
            _, writer = await asyncio.open_connection(*sock.getsockname()[:2])
            assert 1 == await found
            writer.close()
