"""Routes of plugins: under their own address, described like ours, and left out when anything is wrong."""

import httpx
import pytest
from fastapi import FastAPI

from bidwright_gateway.dress import is_doors
from bidwright_gateway.extra import add_extra

ROUTES = """
@hookimpl
def register_routes(api, around):
    {how}
"""
COUNT = "api.get('/count')(lambda: around)"


def app(plugins, around=None):
    """An application with one route of ours and those of the plugins."""
    made = FastAPI()
    made.get("/api/status")(lambda: "ours")
    add_extra(made, plugins, around)
    return made


async def ask(made, path):
    """The answer to a GET."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://gateway") as http:
        return await http.get(path)


async def test_register_routes_adds_under_the_plugins_own_address(installed):
    """
    Nothing of ours can be shadowed, whatever the path; the OpenAPI names it, with the errors that every route has.
    """
    made = app(installed(my_plugin=ROUTES.format(how="api.get('/api/status')(lambda: around)")), {"lots": 3})

    assert "ours" == (await ask(made, "/api/status")).json()
    assert {"lots": 3} == (await ask(made, "/api/x/my-plugin/api/status")).json()
    described = made.openapi()["paths"]
    assert ["/api/status", "/api/x/my-plugin/api/status"] == sorted(described)
    assert {"200", "401", "429", "503"} <= set(described["/api/x/my-plugin/api/status"]["get"]["responses"])


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("api.get('/count')(lambda: 1); 1 / 0", "ZeroDivisionError"),
        ("api.get('count')(lambda: 1)", ""),
        ("api.websocket('/ws')(lambda socket: None)", "no HTTP operation"),
        ("api.mount('/m', lambda *_: None)", "no HTTP operation"),
        ("api.include_router(type(api)(prefix='/y'))", "no HTTP operation"),
        ("api.add_route('/plain', lambda request: None)", "no HTTP operation"),
        ("api.get('/count', openapi_extra=7)(lambda: 1)", ""),  # the OpenAPI cannot be written with it
    ],
)
async def test_what_cannot_be_used_leaves_all_routes_of_the_plugin_out(installed, how, why):
    """
    Others' routes and ours are there, and the reason is told.
    """
    plugins = installed(bad=ROUTES.format(how=how), good=ROUTES.format(how=COUNT))

    made = app(plugins, "around")

    assert ["/api/status", "/api/x/good/count"] == sorted(made.openapi()["paths"])
    assert "around" == (await ask(made, "/api/x/good/count")).json()
    assert [("bad", True)] == [(problem.plugin, why in problem.reason) for problem in plugins.problems]


async def test_a_route_added_later_leads_nowhere(installed):
    """
    What was not looked at is not served.
    """
    plugins = installed(sly=ROUTES.format(how="api.get('/count')(lambda: api.get('/later')(lambda: 1) and 'added')"))

    made = app(plugins)

    assert "added" == (await ask(made, "/api/x/sly/count")).json()
    assert 404 == (await ask(made, "/api/x/sly/later")).status_code


async def test_no_route_hides_from_the_openapi(installed):
    """
    Whatever the plugin says.
    """
    made = app(installed(sly=ROUTES.format(how="api.get('/count', include_in_schema=False)(lambda: 1)")))

    assert "/api/x/sly/count" in made.openapi()["paths"]


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        (b"Access-Control-Allow-Origin", True),
        (b"content-security-policy", True),
        (b"x-frame-options", True),
        (b"content-type", False),
        (b"content-disposition", False),
        (b"cache-control", False),
    ],
)
def test_headers_that_only_the_door_sets(header, ours):
    """
    They are taken off a plugin's answer.
    """
    assert ours == is_doors(header)
