"""
S12: the memory of every process is searched for what must not be in it: sealed cookies, the key they are sealed to, the client token.

What may be there all the same: nellis-proxy has to read the cookies to use them, the gateway has to know its token. Cookies that an old
client sends in the clear pass through the gateway, and Python does not wipe what it frees; that is why there is a way to seal them.
"""

import base64
import os
import sys
from pathlib import Path

import httpx
import pytest

from bidwright_nellis_proxy.letters import seal_for

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))  # installation.py, a whole installation in processes
from installation import Installation

pytestmark = [pytest.mark.integration, pytest.mark.timeout(200), pytest.mark.xdist_group("run")]
OTHERS = ("redis", "bidder", "poller", "nellis-proxy", "gateway")
_PART = 1 << 20


def coats(secret):
    """Forms in which *secret* could lie around: as it is, as hex, as base64 at each offset, and its halves."""
    raw = secret.encode()
    found = {raw, raw[: len(raw) // 2], raw[len(raw) // 2 :], raw.hex().encode()}
    return found | {base64.b64encode(b"x" * before + raw)[4:-4] for before in range(3)}


def holds(pid, secret):
    """Those forms of *secret* that are in the memory of the process *pid* (proc(5): maps and mem)."""
    wanted, found = coats(secret), set()
    longest = max(map(len, wanted))
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_, last = line.split(maxsplit=5)
            if not rights.startswith("rw") or last in ("[vvar]", "[vsyscall]"):
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            rest = b""
            while begin < end:
                try:
                    memory.seek(begin)
                    part = memory.read(min(_PART, end - begin))
                except (OSError, ValueError, OverflowError):
                    break  # it was given back meanwhile
                if not part:
                    break
                found |= {coat for coat in wanted if coat in rest + part}
                rest, begin = part[-longest:], begin + len(part)
    return found


@pytest.fixture
def installation(tmp_path):
    """Everything that `bidwright up` starts, on the simulated site."""
    made = Installation(tmp_path)
    made.start()
    try:
        os.close(os.open(f"/proc/{made.pids['redis']}/mem", os.O_RDONLY))
    except OSError as error:
        made.kill()
        pytest.skip(f"the memory of other processes cannot be read here ({error.strerror})")
    yield made
    made.kill()


@pytest.fixture
def site(installation):
    """The simulated site's address, from the address of any lot."""
    address = httpx.URL(installation.api.get("/api/status").json()["site"]["address"])
    return f"{address.scheme}://{address.host}:{address.port}"


def test_what_must_not_be_in_memory(installation, site, tmp_path):
    """A session that was sealed, used and stored is in nellis-proxy alone; its key too; the token is the gateway's alone."""
    with httpx.Client(trust_env=False, timeout=20) as http:
        value = http.post(f"{site}/__sim/session", json={}).json()["value"]
    canary = value.split(".")[0]
    key = installation.api.get("/api/auth/key").json()
    letter = seal_for(key["keyId"], base64.b64decode(key["publicKey"]), f"__session={value}", os.urandom(12))
    parts = {"publicKey": letter.public_key, "nonce": letter.nonce, "ciphertext": letter.ciphertext}
    sealed = {"keyId": letter.key_id, **{name: base64.b64encode(part).decode() for name, part in parts.items()}}
    assert {"success": True} == installation.api.post("/api/auth", json={"sealed": sealed}).json()
    assert installation.api.get("/api/auth/status").json()["authenticated"]
    installation.api.post("/api/auth/validate", json={})
    secret = next(tmp_path.rglob("secret.key")).read_text().strip()

    found = {(name, what): holds(installation.pids[name], text) for name in OTHERS for what, text in _secrets(canary, secret, installation)}
    there = {where for where, coat in found.items() if coat}
    assert {("nellis-proxy", "cookie"), ("gateway", "token")} <= there  # else the search finds nothing anywhere
    assert set() == there - {("nellis-proxy", "cookie"), ("nellis-proxy", "key"), ("gateway", "token")}


def _secrets(canary, secret, installation):
    return (("cookie", canary), ("key", secret), ("token", installation.token))
