"""The poller's looks: what is told, when, and with how few requests."""

import grpc.aio
import pytest

from bidwright.runtime import reading, rpc
from bidwright_nellis_proxy.gate import Rate
from bidwright_proto.v1 import poller_pb2, poller_pb2_grpc


def watch_only(system, lot):
    """Watched, not armed."""
    system.watch(lot, armed="0")


def test_many_lots_in_one_request(system):
    """
    Where the site offers a batch read, it carries the lots that are only watched.
    """
    lots = [system.open_lot(100) for _ in range(12)]
    for lot in lots:
        watch_only(system, lot)
    system.go(15)
    system.go(60)

    assert all(system.lot(lot).seen for lot in lots)
    assert system.site.ledger.by_kind["listings"] > 3
    assert system.poller.looks.cover > 1


def test_lots_that_are_due_soon_ride_along(system):
    """
    Two dozen lots, each due at another second: a few requests carry them all, and each is as fresh as its schedule wants.
    """
    lots = [system.open_lot(7200) for _ in range(24)]
    for lot in lots:
        watch_only(system, lot)
        system.go(1, step=1)
    before, asked = {lot: seen(system, lot) for lot in lots}, sum(system.site.ledger.by_kind.values())
    system.go(340, step=1)

    assert all(seen(system, lot) > before[lot] for lot in lots)
    assert sum(system.site.ledger.by_kind.values()) - asked <= 12


def test_lots_that_close_soon_ride_along_as_well(system):
    """
    Two dozen lots that close within minutes, each due at another moment: requests that go out for one carry those that come next, and
    none grows older than its schedule allows.
    """
    lots = [system.open_lot(500) for _ in range(24)]
    for lot in lots:
        watch_only(system, lot)
        system.go(0.5)
    system.go(20)
    asked, oldest = sum(system.site.ledger.by_kind.values()), 0
    for _ in range(60):
        system.go(1, step=0.5)
        now = system.run(system.transitions.stamp())
        oldest = max(oldest, *(now - seen(system, lot) for lot in lots))

    assert oldest < 15_000 * 1.1 + 1000
    assert sum(system.site.ledger.by_kind.values()) - asked <= 12


def test_lots_that_come_due_while_one_waits_for_its_turn_share_the_next_request(system):
    """
    Two dozen lots close within minutes and want a look every few seconds; one request a second is allowed, and they are as fresh as
    requests that carry all of them can make them.
    """
    system.proxy.parts.site.gate.rate = Rate(1)
    lots = [system.open_lot(280 + n) for n in range(24)]
    for lot in lots:
        watch_only(system, lot)
    system.go(60, step=1)
    asked = sum(system.site.ledger.by_kind.values())
    system.go(60, step=1)
    now = system.run(system.transitions.stamp())

    assert max(now - seen(system, lot) for lot in lots) < 20_000
    assert sum(system.site.ledger.by_kind.values()) - asked <= 40


def test_what_the_next_requests_can_not_carry_is_not_held(system):
    """
    Three hundred lots are due at once and one request a second is allowed: those that must wait are put back, the others wait under a
    lease, and within some rounds all have been read.
    """
    system.proxy.parts.site.gate.rate = Rate(1)
    lots = [system.open_lot(1800) for _ in range(300)]
    began = system.run(system.transitions.stamp())
    for lot in lots:
        watch_only(system, lot)
        close = system.at_site(lot).close
        system.run(system.transitions.show(lot, read_started=began, status="open", close=close, price=100, shown={"title": "Lamp"}))
    most = 0
    for _ in range(60):
        system.go(1, step=0.5)
        most = max(most, sum(bool(system.run(system.redis.hget(f"bw:lot:{lot}", "lease:poll"))) for lot in lots))

    assert 100 < most <= 6 * 32
    assert all(seen(system, lot) > began for lot in lots)


def test_a_lot_that_is_only_watched_is_left_alone_in_its_last_second(system):
    """
    What it ended at is read half a second later anyway, and sooner if the budget still has the request.
    """
    system.site.settings = system.site.settings.changed({"listings": False})
    system.proxy.parts.site.gate.rate = Rate(100)  # a read that waits for its turn comes later than it was planned
    lots = [system.open_lot(30 + 5 * n) for n in range(12)]
    for lot in lots:
        watch_only(system, lot)
    system.go(100, step=0.25)
    reads = [entry for entry in system.site.ledger.entries if entry.get("kind") == "page"]
    before = [system.at_site(str(read["lot"])).close - read["t"] for read in reads]

    assert len(before) > 100
    assert not [left for left in before if 0 < left < 500]  # the clock here goes by quarters of a second, two while something is asked


