"""Parts of a trace: told to who listens, and nothing at all where nobody does."""

import pytest

from bidwright.trace import Trace, current, listen, part, root, under


@pytest.fixture
def heard():
    """The parts that end during a test."""
    found = []
    listen(found.append)
    yield found
    listen(found.append, wanted=False)


def test_a_part_knows_where_it_belongs(heard):
    """Its parent, its details, how long it took."""
    with root("order") as outer, part("store.put", lot="1"):
        inner = current()

    put, order = heard
    assert ("store.put", outer, inner, {"lot": "1"}) == (put.name, put.parent, put.trace, put.details)
    assert (None, "", outer.id) == (order.parent, order.failed, put.trace.id)
    assert 0 <= put.took_ns <= order.took_ns
    assert current() is None


def test_without_a_trace_there_are_no_parts(heard):
    """Work that belongs to none goes on as it is."""
    with part("store.put"):
        assert current() is None

    assert [] == heard


def test_where_nobody_listens_the_trace_goes_on_all_the_same():
    """It is handed on as it came, without a part."""
    given = Trace.begun()
    with under(given), part("store.put"):
        assert given == current()


def test_what_went_wrong_is_named(heard):
    """And raised."""
    with pytest.raises(KeyError), root("order"):
        raise KeyError("x")

    assert ["KeyError"] == [one.failed for one in heard]


def test_nobody_is_told_twice(heard):
    """However often it asks."""
    listen(heard.append)
    with root("order"):
        pass

    assert 1 == len(heard)
