"""
The site's search index: which lots there are. It knows no prices and may lag, so nothing here is ever used for money.

The index is another party on another host. Where it is and the key to ask it with are what the site's own pages publish; they are read
when they are needed and kept in memory only. A page cannot send us just anywhere (`index_of`), and the session never goes there: the
client for the index is its own, with its own list of hosts.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.errors import BadInput, UpstreamBusy, UpstreamChanged, UpstreamDown
from bidwright.runtime.logging import get_logger
from bidwright_nellis_proxy.embedded import NotUnderstood, plain_json, values
from bidwright_nellis_proxy.exchanges import Answer, Exchanges
from bidwright_nellis_proxy.fields import count, lot_id, moment_ms, record, words
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.lots import image_in, shown_amount
from bidwright_nellis_proxy.replies import DEFAULT_WAIT_S, Reply
from bidwright_nellis_proxy.site import Site, host_of
from bidwright_nellis_proxy.ways import ACCEPT, Way, decoded
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
INDEX_DOMAINS = (".algolia.net", ".algolianet.com")
"""Where the live site's index may be."""
_PAGE = "/browse"  # open to everybody, and a shell that the browser fills from the index
_ENV = re.compile(r"window\.ENV\s*=\s*(?=\{)")
_APP, _INDEX, _KEY = re.compile(r"[A-Za-z0-9]{1,40}"), re.compile(r"[A-Za-z0-9_.-]{1,100}"), re.compile(r"[\x21-\x7e]{1,400}")
_HOST = re.compile(r"[a-z0-9.-]+")
_ATTRIBUTES = ["objectID", "Lead Description", "Photo", "Location Name", "Time Remaining", "Date Closed", "Suggested Retail"]
_METROS = ("Las Vegas, NV", "Phoenix, AZ", "Houston, TX", "Philadelphia, PA", "Denver, CO", "Dallas, TX")
_USUAL, _MOST = 20, 100
_OK, _REFUSED, _TOO_MANY, _SERVER_ERROR = 200, (401, 403, 404), 429, 500


@dataclass(frozen=True, slots=True)
class Index:
    """
    Where to ask and as whom.
    """

    query_url: str
    app: str
    key: str


def index_of(env: Mapping[str, Any], *, site: str, given: str, live: bool) -> Index:
    """
    The index that a page's settings name. *given* is the owner's own address for it and goes before what the page says.

    Raises UpstreamChanged when something is missing, or when it would lead to a host that is neither *given* nor, for the live
    site, below the index provider's domains, nor, for another one, *site* itself.
    """
    app, name, key = (words(env.get(f"APP_PUBLIC_ALGOLIA_{part}"), 400) for part in ("ID", "INDEX", "API_KEY"))
    if not (_APP.fullmatch(app) and _INDEX.fullmatch(name) and _KEY.fullmatch(key)):
        raise UpstreamChanged("The site's pages no longer say how to ask its search index.")
    base = given or words(env.get("APP_PUBLIC_ALGOLIA_HOST"), 400).rstrip("/")
    if live and not base:
        base = f"https://{app}-dsn.algolia.net"
    if not given and not _may_be(base, site=site, live=live):
        raise UpstreamChanged("The site's pages name a search index on a host that we do not ask; if it is right, set NELLIS_SEARCH_URL.")
    return Index(f"{base}/1/indexes/{name}/query", app, key)


def search_hosts(site: str, *, given: str, live: bool) -> tuple[str, ...]:
    """The hosts that a client for the index may reach, as ``site.client`` takes them: the same rule once more, at the last hop."""
    return INDEX_DOMAINS if live and not given else (host_of(given or site),)


def _may_be(base: str, *, site: str, live: bool) -> bool:
    try:
        url, home = httpx.URL(base), httpx.URL(site)
    except httpx.InvalidURL:
        return False
    if url.userinfo or url.raw_path != b"/":
        return False
    if live:
        return url.scheme == "https" and url.port is None and bool(_HOST.fullmatch(url.host)) and url.host.endswith(INDEX_DOMAINS)
    return (url.scheme, url.netloc) == (home.scheme, home.netloc)


def env_in(page: str) -> dict[str, Any]:
    """The settings that *page* publishes: ``window.ENV = {...}``, else what its data has under ENV. Raises NotUnderstood."""
    reader = json.JSONDecoder()
    for match in _ENV.finditer(page):
        try:
            found, _ = reader.raw_decode(page, match.end())
        except (ValueError, RecursionError):
            continue
        return record(found)
    for part in values(decoded(Reply(_OK, page, {"content-type": "text/html"}), Way.PAGE).root):
        if isinstance(part.get("ENV"), dict):
            return record(part["ENV"])
    raise NotUnderstood("no settings in the page")


