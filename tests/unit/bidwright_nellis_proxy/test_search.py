"""Where a page may send us to search, and what its settings look like."""

import json

import httpx
import pytest

from bidwright import SystemClock
from bidwright.errors import BadInput, UpstreamChanged, UpstreamDown
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.gate import Gate, Rate
from bidwright_nellis_proxy.offset import SiteClock
from bidwright_nellis_proxy.search import Search, env_in, index_of, search_hosts
from bidwright_nellis_proxy.site import Site, client
from bidwright_proto.v1 import site_pb2

LIVE = "https://www.nellisauction.com"
HERE = "http://127.0.0.1:9900"
ENV = {"APP_PUBLIC_ALGOLIA_ID": "APP1", "APP_PUBLIC_ALGOLIA_INDEX": "lots-prd", "APP_PUBLIC_ALGOLIA_API_KEY": "made-up"}


def published(**more):
    """What a page publishes, with parts of its own."""
    return {**ENV, **{f"APP_PUBLIC_ALGOLIA_{name}": value for name, value in more.items()}}


@pytest.mark.parametrize(
    ("site", "given", "env", "base"),
    [
        (LIVE, "", published(), "https://APP1-dsn.algolia.net"),
        (LIVE, "", published(HOST="https://app1-1.algolianet.com"), "https://app1-1.algolianet.com"),
        (LIVE, "https://search.test", published(HOST="https://evil.test"), "https://search.test"),
        (HERE, "", published(HOST=f"{HERE}/"), HERE),
        (HERE, "http://127.0.0.1:9901", published(), "http://127.0.0.1:9901"),
    ],
)
def test_where_the_index_is(site, given, env, base):
    """The owner's address, else the provider's domain for the live site, else the site itself."""
    index = index_of(env, site=site, given=given, live=site == LIVE)
    assert (f"{base}/1/indexes/lots-prd/query", "APP1", "made-up") == (index.query_url, index.app, index.key)


@pytest.mark.parametrize(
    ("site", "more"),
    [
        (LIVE, {"HOST": "https://evil.test"}),
        (LIVE, {"HOST": "https://evilalgolia.net"}),
        (LIVE, {"HOST": "https://app1.algolia.net.evil.test"}),
        (LIVE, {"HOST": "https://evil.test/.algolia.net"}),
        (LIVE, {"HOST": "https://app1.algolia.net@evil.test"}),
        (LIVE, {"HOST": "https://evil.test\\.algolia.net"}),
        (LIVE, {"HOST": "http://app1.algolia.net"}),
        (LIVE, {"HOST": "https://app1.algolia.net:8443"}),
        (LIVE, {"HOST": HERE}),
        (LIVE, {"ID": "evil.test/"}),
        (LIVE, {"ID": None}),
        (LIVE, {"INDEX": "../keys"}),
        (LIVE, {"API_KEY": "two words"}),
        (LIVE, {"API_KEY": ""}),
        (HERE, {}),
        (HERE, {"HOST": "https://app1.algolia.net"}),
        (HERE, {"HOST": "http://127.0.0.1:9901"}),
        (HERE, {"HOST": "https://127.0.0.1:9900"}),
        (HERE, {"HOST": "http://127.0.0.1:9900@evil.test"}),
        (HERE, {"HOST": "//127.0.0.1:9900"}),
        (HERE, {"HOST": "http://[::"}),
    ],
)
def test_a_page_cannot_send_us_elsewhere(site, more):
    """What is missing, malformed or on another host is told as a change of the site, and nothing is asked."""
    with pytest.raises(UpstreamChanged):
        index_of(published(**more), site=site, given="", live=site == LIVE)


async def test_the_client_keeps_the_rule_by_itself():
    """Whatever was decided before, the client for the index reaches only the provider's hosts, over their usual port."""
    async with client("test", *search_hosts(LIVE, given="", live=True)) as http:
        for other in (
            LIVE,
            "https://algolia.net",
            "https://evilalgolia.net",
            "https://a.algolia.net:8443",
            "https://a.algolia.net.evil.test",
        ):
            with pytest.raises(UpstreamDown, match="refused"):
                await http.get(other)
    assert ("search.test:81",) == search_hosts(LIVE, given="http://search.test:81", live=True)
    assert ("127.0.0.1:9900",) == search_hosts(HERE, given="", live=False)


@pytest.mark.parametrize(
    "page",
    [
        f"<script>window.ENV = {json.dumps(ENV)};window.x = 1</script>",
        f"<script>window.ENV={json.dumps(ENV)}</script>",
        f"<script>window.ENV = {{broken</script><script>window.ENV  =\n{json.dumps(ENV)}</script>",
        f"<script>window.__remixContext = {json.dumps({'state': {'loaderData': {'root': {'ENV': ENV}}}})};</script>",
    ],
)
def test_settings_in_a_page(page):
    """The script that sets them, in any spacing, or the page's own data."""
    assert ENV == env_in(f"<!doctype html>{page}")


