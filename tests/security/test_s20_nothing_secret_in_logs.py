"""S20: at the most talkative level nothing secret is logged, measured, traced or stored in clear, also where something breaks."""

import asyncio
import os
import sys

import httpx
from websockets.asyncio.client import connect

from bidwright_gateway.testing import LOT, SITE, Wire
from bidwright_gateway.testing_devices import pair

TOKEN = "canary-token-9b2e1c"
COOKIE = "canary-cookie-77ad"


async def _until_it_answers(url):
    async with httpx.AsyncClient(base_url=url) as client:
        while True:
            try:
                if (await client.get("/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass


async def test_a_gateway_at_debug(engine, store, tmp_path, free_port):
    """A process of its own is used in every way, rightly and wrongly; its output is searched for all that was secret."""
    log = tmp_path / "log"
    env = {**os.environ, "REDIS_URL": engine.url, "PORT": str(free_port), "AUTH_TOKEN": TOKEN, "BIDWRIGHT_DATA_DIR": str(tmp_path)}
    env |= {"NELLIS_BASE_URL": SITE, "BIDWRIGHT_LOG_LEVEL": "debug", "NELLIS_PROXY_ADDR": "127.0.0.1:1", "BIDDER_ADDR": "127.0.0.1:1"}
    env |= {"ENABLE_DISTRIBUTED_TRACING": "true", "BIDWRIGHT_LOG_FORMAT": "json"}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bidwright_gateway", env=env, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{free_port}"
    try:
        async with asyncio.timeout(20):
            await _until_it_answers(url)
        device = await pair(url, TOKEN)
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20) as client:
            await client.post("/api/auth", json={"cookies": f"__session={COOKIE}"})
            await client.get("/api/auctions", headers={"Authorization": device.token})
            await client.post(f"/api/auctions/{LOT}/bid", json={"amount": "1"}, headers={"X-Canary": TOKEN})
            await client.get(f"/api/auctions?token={TOKEN}")
            await client.get("/api/auctions", headers={"traceparent": TOKEN, "X-Canary": COOKIE})
            await client.get(f"/api/x/{TOKEN}/{COOKIE}")
            metrics = (await client.get("/metrics")).text
            await store.set("bw:groups", "no set at all")  # what reads it breaks
            assert (await client.get("/api/groups")).status_code >= 500
        async with httpx.AsyncClient(base_url=url, auth=device) as client:
            await client.get("/api/devices")
        async with connect(f"ws://127.0.0.1:{free_port}/ws?v=2") as socket:
            wire = Wire(socket)
            await wire.tell({"type": "authenticate", "token": TOKEN})
            await wire.until(lambda frame: frame["type"] == "snapshot")
    finally:
        process.terminate()
        await process.wait()
    told = log.read_text("utf-8")
    dump = repr([await store.dump(key) for key in await store.keys("*")])
    assert "gateway.opened" in told
    assert "span.ended" in told
    assert "bidwright_transition_seconds" in metrics
    text = f"{told}\n{metrics}\n{dump}"
    assert [] == [
        name
        for name, value in {"token": TOKEN, "cookie": COOKIE, "key": device.key.hex(), "device": device.token[40:]}.items()
        if value in text
    ]
