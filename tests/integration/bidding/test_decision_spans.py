"""The trace of a decision: how long a look only waited for the instant of its plan can be told from what it did."""

from datetime import datetime

import pytest

from bidwright.trace import listen
from bidwright_feature_tracing.spans import told


@pytest.fixture
def heard():
    """The parts of traces that end during a test; after it nobody listens, the plugin neither."""
    found = []
    listen(found.append)
    yield found
    for listener in (found.append, told):
        listen(listener, wanted=False)


def test_the_wait_for_the_instant_is_a_part_of_the_look(system, heard):
    """It says the planned instant, ten seconds before the close, and the bid is handed over in the same look, after it."""
    system.run(system.redis.set("feature:distributed_tracing", "true"))
    system.follow_toggles()
    lot = system.open_lot(60)
    system.watch(lot)
    close = system.at_site(lot).close / 1000  # the bid moves it
    system.go(55)

    wait = next(part for part in heard if part.name == "bidder.wait")
    bid = next(part for part in heard if part.name == "call.SubmitIntent")
    planned = datetime.fromisoformat(wait.details["until"]).timestamp()
    assert planned == pytest.approx(close - 10, abs=1)
    assert bid.parent == wait.parent
    assert heard.index(wait) < heard.index(bid)
    assert "bidder.look" == next(part for part in heard if part.trace == wait.parent).name
