"""Gateway and notifier together: real HTTP receivers, a real WebSocket, settings changed while both run."""

import asyncio
import json
import re
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from bidwright.runtime import service
from bidwright.runtime.init import initialise
from bidwright.runtime.settings import read
from bidwright.transitions import Transitions
from bidwright_gateway.testing import TOKEN, running, wired
from bidwright_notifier.bootstrap import bootstrap, serve
from bidwright_notifier.settings import NotifierSettings

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]
ROOT = Path(__file__).resolve().parents[2]
SECRET = "0123456789abcdef-our-secret"
PATH = "/hooks/T0K3N"


@dataclass
class Receiver:
    """
    A program that takes webhooks. *mode*: ok, fails, hangs, moved.
    """

    mode: str = "ok"
    requests: list = field(default_factory=list)
    freed: Event = field(default_factory=Event)

    def __post_init__(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                mode = receiver.mode
                if mode == "hangs":
                    receiver.freed.wait(20)
                    return
                if mode == "ok":
                    receiver.requests.append((self.path, dict(self.headers), body))
                self.send_response({"ok": 204, "fails": 500, "moved": 302}[mode])
                self.send_header("content-length", "0")
                self.send_header("location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def address(self):
        """As it stands in BIDWRIGHT_NOTIFY_URLS."""
        return f"webhook:http://127.0.0.1:{self.server.server_port}{PATH}#{SECRET}"

    @property
    def texts(self):
        """What it was told."""
        return [json.loads(body)["text"] for _, _, body in self.requests]

    def close(self):
        """End it."""
        self.freed.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    """A receiver on a free port."""
    made = Receiver()
    yield made
    made.close()


@asynccontextmanager
async def notifier(engine, urls):
    """A notifier with its loops, as its process runs them."""
    settings = read(NotifierSettings, REDIS_URL=engine.url, BIDWRIGHT_NOTIFY_URLS=urls, BIDWRIGHT_PLUGINS_DIR="")
    async with bootstrap(settings, block_ms=50) as made:
        job = asyncio.ensure_future(serve(made))
        try:
            yield made
        finally:
            await service.end([job])


@asynccontextmanager
async def house(engine, redis, tmp_path, urls=None):
    """A gateway's API, the transitions, and a notifier that has read to the end unless *urls* is None."""
    await initialise(redis, data_dir=tmp_path, site="http://127.0.0.1:9900", live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as gateway:
        headers = {"Authorization": TOKEN}
        async with httpx.AsyncClient(base_url=gateway.url, headers=headers, trust_env=False, timeout=20) as api:
            if urls is None:
                yield gateway, api, Transitions(redis)
                return
            async with notifier(engine, urls):
                await until(lambda: has_begun(api, redis))
                yield gateway, api, Transitions(redis)


async def has_begun(api, redis):
    """Whether a notifier runs and has its place in the stream."""
    told = (await api.get("/api/notifications")).json()
    return told["running"] and told["channels"] and await redis.exists("bw:outbox:mark")


async def until(found, within_s=25):
    """Wait for something to be so, and give it."""
    end = time.monotonic() + within_s
    while not (what := await found()):
        assert time.monotonic() < end
        await asyncio.sleep(0.1)
    return what


async def listed(api, **query):
    """The entries as the API gives them."""
    return (await api.get("/api/notifications", params=query)).raise_for_status().json()["notifications"]


def verifier():
    """The five lines of the plugin's page."""
    page = (ROOT / "plugins/notify-webhook/README.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names = {}
    exec("import hashlib, hmac\n" + code, names)  # noqa: S102 - our own page
    return names["genuine"]


async def test_a_webhook_is_signed_as_its_page_says(engine, redis, tmp_path, receiver):
    """
    Its five lines accept what was sent and nothing else; nothing of the address is shown anywhere.
    """
    async with house(engine, redis, tmp_path, f"hook={receiver.address} log:") as (_, api, t):
        await t.halt("me", "dinner")
        await until(lambda: done(lambda: receiver.requests))
        [(path, headers, body)] = receiver.requests
        genuine, now = verifier(), time.time()

        assert PATH == path
        assert genuine(headers, body, SECRET, now)
        assert not genuine(headers, body + b" ", SECRET, now)
        assert not genuine(headers, body, SECRET + "x", now)
        assert not genuine(headers, body, SECRET, now + 301)
        assert not genuine({**headers, "Bidwright-Timestamp": str(int(headers["Bidwright-Timestamp"]) + 1)}, body, SECRET, now)

        [entry] = await until(lambda: listed(api, state="delivered"))
        assert entry["id"] == headers["Bidwright-Id"] == json.loads(body)["id"]
        assert {"hook": "delivered", "log": "delivered"} == {one["channel"]: one["state"] for one in entry["deliveries"]}
        shown = "".join([(await api.get(path)).text for path in ("/api/notifications", "/api/notifications/settings", "/api/status")])
        assert not [secret for secret in (SECRET, "T0K3N") if secret in shown]


async def done(look):
    """What *look* gives, for `until`."""
    return look()


async def test_the_test_button_says_what_happened(engine, redis, tmp_path, receiver):
    """
    At once, past quiet hours, with the reason when it fails, also beside a channel that hangs.
    """
    urls = f"hook={receiver.address} browser: phone=json://127.0.0.1:1/T0K3N"
    async with house(engine, redis, tmp_path, urls) as (gateway, api, _):
        await api.put("/api/notifications/settings", json={"quiet": {"from": "00:00", "to": "23:59", "urgentToo": True}})

        async def tried(channel):
            answer = (await api.post("/api/notifications/test", json={"channel": channel})).raise_for_status().json()
            return answer["delivered"], answer["why"]

        assert (True, "") == await tried("hook")
        assert ["This is a test. Bidwright reaches you on this channel."] == receiver.texts
        receiver.mode = "fails"
        assert (False, "it answered 500") == await tried("hook")
        receiver.mode = "moved"
        assert (False, "it answered 302 elsewhere, which is not followed") == await tried("hook")
        delivered, why = await tried("browser")
        assert not delivered
        assert "no page and no browser extension is connected" in why
        delivered, why = await tried("phone")
        assert not delivered
        assert "onnection" in why
        assert "T0K3N" not in why
        async with wired(gateway.ws) as wire:
            receiver.mode = "hangs"
            hung = asyncio.ensure_future(tried("hook"))
            assert (True, "") == await tried("browser")
            frame = await wire.until(lambda one: one["type"] == "notification")
            assert ("test", "") == (frame["kind"], frame["auctionId"])
            receiver.freed.set()
            assert (False, False) == (hung.done(), (await hung)[0])
        unknown = await api.post("/api/notifications/test", json={"channel": "fone"})
        assert (404, True) == (unknown.status_code, "there is: hook, browser, phone" in unknown.json()["error"])


async def test_without_a_notifier_it_is_said(engine, redis, tmp_path):
    """
    The list is empty, and a trial says what to do.
    """
    async with house(engine, redis, tmp_path) as (_, api, _):
        told = (await api.get("/api/notifications")).json()
        assert (False, [], []) == (told["running"], told["notifications"], told["channels"])
        answer = await api.post("/api/notifications/test", json={"channel": "log"})
        assert 409 == answer.status_code
        assert "BIDWRIGHT_NOTIFY_URLS" in answer.json()["error"]


async def test_quiet_hours_and_rules_change_while_it_runs(engine, redis, tmp_path, receiver):
    """
    What is held is shown as held; taken away, it is told together. A rule for a channel that is not there is refused.
    """
    async with house(engine, redis, tmp_path, f"hook={receiver.address}") as (_, api, t):
        quiet = {"from": "00:00", "to": "23:59", "urgentToo": True}
        assert 200 == (await api.put("/api/notifications/settings", json={"quiet": quiet})).status_code
        await asyncio.sleep(1.2)
        for name in ("one", "two"):
            await t.halt(name, "")
        held = await until(lambda: two(api, "held"))
        assert ("quiet", []) == (held[0]["heldFor"], held[0]["deliveries"])
        assert [] == receiver.requests

        refused = await api.put("/api/notifications/settings", json={"rules": [{"channels": ["fone"]}]})
        assert (400, "rules[0].channels") == (refused.status_code, refused.json()["field"])
        await redis.hset("bw:notify", "rules", '[{"channels": ["gone"]}]')
        assert "there is no channel 'gone'" in (await api.get("/api/notifications/settings")).json()["problems"][0]
        assert "there is no channel 'gone'" in (await until(lambda: problems(api)))[0]

        assert 200 == (await api.put("/api/notifications/settings", json={"quiet": None})).status_code
        await until(lambda: two(api, "delivered"))
        assert 2 == sum(text.count("Everything is stopped") for text in receiver.texts)


async def problems(api):
    """What the notifier says is wrong."""
    return (await api.get("/api/notifications")).json()["problems"]


async def two(api, state):
    """Both entries, once they are in this state."""
    found = await listed(api, state=state)
    return found if len(found) == 2 else None


async def test_what_was_not_taken_goes_a_second_way(engine, redis, tmp_path, receiver):
    """
    After so many attempts, with a word about who did not take it.
    """
    receiver.mode = "fails"
    second = Receiver()
    try:
        async with house(engine, redis, tmp_path, f"first={receiver.address} second={second.address}") as (_, api, t):
            wishes = {"rules": [{"channels": ["first"]}], "escalation": {"channels": ["second"], "afterAttempts": 1}}
            assert 200 == (await api.put("/api/notifications/settings", json=wishes)).status_code
            await asyncio.sleep(1.2)
            await t.halt("me", "dinner")
            await until(lambda: done(lambda: second.texts))
            [entry] = await listed(api)

            assert second.texts[0].endswith("(Not delivered by first.)")
            assert [("first", "pending", "it answered 500"), ("second", True)] == [
                ("first", entry["deliveries"][0]["state"], entry["deliveries"][0]["why"]),
                ("second", entry["deliveries"][1]["escalated"]),
            ]
    finally:
        second.close()


async def test_the_list_is_filtered_and_paged(engine, redis, tmp_path):
    """
    Every entry once, newest first, whatever comes in between.
    """
    async with house(engine, redis, tmp_path, "log:") as (_, api, t):
        for n in range(7):
            await t.halt(f"person {n}", "")
        await until(lambda: many(api, 7))
        first = (await api.get("/api/notifications", params={"limit": 3})).json()
        await t.resume("me", (await t.halt("person 7", "")) and 8)
        rest = (await api.get("/api/notifications", params={"limit": 50, "after": first["next"]})).json()
        texts = [entry["text"].split(".")[0][-1] for entry in [*first["notifications"], *rest["notifications"]]]

        assert list("6543210") == texts
        assert rest["next"] is None
        assert 7 <= first["counts"]["delivered"]
        assert [] == await listed(api, kind="won")
        assert [] == await listed(api, channel="phone")
        for query in ({"state": "odd"}, {"kind": "odd"}, {"after": "odd"}, {"limit": 0}):
            assert 400 == (await api.get("/api/notifications", params=query)).status_code


async def many(api, n):
    """Whether so many are delivered."""
    return len(await listed(api, state="delivered")) >= n


async def test_a_browser_channel_takes_wins_losses_and_outbids_over(engine, redis, tmp_path):
    """
    They are told once: by the notifier while one with this channel runs, by the gateway otherwise.
    """
    async with house(engine, redis, tmp_path, "browser:") as (gateway, _, t):
        await until(lambda: done(lambda: gateway.gateway.deps.hub.told_by_notifier))
        async with wired(gateway.ws) as wire:
            await t.halt("me", "dinner")
            frame = await wire.until(lambda one: one["type"] == "notification")

            assert ("halt", "") == (frame["kind"], frame["auctionId"])
            assert frame["message"].startswith("Everything is stopped by me: dinner.")
    await redis.delete(*await redis.keys("bw:svc:notifier:*"))
    async with house(engine, redis, tmp_path) as (gateway, _, _):
        assert not await gateway.gateway.deps.screens.served()