class Search:
    """
    Questions to the index, each paid for at the gate like a read. *given* and *live* as in `index_of`.
    """

    def __init__(self, http: httpx.AsyncClient, site: Site, clock: Clock, *, given: str, live: bool) -> None:
        self._http, self._site, self._clock = http, site, clock
        self._given, self._live = given, live
        self._index: Index | None = None
        self._reading = asyncio.Lock()
        self._exchanges = Exchanges(http, "search index", gate=site.gate, clock=clock, metrics=site.metrics, judge=self._judge)

    async def find(self, asked: site_pb2.SearchRequest) -> site_pb2.SearchReply:
        """
        One page of hits; those that cannot be read are left out.

        Raises BadInput, UpstreamBusy, UpstreamDown, UpstreamChanged, StoreDown.
        """
        body = self._body(asked)
        index = await self._known()
        reply = await self._query(index, body)
        if reply.status in _REFUSED:  # the key or the index was exchanged: the page has the new one
            log.info("search.refused", status=reply.status)
            reply = await self._query(await self._known(stale=index), body)
        if reply.status in _REFUSED:
            raise UpstreamChanged(f"The search index does not take what the site's pages say ({reply.status}).")
        return self._understood(reply)

    async def _known(self, stale: Index | None = None) -> Index:
        """The index as a page publishes it, read again when what is known is *stale*; one reading serves all who wait."""
        async with self._reading:
            if self._index is None or self._index is stale:
                answer = await self._site.ask("browse", _PAGE, purpose=Purpose.POLL, accept=ACCEPT[Way.PAGE])
                try:
                    env = env_in(answer.reply.text if answer.reply.status == _OK else "")
                except NotUnderstood as error:
                    raise UpstreamChanged(f"The site's pages no longer say how to ask its search index ({error}).") from None
                self._index = index_of(env, site=self._site.base, given=self._given, live=self._live)
            return self._index

    async def _query(self, index: Index, body: bytes) -> Reply:
        headers = {
            "X-Algolia-Application-Id": index.app,
            "X-Algolia-API-Key": index.key,
            "Content-Type": "application/json",
            "Origin": self._site.base,
            "Referer": f"{self._site.base}/",
        }

        async def send() -> Answer:
            request = self._http.build_request("POST", index.query_url, headers=headers, content=body)
            return await self._exchanges.once("search", request, Purpose.POLL)

        try:
            return (await self._exchanges.ask(send)).reply
        except UpstreamDown:
            self._index = None  # it may have moved: the next question begins with the page
            raise

    async def _judge(self, reply: Reply) -> None:
        """Troubles of the index. They say nothing about the site, so nobody is kept away from it."""
        if reply.status == _TOO_MANY:
            wait_s = reply.retry_after_s(self._clock.now())
            raise UpstreamBusy("The search index asked us to slow down.", max(DEFAULT_WAIT_S if wait_s is None else wait_s, 0.1))
        if reply.status >= _SERVER_ERROR:
            raise UpstreamDown(f"The search index failed ({reply.status}).")

    def _body(self, asked: site_pb2.SearchRequest) -> bytes:
        numbers = (asked.page, asked.hits_per_page, asked.min_retail_cents, asked.max_retail_cents, asked.closes_after_ms)
        if min(*numbers, asked.closes_before_ms) < 0:
            raise BadInput("The numbers of a search are 0 or more.", "page")
        after_ms = asked.closes_after_ms or to_ms(self._clock.now())
        conditions = [f"Time Remaining > {after_ms // 1000}"]  # despite its name the time of the close, in seconds
        if asked.closes_before_ms:
            conditions.append(f"Time Remaining < {-(-asked.closes_before_ms // 1000)}")
        if asked.min_retail_cents:
            conditions.append(f"Suggested Retail >= {_dollars(asked.min_retail_cents)}")
        if asked.max_retail_cents:
            conditions.append(f"Suggested Retail <= {_dollars(asked.max_retail_cents)}")
        question: dict[str, Any] = {
            "query": words(asked.query, 200),
            "page": asked.page,
            "hitsPerPage": min(asked.hits_per_page or _USUAL, _MOST),
            "attributesToRetrieve": _ATTRIBUTES,
            "numericFilters": conditions,
        }
        if place := words(asked.location, 120).lstrip("-"):  # a dash in front would mean: everywhere else
            question["facetFilters"] = [_places(place)]
        return msgspec.json.encode(question)

    def _understood(self, reply: Reply) -> site_pb2.SearchReply:
        try:
            found = record(plain_json(reply.text)) if reply.status == _OK else {}
        except NotUnderstood:
            found = {}
        hits = found.get("hits")
        if not isinstance(hits, list):
            raise UpstreamChanged(f"The search index's answer ({reply.status}) has no list of hits.")
        read = [made for hit in hits[:_MOST] if (made := _hit(record(hit), self._site.base)) is not None]
        return site_pb2.SearchReply(
            hits=read,
            total_hits=count(found.get("nbHits"), len(read)),
            total_pages=count(found.get("nbPages"), 1),
            page=count(found.get("page")),
        )


def _hit(hit: dict[str, Any], site: str) -> site_pb2.SearchHit | None:
    """A hit, or None when its id or its close cannot be read."""
    number = lot_id(hit.get("objectID"))
    try:
        close = moment_ms(hit.get("Time Remaining"), "Time Remaining") or moment_ms(hit.get("Date Closed"), "Date Closed")
    except NotUnderstood:
        close = None
    if not number or close is None:
        return None
    photos = hit.get("Photo")
    return site_pb2.SearchHit(
        lot_id=number,
        title=words(hit.get("Lead Description")),
        image_url=image_in(photos if isinstance(photos, list) else [photos], site),
        location_name=words(hit.get("Location Name"), 120),
        close_ms=close,
        retail_cents=shown_amount(hit.get("Suggested Retail")),
    )


def _places(place: str) -> list[str]:
    """The facets that *place* may mean: a metro by its city alone or in full, or a warehouse."""
    metros = [metro for metro in _METROS if place.casefold() in (metro.casefold(), metro.split(",")[0].casefold())]
    return [f"Shopping Location:{name}" for name in metros or [place]] + [f"Location Name:{place}"]


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
