"""Ends in a crowd: more lots close than the budget has two pages for."""

from bidwright_nellis_proxy.gate import Rate


def watch_only(system, lot):
    """Watched, not armed."""
    system.watch(lot, armed="0")


def test_in_a_crowd_a_list_that_leaves_a_lot_out_is_one_of_two_witnesses_of_its_end(system):
    """
    Two lots close each second and little more than two requests are allowed: one page each, and lists of open lots, tell all ends soon.
    An armed one, which a rival has at more than its limit, gets its two pages all the same.
    """
    system.proxy.parts.site.gate.rate = Rate(3)
    open_ones = [system.open_lot(400) for _ in range(8)]
    lots = [system.open_lot(60 + n / 2) for n in range(30)]
    armed = system.open_lot(70)
    system.site.bid(9001, system.at_site(armed), 5)
    for lot in (*open_ones, *lots):
        watch_only(system, lot)
    system.watch(armed, cap="100")
    system.go_to_close(lots[0], 5)
    while system.left(lots[-1]) > -15:
        system.run(system.poller.demand.refresh(3.0, system.poller.looks.cover, lists=True))
        system.go(1)
    pages = [str(entry["lot"]) for entry in system.site.ledger.entries if entry.get("kind") == "page" and past_close(system, entry)]

    assert all(system.lot(lot).final for lot in (*lots, armed))
    assert sum(pages.count(lot) for lot in lots) < 1.4 * len(lots)
    assert 2 == pages.count(armed)
    assert all(system.lot(lot).ended_at >= system.at_site(lot).close for lot in lots)


def test_a_lot_that_has_closed_is_not_put_back_behind_prices(system):
    """
    In a crowd, while three hundred others are due at once and one request a second is allowed: it has a seat in one of the next requests.
    """
    system.proxy.parts.site.gate.rate = Rate(1)
    lots = [system.open_lot(40), *(system.open_lot(1800) for _ in range(300))]
    began = system.run(system.transitions.stamp())
    for lot in lots:
        watch_only(system, lot)
        close = system.at_site(lot).close
        system.run(system.transitions.show(lot, read_started=began, status="open", close=close, price=100, shown={"title": "Lamp"}))
    system.go_to_close(lots[0], 1)
    for lot in lots[1:]:
        system.run(system.transitions.put("poll", lot, 0))
    system.run(system.poller.demand.refresh(1.0, 1.0, lists=True))
    asked = system.site.ledger.by_kind["listings"]
    while not system.lot(lots[0]).final:
        system.go(0.5)

    assert system.poller.looks.crowded
    assert system.site.ledger.by_kind["listings"] - asked <= 8


def test_an_armed_lot_in_its_last_minutes_is_not_put_back_behind_prices(system):
    """
    While three hundred others are due at once and one request a second is allowed, it stays as fresh as the requests that leave can make
    it.
    """
    system.proxy.parts.site.gate.rate = Rate(1)
    system.poller.looks.keep_to(1.0)
    armed, *others = lots = [system.open_lot(100), *(system.open_lot(1800) for _ in range(300))]
    began = system.run(system.transitions.stamp())
    for lot in lots:
        system.watch(lot, armed=str(int(lot == armed)))
        shown = {"read_started": began, "status": "open", "price": 100, "shown": {"title": "Lamp"}}
        system.run(system.transitions.show(lot, close=system.at_site(lot).close, **shown))
    system.go(10)
    for lot in others:
        system.run(system.transitions.put("poll", lot, 0))
    ages = []
    for _ in range(40):
        system.go(0.5)
        ages.append(age_ms(system, armed))

    assert any(age_ms(system, lot) > 10_000 for lot in others)
    assert max(ages) < 7_000


def age_ms(system, lot):
    """How long ago the lot's newest read began."""
    record = system.lot(lot)
    return system.run(system.transitions.stamp()) - max(record.obs_started, record.shown_started)


def past_close(system, entry):
    """Whether a request of the ledger came after the close of its lot."""
    return entry["t"] >= system.at_site(str(entry["lot"])).close


def test_a_crowd_is_known_before_its_ends_come(system):
    """
    Forty lots that close within the minute want eighty pages. One request a second is not enough for that, but for one page each: no look
    is missing.
    """
    for n in range(40):
        system.watch(system.open_lot(30 + n / 2), armed="0")
    system.go(5)
    plans = [system.run(system.poller.demand.refresh(rate, 40.0, lists=True)) for rate in (10.0, 2.0)]

    assert [(False, 0), (True, 0)] == [(plan.crowded, plan.shortfall) for plan in plans]
