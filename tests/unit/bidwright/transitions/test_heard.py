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
