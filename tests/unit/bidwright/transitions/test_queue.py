"""The due queue: earliest first, one holder at a time, and no wake-up is ever lost."""

from house import LOT, House


async def _watch(house: House, *lots: str) -> None:
    await house.open()
    for lot in lots:
        await house.watch(lot, armed=0)


async def test_hands_out_the_earliest_first_and_hides_it(house: House) -> None:
    """
    A taken lot is nobody else's for the length of its lease.
    """
    await _watch(house, "1", "2")
    first = await house.t.take("poll", n=1, lease_ms=2000)
    second = await house.t.take("poll", n=5, lease_ms=2000)

    assert ["1"] == [t.lot_id for t in first.tickets]
    assert ["2"] == [t.lot_id for t in second.tickets]


async def test_the_two_queues_do_not_disturb_each_other(house: House) -> None:
    """
    A look of the poller leaves the bidder's fence alone.
    """
    await _watch(house, LOT)
    bid = await house.ticket()
    await house.t.take("poll", n=1, lease_ms=2000)

    assert (await house.t.done("bid", LOT, bid.fence, 0)).ok


async def test_a_crashed_holder_loses_the_lot_when_its_lease_ends(house: House) -> None:
    """
    The lot comes due again, the log says so, and the old fence is worth nothing.
    """
    await _watch(house, LOT)
    old = await house.ticket()
    await house.pass_time(2.1)

    new = await house.ticket()

    assert old.fence != new.fence
    assert "fenced" == (await house.t.done("bid", LOT, old.fence, 0)).why
    assert "lot.retaken" in await house.kinds()


async def test_renewing_keeps_the_lot(house: House) -> None:
    """
    A worker that waits for an instant keeps its lot as long as it renews.
    """
    await _watch(house, LOT)
    held = await house.ticket()
    for _ in range(4):
        await house.pass_time(1)
        assert await house.t.renew("bid", LOT, held.fence, 2000)

    assert [] == (await house.t.take("bid", n=5, lease_ms=2000)).tickets


async def test_a_put_while_held_is_obeyed_by_done(house: House) -> None:
    """
    What changed during a look is looked at again at once, though DONE asked for much later.
    """
    await _watch(house, LOT)
    held = await house.ticket()
    await house.t.put("bid", LOT)

    assert 0 == (await house.t.done("bid", LOT, held.fence, 60_000)).due_in_ms
    assert [LOT] == [t.lot_id for t in (await house.t.take("bid", n=5, lease_ms=2000)).tickets]


async def test_puts_are_merged_into_the_earliest(house: House) -> None:
    """
    Many wishes, one look, at the earliest of them.
    """
    await _watch(house, LOT)
    held = await house.ticket()
    await house.t.done("bid", LOT, held.fence, 60_000)
    await house.t.put("bid", LOT, 5000)
    await house.t.put("bid", LOT, 9000)

    await house.pass_time(4.9)
    assert [] == (await house.t.take("bid", n=5, lease_ms=2000)).tickets
    await house.pass_time(0.2)
    assert [LOT] == [t.lot_id for t in (await house.t.take("bid", n=5, lease_ms=2000)).tickets]


async def test_a_timed_look_may_be_taken_a_little_ahead(house: House) -> None:
    """
    With *ahead* a worker gets the lot early and waits precisely itself.
    """
    await _watch(house, LOT)
    held = await house.ticket()
    await house.t.done("bid", LOT, held.fence, 900)

    assert [] == (await house.t.take("bid", n=5, lease_ms=2000)).tickets
    assert [LOT] == [t.lot_id for t in (await house.t.take("bid", n=5, lease_ms=2000, ahead_ms=1000)).tickets]


async def test_an_open_intent_is_never_left_unread(house: House) -> None:
    """
    Whatever the poller asked for, a lot with a bid on the wire is read when its quarantine ends.
    """
    await house.ready_and_claimed()
    taken = await house.t.take("poll", n=5, lease_ms=2000, ahead_ms=60_000)

    done = await house.t.done("poll", LOT, taken.tickets[0].fence, 2_000_000)

    assert 12_000 >= done.due_in_ms