def test_an_end_does_not_stand_behind_a_request_for_many(system):
    """
    A lot has closed while others come due as well, and the site is slow to tell of many: the end is asked for meanwhile.
    """
    near, *far = [system.open_lot(seconds) for seconds in (60, 7200, 7200, 7200)]
    for lot in (near, *far):
        watch_only(system, lot)
    system.go_to_close(near, -0.1)
    system.site.faults.add({"kind": "slow", "on": ["listings"], "params": {"ms": 3000}}, system.site.now())
    for lot in (near, *far):
        system.run(system.transitions.put("poll", lot, 0))
    system.go_to_close(near, -2)
    asked = [entry for entry in system.site.ledger.entries if entry["what"] == "request" and entry["t"] >= system.at_site(near).close]
    pages, lists = ([entry["t"] for entry in asked if entry["kind"] == kind] for kind in ("page", "listings"))

    assert 1 == len(lists)
    assert pages[0] < lists[0] + 1000


def test_the_end_of_a_lot_that_is_only_watched_goes_before_looks_that_can_wait(system):
    """
    Seven others stand in line for one request a second when it closes; with a budget that is enough for all, the end is the next request.
    """
    system.site.settings = system.site.settings.changed({"listings": False})
    near, *far = [system.open_lot(seconds) for seconds in (60, *[7200] * 7)]
    for lot in (near, *far):
        watch_only(system, lot)
    system.go_to_close(near, -0.1)
    system.proxy.parts.site.gate.rate = Rate(1)
    for lot in far:
        system.run(system.transitions.put("poll", lot, 0))
    system.go(0.25)
    system.run(system.transitions.put("poll", near, 0))
    system.go(8)
    close = system.at_site(near).close
    asked = [str(entry["lot"]) for entry in system.site.ledger.entries if entry.get("kind") == "page" and entry["t"] > close]

    assert near in asked[:3]
    assert len(asked) > 4


def seen(system, lot):
    """When the lot was read last, in steady ms."""
    record = system.lot(lot)
    return max(record.obs_started, record.shown_started)


def test_a_look_that_somebody_asks_for_is_made_whatever_rode_along(system):
    """
    A refresh right after the lot was read for another one's sake reads it once more.
    """
    one, other = system.open_lot(7200), system.open_lot(7200)
    for lot in (one, other):
        watch_only(system, lot)
        system.go(2, step=1)
    system.run(system.transitions.put("poll", one, 0))
    system.run(system.transitions.put("poll", other, 1500))
    system.go(1)
    rode = seen(system, other)

    assert rode == seen(system, one)

    system.run(system.transitions.put("poll", other, 0))
    system.go(1)

    assert seen(system, other) > rode


def test_a_site_without_a_batch_read_is_read_one_by_one(system):
    """
    It is asked for once in ten minutes, not at every look.
    """
    system.site.settings = system.site.settings.changed({"listings": False})
    lots = [system.open_lot(100) for _ in range(6)]
    for lot in lots:
        watch_only(system, lot)
    system.go(60)

    assert all(system.lot(lot).obs_started for lot in lots)
    assert 3 >= system.site.ledger.by_kind["listings"]  # looks under way at the same time each try once


def test_a_lot_nobody_knows(system):
    """
    A clear sentence, and rare looks.
    """
    watch_only(system, "123456")
    system.go(5)
    lot = system.lot("123456")

    assert ("gone", "The site does not know a lot 123456. Check the number, or stop watching it.") == (lot.trouble_kind, lot.trouble)


def test_a_page_that_is_not_understood(system):
    """
    Told at once; the next good read takes it away.
    """
    system.site.faults.add({"kind": "html", "seconds": 20}, system.site.now())
    lot = system.open_lot(900)
    watch_only(system, lot)
    system.go(5)

    assert "changed" == system.lot(lot).trouble_kind

    system.site.faults.remove(None)
    system.go(70, step=1)

    assert ("", True) == (system.lot(lot).trouble, system.lot(lot).seen)


def test_a_lot_that_the_site_forgot_after_its_close_ends(system):
    """
    Never by the clock alone: three answers over ten seconds, then two more reads.
    """
    lot = system.open_lot(30)
    watch_only(system, lot)
    system.go(5)
    close = system.at_site(lot).close
    forgotten = system.site.lots.pop(int(lot))
    system.go((close - system.site.now()) / 1000 + 8)

    assert not system.lot(lot).final

    system.go(60)

    assert ("ended", forgotten.price * 100) == (system.lot(lot).outcome, system.lot(lot).price)
    assert 1 == system.events("lot.closed", lot)


