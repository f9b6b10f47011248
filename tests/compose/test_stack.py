"""The containers, told in the order it happens: healthy, hardened, a lot won, parts killed, all still there."""

import json
import re
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # stack.py, beside this file
from stack import SCALE, say, until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1200), pytest.mark.xdist_group("docker")]
MOST_PER_SECOND = 10
ONE_SHOT = {"init", "caddy-data"}
OURS = ("gateway", "poller", "nellis-proxy", "bidder", "notifier", "keeper")
REACH = "import socket,sys; s=socket.socket(); s.settimeout(3); sys.stdout.write(str(s.connect_ex(('{host}', {port}))))"


@pytest.fixture(scope="module")
def services(stack):
    """Every container by service, one-shots included."""
    return [(one["Config"]["Labels"]["com.docker.compose.service"], one) for one in stack.containers()]


def test_as_many_as_asked_for_and_all_healthy(services):
    """
    Replicas are there, the one-shot went well, everything else says that it is fine.
    """
    names = [name for name, _ in services]

    assert SCALE == {name: names.count(name) for name in SCALE}
    assert {0} == {one["State"]["ExitCode"] for name, one in services if name in ONE_SHOT}
    assert {"healthy"} == {one["State"]["Health"]["Status"] for name, one in services if name not in ONE_SHOT}


def test_every_container_is_hardened(stack, services):
    """
    No root, nothing to write on, no capability, no way to gain any, limits on memory and processes, nothing of the host's.
    """
    for name, one in services:
        host = one["HostConfig"]
        if name == "caddy-data":  # gives a volume to its user, for a moment, without a network
            assert (["CHOWN"], "none", False) == (host["CapAdd"], host["NetworkMode"], one["State"]["Running"])
        else:
            assert one["Config"]["User"] not in ("", "root", "0"), name
            assert not host["CapAdd"], name
        assert host["ReadonlyRootfs"], name
        assert ["ALL"] == host["CapDrop"], name
        assert not host["Privileged"], name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        assert host["Memory"] > 0, name
        assert host["PidsLimit"] > 0, name
        assert host["NanoCpus"] > 0, name
        assert "host" not in (host["NetworkMode"], host["PidMode"], host["IpcMode"]), name
        assert not any("docker.sock" in mount["Source"] for mount in one["Mounts"]), name
        assert all("noexec" in how for how in host["Tmpfs"].values()), name
        assert {"127.0.0.1"} >= {port["HostIp"] for ports in host["PortBindings"].values() for port in ports}, name
        assert not host["PortBindings"] or name in ("caddy", "simulator", *(() if stack.caddy else ("gateway",))), name


def test_no_secret_is_in_an_environment(stack, services):
    """
    They are files; whoever may inspect a container, or reads /proc, sees none.
    """
    held = {path.name: path.read_text("utf-8").strip() for path in stack.secrets.iterdir() if path.name != "users.acl"}
    words = {name: text.split(":")[2].split("@")[0] if text.startswith("redis://") else text for name, text in held.items() if text}

    for service, one in services:
        said = json.dumps([one["Config"]["Env"], one["Config"]["Cmd"], one["Config"]["Labels"]])
        assert [] == [name for name, word in words.items() if word in said], service
    assert 0o700 == stack.secrets.stat().st_mode & 0o777


def test_networks_are_as_they_are_meant(services):
    """
    Who shares one with whom, by what the engine says.
    """
    found = {name: {net.split("_", 1)[1] for net in one["NetworkSettings"]["Networks"] if "_" in net} for name, one in services}

    wanted = {
        "redis": {"inside", "messages"}, "gateway": {"door", "inside"}, "poller": {"inside"}, "nellis-proxy": {"site", "inside"},
        "bidder": {"inside"}, "notifier": {"away", "messages"}, "keeper": {"inside"}, "init": {"inside"},
    }  # fmt: skip
    assert wanted == {name: found[name] for name in wanted}
    assert {"front", "door"} == found.get("caddy", {"front", "door"})


def test_tls_stands_in_front(stack):
    """
    A name that is not ours gets no certificate, plain http leads to https, and a token is asked for as ever. Skipped without a Caddy.
    """
    if not stack.caddy:
        pytest.skip("neither Caddy's image nor its program is on this machine")
    assert 200 == stack.api.get("/api/status").status_code
    assert 401 == httpx.get(f"https://localhost:{stack.https}/api/status", verify=stack.authority(), trust_env=False).status_code
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://127.0.0.1:{stack.https}/", verify=stack.authority(), trust_env=False)


def test_prometheus_finds_every_replica(stack):
    """
    By the services' names alone; skipped where its image is not to be had.
    """
    if not stack.has_image("prom/prometheus:v2.53.0"):
        pytest.skip("the image of Prometheus is not on this machine")
    stack.compose("--profile", "observability", "up", "-d", "prometheus", within_s=120)
    wanted = {"nellis-backend" if name == "gateway" else name: count for name, count in SCALE.items()} | {"notifier": 1}

    def found():
        answer = httpx.get(
            f"http://127.0.0.1:{stack.prometheus}/api/v1/query", params={"query": "count by (job) (up == 1)"}, trust_env=False
        )
        return {one["metric"]["job"]: int(one["value"][1]) for one in answer.json()["data"]["result"]} == wanted

    until(found, 90, "Prometheus did not find every replica")
    stack.compose("--profile", "observability", "rm", "-sf", "prometheus", within_s=60)


