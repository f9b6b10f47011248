"""The OpenAPI of the gateway is true: generated requests get only answers that it describes, and never a 500."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bidwright.runtime.init import initialise
from bidwright_gateway.testing import TOKEN, running

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,"
    "ignored_auth,unsupported_method,use_after_free"
)
SECONDS = int(os.environ.get("BIDWRIGHT_SCHEMATHESIS_S", "6"))
PHASES = "examples,fuzzing,stateful" + (",coverage" if SECONDS > 60 else "")
AWAY = [
    "/api/polling-queue",
    "/api/strategies",
    "/api/strategies/try",
    "/api/plugins",
    "/api/plugins/{name}/enable",
    "/api/auctions/{lot_id}/forecast",
]
"""These ask services that are away here; their 503 is right and would be taken for a server error."""


@pytest.mark.timeout(SECONDS * 4 + 60)
@pytest.mark.parametrize("token", [TOKEN, f"Bearer {TOKEN}"])
async def test_generated_requests_find_no_fault(engine, redis, tmp_path, token):
    """
    Every operation is tried for some seconds with a fixed seed, by examples, at random and in turn, with both forms of the token.

    (BIDWRIGHT_SCHEMATHESIS_S=300: longer, and then systematically, too.)
    """
    await initialise(redis, data_dir=tmp_path, site="http://127.0.0.1:9900", live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    high = {"API_RATE_LIMIT_MAX": 10**6, "AUTH_RATE_LIMIT_MAX": 10**6, "BID_RATE_LIMIT_MAX": 10**6}
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, BIDWRIGHT_BID_WAIT_SECONDS=0.2, **high) as made:
        line = ["run", f"{made.url}/openapi.json", "-H", f"Authorization: {token}", "--checks", CHECKS, "--phases", PHASES]
        line += ["-n", "4", "--seed", "1", "--max-time", str(SECONDS), *(part for path in AWAY for part in ("--exclude-path", path))]
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "schemathesis"),
            *line,
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
    assert 0 == process.returncode, out.decode()[-4000:]
