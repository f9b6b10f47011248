"""What clients may rely on is written down, and a change that would break them is found."""

import copy
import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("tools_api", ROOT / "tools/api.py")
api = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(api)
LIST, WATCH = "/api/auctions", "/api/auctions/{lot_id}/monitor"


@pytest.fixture
def openapi():
    """The committed copy."""
    return json.loads((ROOT / "docs/api/openapi.json").read_text("utf-8"))


@pytest.fixture
def websocket():
    """The committed copy."""
    return json.loads((ROOT / "docs/api/websocket.json").read_text("utf-8"))


async def test_the_pages_are_up_to_date(openapi, websocket):
    """They are made from the code (tools/api)."""
    assert openapi == json.loads(json.dumps(await api.openapi()))
    assert websocket == json.loads(json.dumps(api.websocket()))
    assert (ROOT / "docs/api/websocket.md").read_text("utf-8") == api.page(api.websocket())


def _route_gone(new):
    del new["paths"][LIST]["get"]


def _field_gone(new):
    del new["components"]["schemas"]["Auction"]["properties"]["title"]


def _type_changed(new):
    new["components"]["schemas"]["LotData"]["properties"]["currentBid"]["type"] = "string"


def _more_needed(new):
    new["paths"][WATCH]["post"]["requestBody"]["content"]["application/json"]["schema"]["required"].append("reason")


def _query_needed(new):
    new["paths"][LIST]["get"].setdefault("parameters", []).append({"in": "query", "name": "since", "required": True})


def _token_needed(new):
    new["paths"]["/api/pairing/claim"]["post"]["security"] = [{"token": []}]


@pytest.mark.parametrize("change", [_route_gone, _field_gone, _type_changed, _more_needed, _query_needed, _token_needed])
def test_what_breaks_is_found(openapi, change):
    """Taken away, changed, or asked for in addition."""
    new = copy.deepcopy(openapi)
    change(new)
    assert list(api.breaks_openapi(openapi, new))


def test_what_is_added_breaks_nothing(openapi, websocket):
    """A route, a field that is given, a field that may be sent."""
    new, spoken = copy.deepcopy(openapi), copy.deepcopy(websocket)
    new["paths"]["/api/new"] = new["paths"][LIST]
    new["components"]["schemas"]["Auction"]["properties"]["mood"] = {"type": "string"}
    spoken["components"]["schemas"]["Ping"]["properties"]["mood"] = {"type": "string"}
    assert [] == [*api.breaks_openapi(openapi, new), *api.breaks_websocket(websocket, spoken)]


def test_what_breaks_over_the_websocket_is_found(websocket):
    """A message that is gone, a field that must be sent, one that is not told any more."""
    gone, needed, untold = (copy.deepcopy(websocket) for _ in range(3))
    gone["incoming"].remove("Halt")
    needed["components"]["schemas"]["Halt"]["required"].append("why")
    del untold["components"]["schemas"]["LotEvent"]["properties"]["notes"]
    assert [1, 1, 1] == [len(list(api.breaks_websocket(websocket, new))) for new in (gone, needed, untold)]
