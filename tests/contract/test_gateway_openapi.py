"""The OpenAPI of the gateway is true: generated requests get only answers that it describes, and never a 500."""

import asyncio
import json
import os
import sys
from pathlib import Path

import jsonschema_rs
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # market.py, the site and the neighbours
from market import Market, neighbours

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.schemas import example, schemas
from bidwright_gateway.testing import SITE, TOKEN, running
from bidwright_gateway.testing_devices import pair

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,"
    "ignored_auth,unsupported_method,use_after_free"
)
SECONDS = int(os.environ.get("BIDWRIGHT_SCHEMATHESIS_S", "6"))
PHASES = "examples,fuzzing,stateful" + (",coverage" if SECONDS > 60 else "")
HIGH = {"API_RATE_LIMIT_MAX": 10**6, "AUTH_RATE_LIMIT_MAX": 10**6, "BID_RATE_LIMIT_MAX": 10**6}


async def credential(form, url):
    """What is shown as Authorization."""
    return {"bare": TOKEN, "Bearer": f"Bearer {TOKEN}"}.get(form) or (await pair(url, TOKEN)).token


@pytest.mark.timeout(SECONDS * 6 + 90)
@pytest.mark.parametrize("form", ["bare", "Bearer", "device"])
async def test_generated_requests_find_no_fault(engine, redis, tmp_path, form):
    """
    Every operation is tried for some seconds with a fixed seed, by examples, at random and in turn, with each form of credential.

    Beside the gateway are the real bidder and the real poller. (BIDWRIGHT_SCHEMATHESIS_S=300: longer, and then systematically, too.)
    """
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    around = neighbours(engine.url)
    async with running(engine.url, Market(Transitions(redis)), around, BIDWRIGHT_DATA_DIR=tmp_path, **HIGH) as made:
        line = ["run", f"{made.url}/openapi.json", "-H", f"Authorization: {await credential(form, made.url)}", "--checks", CHECKS]
        line += ["--phases", PHASES, "-n", "4", "--seed", "1", "--max-time", str(SECONDS)]
        if form == "device":  # else it lets itself go, and is a stranger from then on
            line += ["--exclude-path", "/api/devices/{device_id}"]
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "schemathesis"),
            *line,
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        sys.stdout.write(out.decode()[-6000:])  # pytest -s or -rP shows what was tried
    assert 0 == process.returncode


async def test_every_example_fits_its_schema():
    """What a reader copies is right."""
    whole = {"components": {"schemas": schemas()}}
    for name in schemas():
        schema = {"$ref": f"#/components/schemas/{name}", **whole}
        jsonschema_rs.validator_for(schema).validate(example({"$ref": f"#/components/schemas/{name}"}))


@pytest.fixture
def described():
    """The committed copy, which another test holds against the code."""
    return json.loads((Path(__file__).resolve().parents[2] / "docs/api/openapi.json").read_text("utf-8"))


def test_every_status_has_a_schema(described):
    """And an example; those without a body are 304 and what plugins answer in a form of their own."""
    shared = described["components"]["responses"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                content = shared[response["$ref"].rpartition("/")[2]]["content"] if "$ref" in response else response.get("content", {})
                assert content or status == "304", (method, path, status)
                for kind, told in content.items():
                    assert told["schema"], (method, path, status)
                    assert "example" in told or not kind.endswith("json"), (method, path, status)


def test_no_answer_is_just_any_object(described):
    """Each success names a type of ours."""
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            told = operation["responses"]["200"]["content"].get("application/json")
            assert told is None or "$ref" in told["schema"], (method, path)
