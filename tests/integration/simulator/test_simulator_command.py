"""The simulated site as a command of its own."""

import asyncio
import os
import re
import signal
import sys

import httpx
import pytest

from bidwright_simulator.server import listen

pytestmark = pytest.mark.integration


async def start(*options):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bidwright_simulator",
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_COLOR": "1"},
    )


async def test_the_command_keeps_its_sale(tmp_path):
    """
    It says where it serves, ends at once on a signal though a stream is open, and the next run has the same lots.
    """
    options = ("--demo", "--port", "0", "--state", str(tmp_path / "sale.json"))
    ids = []
    for stop in (signal.SIGTERM, signal.SIGINT):
        process = await start(*options)
        line = (await process.stdout.readline()).decode()
        url = re.search(r"http://\S+", line)[0]
        async with httpx.AsyncClient(base_url=url) as client:
            ids.append([lot["lotId"] for lot in (await client.get("/__sim/demo")).json()["watch"]])
            async with client.stream("GET", f"/live-products?productId={ids[0][0]}") as stream:
                assert await anext(stream.aiter_lines())
                process.send_signal(stop)
                _, said = await process.communicate()
        assert "30 open lots" in line
        assert said == b""

    assert process.returncode == 0
    assert ids[0] == ids[1]
    assert len(ids[0]) == 30


async def test_a_port_in_use_is_a_sentence():
    """
    The second on a port says what to do and ends with 1.
    """
    taken = listen("127.0.0.1", 0)
    process = await start("--port", str(taken.getsockname()[1]))
    _, said = await process.communicate()
    taken.close()

    assert process.returncode == 1
    assert b"is in use; stop what runs there or choose another with --port." in said
