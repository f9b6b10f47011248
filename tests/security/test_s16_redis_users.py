"""S16: each service is a user of its own in Redis, with the commands and keys that it needs and no others."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis.exceptions import NoPermissionError, RedisError

from bidwright.clock import SystemClock
from bidwright.runtime import telemetry
from bidwright.runtime.backup.making import snapshot
from bidwright.runtime.engine import arguments
from bidwright.runtime.store import complaints, connect
from bidwright.transitions import Transitions

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from make_secrets import make  # noqa: E402 - beside the path that leads to it

pytestmark = pytest.mark.integration
LOT = "70012345"
SERVICES = ("gateway", "poller", "nellis-proxy", "bidder", "notifier", "init", "keeper")
COMMANDS = (
    "FLUSHALL", "FLUSHDB", "KEYS *", "DEBUG SLEEP 0", "CONFIG SET appendonly no", "CONFIG REWRITE", "CONFIG RESETSTAT", "SCRIPT FLUSH",
    "SCRIPT KILL", "FUNCTION LOAD x", "FUNCTION FLUSH", "SHUTDOWN NOSAVE", "SAVE", "BGSAVE", "BGREWRITEAOF", "REPLICAOF NO ONE", "MONITOR",
    "ACL SETUSER default on nopass ~* +@all", "ACL LIST", "ACL SAVE", "CLIENT KILL TYPE normal", "CLIENT LIST", "SWAPDB 0 1",
    "MIGRATE h 1 k 0 1", "RESTORE k 0 x", "MODULE LIST", "SLOWLOG GET", "LATENCY RESET", "FAILOVER", "CLUSTER RESET", "SORT bw:lots",
)  # fmt: skip
"""Whatever could destroy the data, show it as a whole, or change who may do what."""
KEYS = {
    "poller": ("SET bw:meta x", "HSET bw:session state ok", "GET bw:devices", "SET bw:settings x", "GET bw:rates", "GET bw:audit",
               "SET bw:nonce:x 1", "GET bw:outbox", "SET feature:sse true", "SET bw:plugins x", "GET elsewhere"),
    "bidder": ("SET bw:meta x", "HSET bw:session state ok", "GET bw:devices", "SET bw:settings x", "GET bw:rates", "GET bw:audit",
               "SET bw:nonce:x 1", "GET bw:outbox", "SET feature:sse true", "SET bw:pair:window x", "GET elsewhere"),
    "nellis-proxy": ("SET bw:meta x", "GET bw:devices", "SET bw:settings x", "GET bw:rates", "GET bw:audit", "GET bw:outbox",
                     "SET feature:sse true", "SET bw:plugins x", "GET elsewhere"),
    "notifier": ("SET bw:meta x", "HSET bw:lot:1 armed 1", "HSET bw:kill state run", "HSET bw:budget:total limit none",
                 "GET bw:session", "GET bw:devices", "SET bw:settings x", "SET bw:intent:1 x", "SET bw:toggle:sse x", "GET elsewhere"),
    "gateway": ("GET elsewhere", "SET elsewhere x"),
    "keeper": ("GET elsewhere", "SET elsewhere x"),
    "init": ("GET elsewhere", "SET elsewhere x"),
}  # fmt: skip
"""Keys that are not the service's business; a value of the wrong type would be found out only by who is let near it."""


