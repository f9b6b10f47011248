"""The containers, told in the order it happens: healthy, hardened, a lot won, parts killed, all still there."""

import sys
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # stack.py, beside this file
from stack import SCALE, Stack, say, until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1200), pytest.mark.xdist_group("docker")]
MOST_PER_SECOND = 10
REACH = "import socket,sys; s=socket.socket(); s.settimeout(3); sys.stdout.write(str(s.connect_ex(('{host}', {port}))))"


@pytest.fixture(scope="module")
def stack(request):
    """Everything up and healthy; taken down at the end whatever happened."""
    made = Stack()
    try:
        made.up()
        yield made
    except BaseException as error:
        made.down(why=str(error))
        raise
    made.down(why="a test failed" if request.session.testsfailed else "")


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
    assert [0] == [one["State"]["ExitCode"] for name, one in services if name == "init"]
    assert {"healthy"} == {one["State"]["Health"]["Status"] for name, one in services if name != "init"}


def test_every_container_is_hardened(services):
    """
    No root, nothing to write on, no capability, no way to gain any, limits on memory and processes, nothing of the host's.
    """
    for name, one in services:
        host = one["HostConfig"]
        assert one["Config"]["User"] not in ("", "root", "0"), name
        assert host["ReadonlyRootfs"], name
        assert ["ALL"] == host["CapDrop"], name
        assert not host["CapAdd"], name
        assert not host["Privileged"], name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        assert host["Memory"] > 0, name
        assert host["PidsLimit"] > 0, name
        assert host["NanoCpus"] > 0, name
        assert "host" not in (host["NetworkMode"], host["PidMode"], host["IpcMode"]), name
        assert not any("docker.sock" in mount["Source"] for mount in one["Mounts"]), name
        assert all("noexec" in how for how in host["Tmpfs"].values()), name
        assert {"127.0.0.1"} >= {port["HostIp"] for ports in host["PortBindings"].values() for port in ports}, name


def test_prometheus_finds_every_replica(stack):
    """
    By the services' names alone; skipped where its image is not to be had.
    """
    if not stack.has_image("prom/prometheus:v2.53.0"):
        pytest.skip("the image of Prometheus is not on this machine")
    stack.compose("--profile", "observability", "up", "-d", "prometheus", within_s=120)
    wanted = {"nellis-backend": 1, "notifier": 1, **SCALE}

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
    for service in ("gateway", "poller", "nellis-proxy", "bidder", "notifier"):
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
    reached = {
        service: stack.inside(service, REACH.format(host=address, port=stack.simulator)) == "0"
        for service in ("gateway", "poller", "nellis-proxy", "bidder", "notifier")
    }

    assert {"gateway": False, "poller": False, "nellis-proxy": True, "bidder": False, "notifier": False} == reached


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


def test_wins_goes_on_with_parts_killed_and_keeps_the_rules(stack):
    """
    A lot is won; a bidder, a proxy and Redis are killed; all lots are there, others are decided, no cap is broken, the site is not pressed.
    """
    won = until(lambda: stack.ended("won"), 200, "a lot won")
    say(f"won {len(won)}")
    caps = {lot["id"]: lot["config"]["maxBid"] for lot in stack.auctions()}
    usage = stack.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}").splitlines()
    say("memory: " + "; ".join(line.split("-", 3)[-1] for line in usage if stack.container("")[:-2] in line))

    for service in ("bidder", "nellis-proxy", "redis"):
        stack.docker("kill", stack.container(service))
    stack.docker("start", stack.container("redis"))  # the other two stay dead: their replicas take over
    before = stack.ended("won", "lost")
    more = until(lambda: stack.ended("won", "lost") - before, 150, "another lot decided after the kill")
    say(f"decided after the kill: {len(more)}")
    after = {lot["id"]: lot["config"]["maxBid"] for lot in stack.auctions()}
    summary = stack.summary()

    assert set(caps) <= set(after)
    caps |= after
    over = [lot for lot in summary["lots"] if lot["our_highest"] and lot["our_highest"] > caps[str(lot["id"])]]
    assert [] == over
    assert summary["won"] >= 1
    assert summary["max_requests_in_a_second"] <= MOST_PER_SECOND


def test_a_crashed_part_comes_back_by_itself(stack):
    """
    Ended from inside, as a crash would: the engine starts it again.
    """
    bidder = stack.container("bidder", 2)
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
