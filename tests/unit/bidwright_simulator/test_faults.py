"""Which requests a fault hits."""

import pytest

from bidwright_simulator.faults import Faults


@pytest.fixture
def faults():
    return Faults("1")


def kinds(hit):
    return [fault.kind for fault in hit]


def test_a_fault_hits_its_paths_and_lots(faults):
    """
    Other paths and other lots are spared.
    """
    faults.add({"kind": "status", "on": ["page", "data"], "lots": [7]}, 0)

    assert ["status"] == kinds(faults.pick("data", 7, 0))
    assert [] == faults.pick("bids", 7, 0)
    assert [] == faults.pick("page", 8, 0)


def test_a_fault_ends_by_count_and_by_time(faults):
    """
    After so many hits, or when its seconds are over, it is gone.
    """
    faults.add({"kind": "reset", "count": 2}, 0)
    faults.add({"kind": "slow", "seconds": 1.5}, 0)

    assert ["reset", "slow"] == kinds(faults.pick("page", None, 0))
    assert ["reset", "slow"] == kinds(faults.pick("page", None, 1499))
    assert [] == faults.pick("page", None, 1500)
    assert [] == faults.active


def test_probability_is_repeatable():
    """
    The dice are seeded: one in three hits about a third, and the same ones each time.
    """

    def thrown():
        faults = Faults("x")
        faults.add({"kind": "slow", "probability": 0.33}, 0)
        return [bool(faults.pick("page", None, 0)) for _ in range(300)]

    assert thrown() == thrown()
    assert 70 < sum(thrown()) < 130


def test_faults_are_taken_away(faults):
    """
    One by its number, or all.
    """
    first = faults.add({"kind": "slow"}, 0)
    faults.add({"kind": "reset"}, 0)

    assert faults.remove(first.id) == 1
    assert faults.remove() == 1
    assert [] == faults.pick("page", None, 0)


@pytest.mark.parametrize(
    "order", [{}, {"kind": "flood"}, {"kind": "slow", "on": "attic"}, {"kind": "slow", "lotz": 1}, {"kind": "slow", "count": "x"}]
)
def test_a_wrong_order_is_refused(faults, order):
    """
    What is wrong is said, and nothing is put in force.
    """
    with pytest.raises(ValueError, match=r"."):
        faults.add(order, 0)

    assert [] == faults.active