class Server:
    """
    A durable server with the users of compose.prod.yml; called with a user's name it gives that user's client.
    """

    def __init__(self, folder):
        self._folder, self._socket = folder, folder / "s"
        make(folder / "secrets", store="host:1")
        self.anybody = f"unix://{self._socket}"

    def __call__(self, user):
        password = (self._folder / "secrets" / f"redis_{user}").read_text().split(":")[2].split("@")[0]
        return connect(f"unix://{user}:{password}@{self._socket}")

    def start(self):
        self._socket.unlink(missing_ok=True)
        words = [*arguments(self._folder, self._socket), "--aclfile", str(self._folder / "secrets" / "users.acl")]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log)  # noqa: S603 - our own words
        end = time.monotonic() + 10
        while not self._socket.exists() and time.monotonic() < end and self._process.poll() is None:
            time.sleep(0.01)
        assert self._socket.exists(), (self._folder / "log").read_text()

    def end(self, how=signal.SIGTERM):
        self._process.send_signal(how)
        self._process.wait(10)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One for all tests."""
    made = Server(tmp_path_factory.mktemp("s"))
    made.start()
    yield made
    made.end()


@pytest.mark.parametrize("user", SERVICES)
async def test_thirty_commands_are_forbidden_to_all(server, user):
    """
    Refused for want of permission, and not for another reason.
    """
    redis = server(user)
    allowed = []
    for command in COMMANDS:
        try:
            await redis.execute_command(*command.split())
            allowed.append(command)
        except NoPermissionError:
            continue
        except Exception as error:  # noqa: BLE001 - whatever else it says, it was let near
            if "DEBUG command not allowed" not in str(error):  # it is forbidden to everybody, before anybody's rights are looked at
                allowed.append(f"{command}: {error}")
    await redis.aclose()

    assert [] == allowed


@pytest.mark.parametrize("user", SERVICES)
async def test_keys_that_are_none_of_its_business(server, user):
    """
    Neither directly nor by a script.
    """
    redis = server(user)
    allowed = []
    for command in KEYS[user]:
        for script in (False, True):
            words = command.split()
            quoted = ", ".join(f"'{word}'" for word in words)
            try:
                await (redis.eval(f"return redis.call({quoted})", 0) if script else redis.execute_command(*words))
                allowed.append(command)
            except NoPermissionError:
                continue
            except Exception as error:  # noqa: BLE001 - a script wraps the refusal
                if "permission" not in str(error).lower() and "acl failure" not in str(error).lower():
                    allowed.append(f"{command}: {error}")
    await redis.aclose()

    assert [] == allowed


async def test_what_they_wrote_outlives_a_kill(server):
    """
    At its start Redis carries its log out as the default user, who may do all that is in it and whom nobody can be. The server here does
    not ask who; the container test kills a Redis that does.
    """
    assert "user default off allkeys allchannels +@all" == (ROOT / "deploy/redis/users.acl").read_text("utf-8").splitlines()[0]
    redis = server("gateway")
    async with redis.pipeline(transaction=True) as pipe:
        pipe.set("bw:in-a-transaction", "kept")
        await pipe.execute()
    await redis.eval("redis.call('SET', 'bw:in-a-script', 'kept'); redis.call('SET', 'bw:in-a-script:2', 'kept')", 0)
    await redis.aclose()
    server.end(signal.SIGKILL)
    server.start()
    again = server("gateway")

    assert ["kept", "kept"] == await again.mget("bw:in-a-transaction", "bw:in-a-script")

    await again.aclose()


async def test_there_is_nobody_without_a_name(server):
    """
    No default user: who does not say who it is may not even ask.
    """
    redis = connect(server.anybody)
    with pytest.raises(RedisError, match="authenticat"):
        await redis.ping()
    await redis.aclose()


async def test_each_may_do_its_work(server):
    """
    From the first start to a bid that leads, each step by the service whose step it is; then kept by the keeper.
    """
    users = {name: server(name) for name in SERVICES}
    t = {name: Transitions(redis) for name, redis in users.items()}

    for user in ("init", "gateway"):
        assert [] == await complaints(users[user])
    await t["init"].init(epoch="e", known="", site="s", schema="1", total_limit=10**6, live="1", max_bid=10**5, release="0")
    await t["nellis-proxy"].session("ok", "")
    watched = {"cap": 4000, "premium": 0, "tax": 0, "strategy": "auto", "armed": 1, "mode": "live"}
    assert (await t["gateway"].watch(LOT, watched)).ok
    looked = (await t["poller"].take("poll", n=1, lease_ms=2000)).tickets[0]
    assert (await t["nellis-proxy"].admit(interval_us=1000, burst=3, reserve=0)).ok
    for user in ("poller", "bidder"):
        started = await t["nellis-proxy"].stamp()
        assert (
            await t[user].observe(LOT, read_started=started, next_bid=1500, leading=False, status="open", close=2 * 10**12, price=1400)
        ).ok
    await t["poller"].done("poll", LOT, looked.fence, 1000)
    held = (await t["bidder"].take("bid", n=1, lease_ms=2000)).tickets[0]
    cap_ver, obs_seq = await users["bidder"].hmget(f"bw:lot:{LOT}", "cap_ver", "obs_seq")
    given = {"fence": held.fence, "cap_ver": cap_ver, "obs_seq": obs_seq, "valid_ms": 3000, "max_obs_age_ms": 2000}
    assert (await t["bidder"].reserve("i1", LOT, amount=1500, **given)).ok
    assert "send" == (await t["nellis-proxy"].claim("i1", "p")).action
    await t["nellis-proxy"].settle("i1", "LEADING", "told")
    assert await t["bidder"].note(LOT, "say", "will", "Will bid.")
    await t["bidder"].sweep()
    await t["poller"].purge(older_ms=0)
    for user in SERVICES:
        await telemetry.beat(users[user], telemetry.Beat(user, "r", 1, 0, 0))
    await users["notifier"].xread({"bw:ev": "0"}, count=1)
    async with users["gateway"].pubsub() as heard:
        await heard.psubscribe("__keyspace@*__:feature:*")  # as flips.py does
        await heard.subscribe("bw:screens")
        assert ["psubscribe", "subscribe"] == [(await heard.get_message(timeout=10))["type"] for _ in range(2)]  # in force by then
        assert await users["notifier"].publish("bw:screens", "{}") == 1
    gen = await t["gateway"].halt("owner", "why")
    assert (await t["gateway"].resume("owner", gen)).ok

    assert 1 == (await snapshot(users["keeper"], SystemClock())).lots
    for redis in users.values():
        await redis.aclose()


def test_secrets_that_are_there_stay(tmp_path):
    """
    A second `make secrets` changes none, and fills in rules that are new; the folder is for its owner.
    """
    first = make(tmp_path / "s")
    before = {path.name: path.read_text() for path in (tmp_path / "s").iterdir()}

    assert "token" in first
    assert [] == make(tmp_path / "s")
    assert before == {path.name: path.read_text() for path in (tmp_path / "s").iterdir()}
    assert 0o700 == (tmp_path / "s").stat().st_mode & 0o777
    assert "@" not in before["users.acl"].replace("@all", "").split("#")[1].split()[0]
