"""Every command that the pages tell people to type was typed: against a running installation, or looked up where that cannot be."""

import re
import shlex
import subprocess
import sys

import pytest
import yaml
from installation import COMMAND, Installation, until
from pages import ROOT, checked, typed

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(500), pytest.mark.xdist_group("run")]
ALL = list(typed())
OURS = [one for one in ALL if one.words[0].endswith("bidwright")]
MADE_ELSEWHERE = {
    "make run": "tests/e2e/test_run.py starts what it starts",
    "make run SITE=live": "the real site is nobody's to test with; tests/integration/test_fresh_install.py starts the same elsewhere",
    "make setup": "who runs this test has run it",
    "make test": "this test runs in it",
    "make check": "CI runs it",
    "make secrets": "tests/security/test_s16_redis_users.py makes some",
    "make swarm": "it changes the engine of the machine; `make swarm-test` runs it, when asked to",
}
ALIKE = {"doctor", "status", "ledger", "features", "notices", "plugin", "mode", "rates", "budget"}
DRIVEN = {"up", "exec", "ps", "logs", "restart"}
"""What of docker compose `make compose-test` drives."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A simulated sale whose lots close late; nobody types as fast as this test, so the rate limit is not for it."""
    made = Installation(tmp_path_factory.mktemp("docs"), BIDWRIGHT_SIMULATOR_OPTIONS="--first-close 900", API_RATE_LIMIT_MAX="100000")
    try:
        made.start()
        until(lambda: sum(lot["data"] is not None for lot in made.auctions()) >= 5, 40, lambda: made.printed, 2)
        yield made
    finally:
        made.kill()


@pytest.fixture(scope="module")
def lots(installation):
    """Two lots of the sale that nobody watches: the ids of the pages stand for them."""
    found = [lot["id"] for lot in installation.auctions() if lot["status"] == "monitoring"][:2]
    for lot in found:
        installation.verb("watch", "remove", lot)
    return dict(zip(("70012345", "70012346"), found, strict=True))


@pytest.fixture(scope="module")
def doctor(installation):
    """The names of the doctor's lines; it has looked once for all."""
    return {check["name"] for check in installation.verb("doctor")["checks"]}


def run(installation, words, folder):
    """Type it, with yes to every question; gives the exit code and what was printed."""
    given = {"env": {**installation._env, "PATH": "/usr/bin:/bin"}, "cwd": folder, "input": "yes\n" * 5, "timeout": 60}
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, **given)  # noqa: S603 - our own
    return done.returncode, done.stdout + done.stderr


def test_commands_of_the_pages(installation, lots, tmp_path):
    """In the order of each page; afterwards everything goes on as before. `doctor` may find something to say: then it ends with 1."""
    assert len(OURS) > 25
    wrong, page, done = [], "", set()
    for one in OURS:
        if one.words[1] in ALIKE and one.words[1:] in done:
            continue  # it says the same on every page
        done.add(one.words[1:])
        if one.page != page:
            for back in (["resume"], ["mode", "live", "--yes"], *(["watch", "remove", lot] for lot in lots.values())):
                run(installation, back, tmp_path)
            if one.page in ("README.md", "troubleshooting.md", "runbooks.md"):
                run(installation, ["rates", "set", "15", "8.5"], tmp_path)
            page = one.page
        words = [lots.get(word, word) for word in one.words[1:]]
        if words[:2] == ["watch", "add"]:
            run(installation, ["watch", "remove", words[2]], tmp_path)
        if words[:2] == ["group", "add"]:
            for lot in lots.values():
                run(installation, ["watch", "add", lot, "--cap", "9"], tmp_path)
        code, said = run(installation, words, tmp_path)
        if code not in ((0, 1) if words[0] == "doctor" else (0,)):
            wrong.append(f"{one} ended with {code}: {said[-300:]}")

    assert [] == wrong


@pytest.mark.parametrize(("what", "command", "line"), list(checked()))
def test_every_line_of_the_checklist_is_looked_at(installation, doctor, what, command, line, tmp_path):
    """The command runs, and the doctor has the line that is named."""
    words = shlex.split(command)[1:]
    if words == ["doctor"]:
        assert set(re.findall(r"`([^`]+)`", line)) <= doctor
        return
    code, said = run(installation, words, tmp_path)
    assert (0, said) == (code, said)


@pytest.mark.parametrize("one", [one for one in ALL if one.words[0] == "make"], ids=str)
def test_targets_of_make_are_there(one):
    """And it is said who runs them."""
    targets = re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    assert one.words[1] in targets
    assert shlex.join(one.words) in MADE_ELSEWHERE


@pytest.mark.parametrize("one", [one for one in ALL if one.words[0] == "docker"], ids=str)
def test_commands_of_docker_name_what_there_is(one):
    """Files, profiles and services as they are, and nothing that `make compose-test` does not drive."""
    services = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]
    words, rest = iter(one.words[2:]), []
    assert "compose" == one.words[1]
    for word in words:
        if word == "-f" and not rest:
            assert (ROOT / next(words)).is_file()
        elif word == "--profile":
            profile = next(words)
            assert [name for name, service in services.items() if profile in service.get("profiles", [])]
        elif word == "--scale":
            assert next(words).split("=")[0] in services
        else:
            rest.append(word)

    assert rest[0] in DRIVEN
    if rest[0] in ("exec", "logs", "restart"):
        named = [word for word in rest[1:] if not word.startswith("-") and not word.isdecimal()]
        assert named[0] in services


def test_python_is_the_one_that_make_uses():
    """A page that says another version would send people away."""
    assert f"Python {sys.version_info.major}.11 or newer" in (ROOT / "docs/install.md").read_text("utf-8")
