"""A file or a variable on the host of nellis-proxy: stops what is reserved, is everybody's halt, and does not go away by itself."""

import pytest

from bidwright_nellis_proxy.settings import Halting, ProxySettings
from bidwright_proto.v1 import site_pb2


async def submit(running, intent="i1"):
    """Bring the intent to the last hop."""
    return await running.stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id=intent))


def refused_at_claim(house):
    """What CLAIM says of the reserved intent, asked directly: another proxy would hear the same."""
    return house.transitions.claim("i1", "another proxy")


@pytest.mark.parametrize("way", ["file", "file of all sites", "environment"])
async def test_a_reserved_bid_is_stopped_everywhere(house, tmp_path, way):
    """Here at once; at every other proxy once the word is out."""
    settings = {"file": {}, "file of all sites": {"halt_file": tmp_path / "STOP"}, "environment": {"halt": True}}[way]
    running = await house.start(**settings)
    await house.signed_in()
    await house.reserve()
    for name in {"file": ("HALT",), "file of all sites": ("STOP",)}.get(way, ()):
        (tmp_path / name).touch()

    await running.proxy.halting.tell()
    claimed = await refused_at_claim(house)
    assert ("cancel", "halted") == (claimed.action, claimed.why)
    assert "CANCELLED" == (await submit(running)).state
    kill = await house.records.kill()
    assert ("halt", way.split(maxsplit=1)[0]) == (kill["state"], kill["by"])


async def test_the_last_hop_does_not_wait_for_the_word(house, tmp_path):
    """The file counts from the moment it is there."""
    running = await house.start()
    await house.signed_in()
    await house.reserve()
    (tmp_path / "HALT").touch()

    reply = await submit(running)
    assert ("CANCELLED", "halted-here") == (reply.state, reply.why)


async def test_taking_the_file_away_resumes_nothing(house, tmp_path):
    """And while it is there nobody resumes past it."""
    (tmp_path / "HALT").touch()
    running = await house.start()
    await running.proxy.halting.tell()
    gen = (await house.records.kill())["gen"]
    assert "halted-here" == (await house.transitions.resume("owner", gen)).why

    (tmp_path / "HALT").unlink()
    await running.proxy.halting.tell()
    assert "halt" == (await house.records.kill())["state"]


def test_what_is_to_be_taken_away_is_named(tmp_path):
    """The file by its path, the variable by its name; an empty variable counts as unset."""
    (tmp_path / "STOP").touch()
    assert Halting("file", f"the file {tmp_path / 'STOP'}") == ProxySettings(data_dir=tmp_path, halt_file=tmp_path / "STOP").halting
    assert Halting("environment", "the variable BIDWRIGHT_HALT") == ProxySettings(data_dir=tmp_path, halt=True).halting
    assert ProxySettings(data_dir=tmp_path, BIDWRIGHT_HALT_FILE="", BIDWRIGHT_HALT="").halting is None
