"""A store that keeps its data on disk, killed and started again."""

import pytest
from books import LOT, Books
from pytest_bdd import given, parsers, step, then

from bidwright.runtime.engine import Engine


@pytest.fixture
def durable(tmp_path):
    """An engine of the scenario's own."""
    made = Engine(tmp_path / "durable", durable=True)
    made.start()
    yield made
    made.kill()


@given("a durable store of its own, made ready and live", target_fixture="books")
def _durable(durable, story, request):
    made = story.world = Books(durable.url)
    request.addfinalizer(made.close)
    made.do(made.house.open())
    return made


@step(parsers.re(r"the store is killed and started (again|an (?P<later>hour) later)"))
def _killed(books, durable, later):
    durable.kill()
    durable.start()
    books.do(books.redis.connection_pool.disconnect())
    if later:
        books.clock.advance(3600)


@step("it is made ready again")
def _ready_again(books):
    given = {"site": "http://site", "schema": "1", "total_limit": 200_000, "live": "1", "max_bid": 100_000}
    assert books.do(books.t.init(epoch="e2", known="e1", **given)).ok


@given(parsers.parse("the switch {name} was set to {value}"))
def _switch(books, name, value):
    books.do(books.redis.set(f"feature:{name}", value))


@then(parsers.parse("the switch {name} is still set to {value}"))
def _still(books, name, value):
    assert value == books.do(books.redis.get(f"feature:{name}"))


@then(parsers.parse("the lot is armed up to ${cap:d}, and due in both queues"))
def _armed(books, cap):
    lot = books.lot()
    assert (True, True, cap * 100) == (lot.watched, lot.armed, lot.cap)
    assert None not in (books.due("bid", LOT), books.due("poll", LOT))