async def test_a_lot_that_kills_its_workers_is_tried_less_often(house: House) -> None:
    """
    From the third death in a row on its lease grows, so that the others are not starved.
    """
    await _watch(house, LOT)
    await house.ticket()
    for _ in range(3):
        await house.pass_time(2.1)
        await house.ticket()
    await house.pass_time(2.1)

    assert [] == (await house.t.take("bid", n=5, lease_ms=2000)).tickets
    await house.pass_time(2)
    assert 1 == len((await house.t.take("bid", n=5, lease_ms=2000)).tickets)


async def test_the_sleep_is_bounded(house: House) -> None:
    """
    No lot sleeps longer than 35 minutes, whatever was asked.
    """
    await _watch(house, LOT)
    held = await house.ticket()

    assert 35 * 60_000 == (await house.t.done("bid", LOT, held.fence, 99_000_000)).due_in_ms


async def test_a_jump_of_the_wall_clock_makes_every_lot_due(house: House) -> None:
    """
    After a gap nothing seen before counts: all lots are looked at again, and no old reservation may be claimed.
    """
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    house.clock.step(3600)

    assert "late" == (await house.t.claim("i1", "p")).why
    assert [LOT] == [t.lot_id for t in (await house.t.take("poll", n=5, lease_ms=2000)).tickets]
    assert "clock.gap" in await house.kinds()


async def test_a_woken_lot_that_is_held_takes_no_place(house: House) -> None:
    """
    Who takes one lot gets one that nobody holds, however often the held one is woken meanwhile.
    """
    await _watch(house, LOT)
    await house.ticket()
    house.clock.advance(0.1)
    assert (await house.t.configure(LOT, {"cap": 5000})).ok
    house.clock.advance(0.1)
    await house.watch("70099999")

    assert ["70099999"] == [ticket.lot_id for ticket in (await house.t.take("bid", n=1, lease_ms=2000)).tickets]


async def test_done_obeys_a_gap_that_came_meanwhile(house: House) -> None:
    """
    What a worker reckoned before the clock jumped does not let its lot sleep: it is due at once, as all others are.
    """
    await _watch(house, LOT)
    ticket = await house.ticket()
    house.clock.advance(3600)
    await house.t.stamp()
    await house.t.renew("bid", LOT, ticket.fence, 2000)

    done = await house.t.done("bid", LOT, ticket.fence, 1_200_000)

    assert (True, 0) == (done.ok, done.due_in_ms)
    again = await house.ticket()
    assert 1_200_000 == (await house.t.done("bid", LOT, again.fence, 1_200_000)).due_in_ms


async def test_a_step_back_freezes_nothing(house: House) -> None:
    """
    Steady time goes on when the wall clock is set back an hour.
    """
    await _watch(house, LOT)
    before = await house.t.stamp()
    house.clock.step(-3600)

    assert before < await house.t.stamp()
    assert 1 == len((await house.t.take("poll", n=5, lease_ms=2000)).tickets)


async def test_a_lot_whose_record_is_gone_leaves_the_queue(house: House) -> None:
    """
    TAKE forgets what no longer exists.
    """
    await _watch(house, LOT)
    await house.t.redis.delete(f"bw:lot:{LOT}")

    assert [] == (await house.t.take("bid", n=5, lease_ms=2000)).tickets
    assert 0 == await house.t.redis.zcard("bw:due:bid")


async def test_a_key_that_holds_no_record_holds_up_no_other_lot(house: House) -> None:
    """
    TAKE forgets it and hands out the rest; those who list lots leave it out, and a number without end counts as none.
    """
    await _watch(house, "1", "2")
    await house.t.redis.set("bw:lot:1", "set by hand")
    await house.t.redis.hset("bw:lot:2", "cap", "1e999")

    assert ["2"] == [t.lot_id for t in (await house.t.take("bid", n=5, lease_ms=2000)).tickets]
    assert [("2", 0)] == [(lot.id, lot.cap) for lot in await house.records.lots(["1", "2"])]


async def test_it_says_when_the_next_one_is_due(house: House) -> None:
    """
    A worker may rest until then; nothing is said of an empty queue.
    """
    assert (await house.t.take("bid", n=5, lease_ms=2000)).next_ms is None
    await _watch(house, LOT)
    held = await house.ticket()
    await house.t.done("bid", LOT, held.fence, 30_000)

    taken = await house.t.take("bid", n=5, lease_ms=2000)

    assert ([], 30_000) == (taken.tickets, taken.next_ms - taken.now_ms)