def test_a_close_that_moves_is_followed(system):
    """
    An extension is adopted by the next read; nothing ends before the site says so.
    """
    lot = system.open_lot(20)
    watch_only(system, lot)
    system.go_to_close(lot, 3)
    system.site.bid(9001, system.at_site(lot), 5)
    system.go(10)

    assert not system.lot(lot).final
    assert system.at_site(lot).close == system.lot(lot).close

    system.go_to_close(lot, -5)

    assert system.lot(lot).final


def test_logged_out_everything_is_shown_and_nothing_known(system):
    """
    Price and close go on; who leads is not told.
    """
    lot = system.open_lot(60)
    system.site.accounts.expire()
    system.run(system.transitions.session("missing", ""))
    watch_only(system, lot)
    system.go(5)

    assert (0, True) == (system.lot(lot).obs_started, system.lot(lot).seen)

    system.go_to_close(lot, -5)

    assert "ended" == system.lot(lot).outcome


def test_the_service_brings_looks_forward_and_counts(system):
    """
    Refresh makes a lot due; QueueStatus tells what was done and what comes next.
    """
    lot = system.open_lot(7200)
    watch_only(system, lot)
    system.go(2)
    server, _ = rpc.server(**{"bidwright.v1.Poller": (poller_pb2_grpc.add_PollerServicer_to_server, system.poller.servicer)})
    port = rpc.bind(server, "127.0.0.1:0")

    async def talk():
        await server.start()
        async with rpc.channel(f"127.0.0.1:{port}") as channel:
            stub = poller_pb2_grpc.PollerStub(channel)
            known = await stub.Refresh(poller_pb2.RefreshRequest(lot_id=lot))
            unknown = await stub.Refresh(poller_pb2.RefreshRequest(lot_id="5"))
            status = await stub.QueueStatus(poller_pb2.QueueStatusRequest())
            with pytest.raises(grpc.aio.AioRpcError, match="Name the lot"):
                await stub.Refresh(poller_pb2.RefreshRequest())
        await server.stop(0)
        return known.queued, unknown.queued, status

    known, unknown, status = system.run(talk())

    assert (True, False) == (known, unknown)
    assert (1, 1, 0) == (status.queue_size, status.total_polls, status.errors)
    assert [(lot, True)] == [(item.lot_id, item.due_in_ms <= 0) for item in status.items]


def test_what_far_lots_want_is_known_as_soon_as_they_come_and_go(system):
    """
    Two hundred lots that are known to close in two hours are more than one request in two seconds allows; when they are let go, nothing is
    missing.
    """
    lots = [system.open_lot(7200 + n) for n in range(200)]
    shortfalls = [system.run(system.poller.demand.refresh(0.5, 1.0)).shortfall]
    for lot in lots:
        system.watch(lot, armed="0")
        shown = {"read_started": system.run(system.transitions.stamp()), "status": "open", "price": 100, "shown": {"title": "Lamp"}}
        system.run(system.transitions.show(lot, close=system.at_site(lot).close, **shown))
    shortfalls.append(system.run(system.poller.demand.refresh(0.5, 1.0)).shortfall)
    for lot in lots:
        system.run(system.transitions.unwatch(lot))
    shortfalls.append(system.run(system.poller.demand.refresh(0.5, 1.0)).shortfall)

    assert [0, 0] == shortfalls[::2]
    assert shortfalls[1] > 0


def test_demand_is_worked_out_from_all_lots(system):
    """
    A hundred lots in their last minutes want more than the budget allows: their pauses grow, and the shortfall is told.
    """
    for n in range(100):
        system.watch(system.open_lot(100 + n / 10), armed="0")
    system.go(20)
    stretch = system.run(system.poller.demand.refresh(10.0, 1.0))

    assert stretch.shortfall > 0
    assert stretch(5.0) > 5.0


def test_a_bid_while_a_look_is_under_way_is_confirmed_by_a_read_of_its_own(system):
    """
    The owner changes the lot and bids while it is being read: the look that the change wanted is done by that read, the one after the bid
    is not.
    """
    lot = system.open_lot(7200)
    system.watch(lot, armed="0", strategy="auto", cap=5000)
    system.go(3)
    system.run(system.transitions.put("poll", lot))
    (held,) = system.run(system.transitions.take("poll", n=1, lease_ms=2000)).tickets
    system.run(system.transitions.configure(lot, {"armed": "1"}))
    system.clock.advance(0.01)
    reply = system._with_time(system.poller.reads.lot(lot))
    system.run(reading.apply(system.transitions, reply.lot, reply.read_started_ms))
    system.clock.advance(0.01)
    system._with_time(system.bidder.worker.run_due())
    record = system.lot(lot)
    assert (record.high > 0, record.leading, record.settled > record.obs_started) == (True, False, True)
    system.run(system.transitions.done("poll", lot, held.fence, 600_000))

    system.go(2)

    assert system.lot(lot).leading
