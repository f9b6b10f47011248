"""What a watch costs the site: its watcher's own read, and no second one."""

import pytest

from bidwright.runtime import reading


def watched(system, **fields: str) -> str:
    """A lot two hours from its close, watched as the gateway does it: asked for, written down, told."""
    lot = system.open_lot(7200)
    reply = system._with_time(system.poller.reads.lot(lot))
    system.watch(lot, **fields)
    system.run(reading.apply(system.transitions, reply.lot, reply.read_started_ms))
    return lot


def pages(system) -> int:
    """How many pages of lots the site has shown."""
    return system.site.ledger.by_kind["page"]


@pytest.mark.parametrize("armed", ["0", "1"])
def test_a_lot_that_its_watcher_has_read_is_not_read_again_at_once(system, armed):
    system.log_in()
    watched(system, armed=armed)
    before = pages(system)

    system.go(20, step=1)

    assert before == pages(system)


def test_who_asks_for_a_look_gets_one(system):
    system.log_in()
    lot = watched(system)
    before = pages(system)

    system.run(system.poller.looks.want(lot))
    system.go(2)

    assert before < pages(system)


def test_a_lot_nobody_has_read_is_read_at_once(system):
    system.log_in()
    before = pages(system)
    system.watch(system.open_lot(7200))

    system.go(2)

    assert before < pages(system)
