"""One installation serves all scenarios: to build a gateway for each would take longer than all the rest."""

import pytest
from premises import Premises


@pytest.fixture(scope="module")
def _premises(engine, tmp_path_factory):
    made = Premises(engine.url, tmp_path_factory.mktemp("premises"))
    yield made
    made.close()


@pytest.fixture
def system(_premises, story):
    """The installation, tidied up and logged in."""
    _premises.tidy()
    story.world = _premises
    yield _premises
    for wire in story.wires.values():
        _premises.run(wire.socket.close())