def test_a_service_runs_as_nobody_special_and_writes_nowhere(stack):
    """
    As seen from inside.
    """
    for service in OURS:
        assert "10001" == stack.inside(service, "import os; print(os.getuid())")
        assert "False" == stack.inside(service, "import os; print(os.access('/app', os.W_OK) or os.access('/', os.W_OK))")


def test_an_image_holds_its_own_service_and_no_other(stack):
    """
    What is not there cannot be misused.
    """
    code = "import pkgutil; print(*sorted(m.name for m in pkgutil.iter_modules() if m.name.startswith('bidwright')))"

    plugins = "bidwright_feature_breaker bidwright_feature_disk bidwright_feature_timings bidwright_feature_tracing"
    assert f"bidwright {plugins} bidwright_nellis_proxy bidwright_proto" == stack.inside("nellis-proxy", code)
    strategies = "bidwright_strategy_auto bidwright_strategy_manual bidwright_strategy_smart bidwright_strategy_snipe"
    plugins = "bidwright_feature_champion bidwright_feature_timings bidwright_feature_tracing bidwright_guard_retail"
    assert f"bidwright bidwright_bidder {plugins} bidwright_proto {strategies}" == stack.inside("bidder", code)


HOST = """
import asyncio
from bidwright.runtime.host.process import Nursery
from bidwright.versions import Version
text = '''
from bidwright import Hold, Params, hookimpl
class Odd:
    name, description, version, params = "odd", "Odd.", "1", Params
    def decide(self, lot, now):
        return Hold("no")
@hookimpl
def register_strategies():
    return [Odd()]
'''
async def main():
    nursery = Nursery()
    host = await nursery.checked(Version("dropin:odd.py", "0" * 64, "odd.py", {"odd.py": text}))
    print(*(offer.name for offer in host.offers))
    await host.end()
    await nursery.close()
asyncio.run(main())
"""


def test_foreign_strategies_have_processes_of_their_own_here_too(stack):
    """
    On a read-only root, without a capability, as nobody special.
    """
    assert "odd" == stack.inside("bidder", HOST)


def test_only_nellis_proxy_reaches_the_site(stack):
    """
    The others do not even find its name, nor its address.
    """
    networks = stack.containers()
    simulator = next(one for one in networks if one["Config"]["Labels"]["com.docker.compose.service"] == "simulator")
    address = next(iter(simulator["NetworkSettings"]["Networks"].values()))["IPAddress"]
    reached = {service: stack.inside(service, REACH.format(host=address, port=stack.simulator)) == "0" for service in OURS}

    assert {name: name == "nellis-proxy" for name in OURS} == reached


def test_the_session_key_is_for_nellis_proxy_and_what_clients_show_for_the_gateway(stack):
    """
    Each sees its own folder.
    """
    code = "import pathlib; print(*sorted(p.name for p in pathlib.Path('/data').rglob('*') if p.is_file()))"

    assert "secret.key" == stack.inside("nellis-proxy", code)
    assert "gateway.key token" == stack.inside("gateway", code)
    assert ["", "", ""] == [stack.inside(service, code) for service in ("bidder", "poller", "notifier")]


def test_data_of_one_site_is_refused_for_another(stack):
    """
    One sentence that says what to do.
    """
    again = "python -m bidwright.runtime.init 2>&1; echo code $?"
    site = "NELLIS_BASE_URL=https://other.invalid"
    log = stack.compose("run", "--rm", "--no-deps", "-T", "-e", site, "init", "sh", "-c", again)

    assert "This data belongs to http://simulator.localhost" in log
    assert "code 78" in log


def test_wins_while_it_is_scaled_up_and_down(stack):
    """
    Bidders 1 to 3 to 1, pollers 1 to 2, gateways 1 to 2, while lots close: a lot is won, others go on being decided, nothing is lost.
    """
    won = until(lambda: stack.ended("won"), 200, "a lot won")
    usage = stack.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}").splitlines()
    ours = [line.removeprefix(stack.container("")[:-2]) for line in usage if stack.container("")[:-2] in line]
    say(f"won {len(won)}; memory of {len(ours)} containers, {sum(map(_mib, ours)):.0f} MiB: " + "; ".join(ours))
    before, decided = {lot["id"] for lot in stack.auctions()}, stack.ended("won", "lost")

    stack.scale |= {"bidder": 3, "poller": 2, "gateway": 2}
    stack.up()
    stack.scale |= {"bidder": 1}
    stack.up()

    until(lambda: stack.ended("won", "lost") - decided, 150, "a lot decided after scaling")
    assert before <= {lot["id"] for lot in stack.auctions()}
    assert "2" == stack.inside("bidder", "import socket; print(len({a[4][0] for a in socket.getaddrinfo('gateway', 3000)}))")
    _nothing_lost_nothing_doubled(stack)


