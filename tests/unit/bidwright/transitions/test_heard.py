"""What a live event says is shown until a read has settled it, and is never used for money."""

from house import LOT, House


async def heard(house: House) -> int:
    """The price in cents that a client is shown as heard; 0 for none."""
    return (await house.lot()).heard_price


async def test_a_higher_price_is_shown_and_touches_no_money(house: House) -> None:
    """
    Price, next bid and lead stay those of the last read; nobody is woken to bid.
    """
    await house.ready()
    await house.read(price=1400, next_bid=1500)
    before = await house.lot()

    assert (await house.t.hear(LOT, 1900)).ok
    after = await house.lot()

    assert 1900 == after.heard_price
    assert (before.price, before.next_bid, before.leading, before.obs_seq) == (after.price, after.next_bid, after.leading, after.obs_seq)
    assert "lot.heard" == (await house.kinds())[-1]


async def test_a_read_begun_later_ends_it(house: House) -> None:
    """
    Whatever that read says, also a lower price: what was heard is then old.
    """
    await house.ready()
    await house.t.hear(LOT, 1900)
    await house.read(price=1300, next_bid=1400)

    assert 0 == await heard(house)


async def test_a_read_begun_before_it_does_not(house: House) -> None:
    """
    It may have seen the price of a moment earlier.
    """
    await house.ready()
    await house.pass_time(0.1)
    began = await house.t.stamp()
    await house.pass_time(0.1)
    await house.t.hear(LOT, 1900)
    await house.t.show(LOT, read_started=began, status="open", close=house.now + 60_000, price=1400)

    assert 1900 == await heard(house)


async def test_after_a_read_a_lower_price_is_heard_again(house: House) -> None:
    """
    What was heard before the read no longer counts: a rival may have withdrawn.
    """
    await house.ready()
    await house.t.hear(LOT, 1900)
    await house.read(price=1300, next_bid=1400)
    await house.pass_time(0.1)

    assert (await house.t.hear(LOT, 1500)).ok
    assert 1500 == await heard(house)


async def ended(house: House) -> bool:
    """Whether the lot has ended after one read, begun now, that says so."""
    await house.read(status="closed")
    return (await house.lot()).final


async def test_an_end_needs_one_read_when_the_site_has_told_it(house: House) -> None:
    """
    Two witnesses: the site's event and a read after it; one alone is not enough.
    """
    await house.ready()
    assert (await house.t.hear_end(LOT)).ok
    assert not (await house.lot()).final

    assert await ended(house)


async def test_an_end_without_an_event_needs_two_reads(house: House) -> None:
    """
    One odd page ends nothing.
    """
    await house.ready()

    assert not await ended(house)


async def test_an_end_that_was_told_wrongly_is_forgotten(house: House) -> None:
    """
    A later read that says open takes the event's word away; two reads are needed again.
    """
    await house.ready()
    await house.t.hear_end(LOT)
    await house.read(price=1300, next_bid=1400)

    assert not await ended(house)


async def test_money_on_a_lot_waits_for_the_second_read(house: House) -> None:
    """
    Who has won is not told on one page's word.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    await house.t.hear_end(LOT)
    await house.pass_time(1)

    assert not await ended(house)

    await house.pass_time(1)
    assert await ended(house)


async def test_a_read_begun_before_the_event_is_no_second_witness(house: House) -> None:
    """
    It is the first of two reads, as ever.
    """
    await house.ready()
    await house.pass_time(0.1)
    began = await house.t.stamp()
    await house.pass_time(0.1)
    await house.t.hear_end(LOT)
    await house.t.show(LOT, read_started=began, status="closed", close=house.now, price=1400)

    assert not (await house.lot()).final