@pytest.mark.parametrize("page", ["", "<!doctype html>", "<script>window.ENV = 1</script>", "<script>window.ENV = {</script>"])
def test_a_page_without_settings(page):
    """Nothing is guessed."""
    with pytest.raises(NotUnderstood):
        env_in(page)


@pytest.fixture
async def ask(redis, metrics):
    """Asks a site in memory; gives what was asked of its index, or raises. ``ask.hits`` and ``ask.status`` are its answer."""
    sent = []

    class Ask:
        hits: object = ()
        status = 200

        async def __call__(self, **asked):
            reply = await search.find(site_pb2.SearchRequest(**asked))
            return json.loads(sent[-1].content), reply

    here = Ask()

    def answer(request):
        if request.url.path == "/browse":
            return httpx.Response(200, html=f"<script>window.ENV = {json.dumps(published(HOST=HERE))}</script>")
        sent.append(request)
        return httpx.Response(here.status, json={"hits": here.hits, "nbHits": 3, "nbPages": 2, "page": 1})

    clock, transitions = SystemClock(), Transitions(redis)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        gate = Gate(transitions, clock, Rate(10), metrics)
        site = Site(http, HERE, gate=gate, transitions=transitions, clock=clock, site_clock=SiteClock(), metrics=metrics)
        search = Search(http, site, clock, given="", live=False)
        yield here


async def test_the_question(ask):
    """Named attributes, always a bound on the close, amounts as dollars, the place as the facets it may mean."""
    question, _ = await ask(
        query=" lamp\n shade ", page=1, hits_per_page=500, location="phoenix", min_retail_cents=1, max_retail_cents=12_345,
        closes_after_ms=1_790_000_000_999, closes_before_ms=1_790_000_600_001,
    )  # fmt: skip
    assert ("lamp shade", 1, 100) == (question["query"], question["page"], question["hitsPerPage"])
    assert {"objectID", "Lead Description", "Time Remaining"} < set(question["attributesToRetrieve"])
    assert [["Shopping Location:Phoenix, AZ", "Location Name:phoenix"]] == question["facetFilters"]
    assert [
        "Time Remaining > 1790000000",
        "Time Remaining < 1790000601",
        "Suggested Retail >= 0.01",
        "Suggested Retail <= 123.45",
    ] == question["numericFilters"]
    bare, _ = await ask(location="-Mesa")
    assert ("", 20, 1) == (bare["query"], bare["hitsPerPage"], len(bare["numericFilters"]))
    assert [["Shopping Location:Mesa", "Location Name:Mesa"]] == bare["facetFilters"]


@pytest.mark.parametrize("asked", [{"page": -1}, {"hits_per_page": -1}, {"min_retail_cents": -1}, {"closes_before_ms": -1}])
async def test_negative_numbers_are_refused(ask, asked):
    """The caller is told; nothing is asked."""
    with pytest.raises(BadInput):
        await ask(**asked)


async def test_hits_are_read_one_by_one(ask):
    """What has no id or no close is left out; titles are cleaned, amounts and pictures are shown only when they can be read."""
    ask.hits = [
        {"objectID": "7", "Lead Description": "Lamp\u202e \n<b>", "Photo": ["/p.jpg"], "Time Remaining": 1_790_000_000.5,
         "Suggested Retail": 69.5, "Location Name": "Mesa"},
        {"objectID": "8", "Lead Description": None, "Photo": "javascript:1", "Date Closed": 1_790_000_001, "Suggested Retail": "much"},
        {"objectID": "9"},
        {"objectID": "nine", "Time Remaining": 1_790_000_000},
        {"objectID": "10", "Time Remaining": "soon"},
        "no hit",
    ]  # fmt: skip
    _, reply = await ask()
    assert [
        ("7", "Lamp <b>", f"{HERE}/p.jpg", "Mesa", 1_790_000_000_500, 6950),
        ("8", "", "", "", 1_790_000_001_000, 0),
    ] == [(h.lot_id, h.title, h.image_url, h.location_name, h.close_ms, h.retail_cents) for h in reply.hits]
    assert (3, 2, 1) == (reply.total_hits, reply.total_pages, reply.page)


@pytest.mark.parametrize(("status", "hits"), [(200, None), (200, {"a": 1}), (400, []), (302, [])])
async def test_an_answer_that_is_not_understood(ask, status, hits):
    """Without a list of hits there is nothing to show: the site has changed."""
    ask.status, ask.hits = status, hits
    with pytest.raises(UpstreamChanged, match="no list of hits"):
        await ask()
