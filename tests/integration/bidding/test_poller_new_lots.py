"""The poller's first looks: lots of which nothing is known yet."""

from bidwright_nellis_proxy.gate import Rate


def watch_only(system, lot):
    """Watched, not armed."""
    system.watch(lot, armed="0")


def seen(system, lot):
    """When the lot was read last, in steady ms."""
    record = system.lot(lot)
    return max(record.obs_started, record.shown_started)


def test_of_many_new_lots_those_that_close_soon_are_read_in_full_first(system):
    """
    Forty armed at once are more than two requests a second can read before the first of them close: one or two tell when each does.
    """
    system.proxy.parts.site.gate.rate = Rate(2)
    late = [system.open_lot(1200) for _ in range(36)]
    soon = [system.open_lot(30) for _ in range(4)]
    for lot in [*late, *soon]:
        system.watch(lot)
    system.go(6)

    assert all(system.lot(lot).close for lot in late)
    assert any("only a list has shown it" in system.lot(lot).say for lot in late)

    system.go(24)
    assert [1] * 4 == [len(system.bids(lot)) for lot in soon]
    system.go(60)
    assert {"will"} == {system.lot(lot).say_kind for lot in late}


def test_many_new_lots_that_are_only_watched_are_read_together(system):
    """
    A list tells all that is shown of them: they are read in full by nobody, and each comes again when its schedule wants it.
    """
    system.proxy.parts.site.gate.rate = Rate(2)
    lots = [system.open_lot(7200) for _ in range(40)]
    for lot in lots:
        watch_only(system, lot)
    system.go(6)

    assert all(system.lot(lot).seen and system.lot(lot).close for lot in lots)
    assert 0 == system.site.ledger.by_kind["page"]
    before, asked = {lot: seen(system, lot) for lot in lots}, system.site.ledger.by_kind["listings"]
    system.go(340, step=1)
    assert all(seen(system, lot) > before[lot] for lot in lots)
    assert system.site.ledger.by_kind["listings"] - asked <= 10


def test_while_many_new_lots_wait_for_their_first_look_those_read_are_planned_as_the_schedule_wants(system):
    """
    Two hundred and forty are far more than one request a second reads at once; what they want once they were read is not, so that none of
    them is left alone for longer than the plan's five minutes.
    """
    system.proxy.parts.site.gate.rate = Rate(1)
    lots = [system.open_lot(7200) for _ in range(240)]
    for lot in lots:
        watch_only(system, lot)
    for _ in range(30):
        system.run(system.poller.demand.refresh(1.0, system.poller.looks.cover, lists=True))
        system.go(1)
    due = system.run(system.redis.zrange("bw:due:poll", -1, -1, withscores=True))[0][1]

    assert all(system.lot(lot).close for lot in lots)
    assert due - system.run(system.transitions.stamp()) <= 330_000


def test_new_lots_that_come_one_by_one_are_read_together_once_they_are_many(system):
    """
    Four new lots a second, where fewer than two requests a second are allowed: none waits longer than a list that tells of it takes.
    """
    system.proxy.parts.site.gate.rate = Rate(2)
    lots = []
    for _ in range(80):
        lots.append(system.open_lot(7200))
        watch_only(system, lots[-1])
        system.go(0.25, step=0.25)
    system.go(10)

    assert all(system.lot(lot).seen and system.lot(lot).close for lot in lots)
    assert system.site.ledger.by_kind["page"] <= 20


def test_of_new_lots_that_come_one_by_one_the_armed_are_read_in_full(system):
    """
    A list shows each of them soon; then each that may be bid on is read in full, since nothing is decided by a list.
    """
    system.proxy.parts.site.gate.rate = Rate(2)
    lots = []
    for number in range(60):
        lots.append(system.open_lot(7200))
        system.watch(lots[-1], armed="01"[number % 4 == 0])
        system.go(0.25, step=0.25)
    system.go(10)
    assert all(system.lot(lot).close for lot in lots)

    system.go(20)
    assert {"will"} == {system.lot(lot).say_kind for lot in lots[::4]}