def test_each_part_is_killed_in_turn_and_redis_restarts(stack):
    """
    Every container of ours once, Redis as well, which then is started anew in order: others lots are decided, none lost, no bid made twice.
    """
    before = stack.ended("won", "lost")
    for service in ("gateway", "poller", "nellis-proxy", "bidder", "notifier", "keeper", "redis"):
        stack.docker("kill", stack.container(service))
        stack.docker("start", stack.container(service))
    stack.compose("restart", "redis", within_s=60)
    stack.up()

    more = until(lambda: stack.ended("won", "lost") - before, 150, "another lot decided after the kills")
    say(f"decided after the kills: {len(more)}")
    _nothing_lost_nothing_doubled(stack)


def test_redis_refused_nobody_what_is_needed(stack):
    """
    In all this work no service asked for a key or a command that its user does not have.
    """
    refused = stack.redis("ACL", "LOG", "100")

    assert [] == [(one["username"], one["reason"], one["object"]) for one in refused if one["username"] != "default"]


def test_a_crashed_part_comes_back_by_itself(stack):
    """
    Ended from inside, as a crash would: the engine starts it again.
    """
    bidder = stack.container("bidder", 1)
    began = stack.docker("inspect", "-f", "{{.State.StartedAt}}", bidder)
    stack.docker("exec", bidder, "sh", "-c", "kill -9 -1", check=False)

    again = until(lambda: (at := stack.docker("inspect", "-f", "{{.State.StartedAt}}", bidder)) != began and at, 30, "a new start")
    assert began < again
    assert "true" == stack.docker("inspect", "-f", "{{.State.Running}}", bidder).strip()


def test_the_owner_was_told(stack):
    """
    The notifier's log has the lot that was won.
    """
    assert "Won " in stack.compose("logs", "--no-color", "notifier")


def test_the_machine_is_lost_and_a_backup_brings_everything_back(stack):
    """
    Backed up while it runs, every volume destroyed, restored: halted until each lot was read and the owner says so, then it wins again.
    """
    made = json.loads(stack.compose("exec", "-T", "keeper", "bidwright", "backup", "--json"))
    armed = {lot["id"] for lot in stack.auctions() if lot["config"]["autoBid"]}
    assert made["sealed"]
    assert made["armed"] >= 1
    stack.lose_everything()

    stack.compose("up", "-d", "--wait", "redis", "init", check=False)
    restored = json.loads(stack.compose("run", "--rm", "-T", "keeper", "bidwright", "restore", "latest", "--json"))
    assert (made["lots"], made["armed"]) == (restored["lots"], restored["armed"])
    stack.up()
    halt = stack.api.get("/api/halt").raise_for_status().json()
    assert halt["halted"]
    assert "restored from the backup" in halt["why"]
    first = stack.api.post("/api/resume", json={"gen": halt["gen"]})
    bids = sum(lot["our_bids"] for lot in stack.summary()["lots"])
    say(f"restored {restored['lots']} lots; asked to go on at once: {first.json().get('error', 'all were read already')}")
    if first.status_code != 200:
        assert "were not read since" in first.json()["error"]
        assert bids == sum(lot["our_bids"] for lot in stack.summary()["lots"]), "a bid before the owner said so"
        until(lambda: stack.api.post("/api/resume", json={"gen": halt["gen"]}).status_code == 200, 120, "every lot read")
    won = stack.ended("won")

    assert armed <= {lot["id"] for lot in stack.auctions()}
    say(f"won again: {sorted(until(lambda: stack.ended('won') - won, 200, 'a lot won after the restore'))}")
    over = [lot for lot in stack.summary()["lots"] if lot["our_highest"] and lot["our_highest"] > _caps(stack).get(str(lot["id"]), 10**9)]
    assert [] == over


def _caps(stack):
    return {lot["id"]: lot["config"]["maxBid"] for lot in stack.auctions()}


def _nothing_lost_nothing_doubled(stack):
    """Each bid that the site has is a receipt of ours, each receipt one bid at most; nothing above its limit; the site was not pressed."""
    receipts = stack.api.get("/api/receipts/export", params={"format": "json", "mode": "live"}).raise_for_status().json()["receipts"]
    sent = Counter(str(one["auctionId"]) for one in receipts if one["sentAt"])
    summary = stack.summary()
    caps = _caps(stack)
    for lot in summary["lots"]:
        name = str(lot["id"])
        assert lot["our_bids"] <= sent[name], f"{name}: {lot['our_bids']} bids at the site, {sent[name]} receipts"
        assert not lot["our_highest"] or lot["our_highest"] <= caps.get(name, lot["our_highest"]), name
    entries = stack.site.get("/ledger", params={"what": "bid", "who": "account", "limit": 50_000}).raise_for_status().json()["entries"]
    twice = [what for what, count in Counter((one["lot"], one["amount"]) for one in entries).items() if count > 1]
    assert [] == twice, "the same bid came twice"
    assert summary["max_requests_in_a_second"] <= MOST_PER_SECOND


def _mib(line):
    number, unit = re.search(r" ([0-9.]+)(KiB|MiB|GiB) /", line).groups()
    return float(number) * {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}[unit]
