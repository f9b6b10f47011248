"""S04: the right Origin without a credential opens nothing but probes and pairing."""

import pytest

from bidwright_gateway.testing import EXTENSION

OPEN = {"/health", "/health/live", "/health/ready", "/health/history", "/metrics", "/api/config", "/api/pairing/claim"}


async def test_every_route_asks_who_is_there(gateway, stranger):
    """As the OpenAPI lists them; none answers with more than 401."""
    paths = (await stranger.get("/openapi.json")).json()["paths"]
    found = {}
    for path, operations in paths.items():
        if path in OPEN or path == "/api/pairing/{device_id}":
            continue
        for method in operations:
            reply = await stranger.request(method, path.replace("{", "").replace("}", ""), headers={"Origin": EXTENSION})
            found[method, path] = reply.status_code
    assert len(found) > 50
    assert {401} == set(found.values()), {name: code for name, code in found.items() if code != 401}


@pytest.mark.parametrize("where", ["?token={token}", "?authorization={token}", "?access_token={token}"])
async def test_a_token_in_the_address_counts_for_nothing(stranger, where):
    """It would end up in logs and histories."""
    assert 401 == (await stranger.get("/api/auctions" + where.format(token="test-token"))).status_code


async def test_a_cookie_counts_for_nothing(stranger):
    """Browsers send cookies by themselves."""
    reply = await stranger.get("/api/auctions", headers={"Cookie": "token=test-token; Authorization=test-token"})
    assert (401, []) == (reply.status_code, reply.headers.get_list("set-cookie"))
