"""What is news, and in which words."""

import pytest

LOT = "70012345"


async def closed(house, **last):
    """The site says closed, twice."""
    await house.pass_time(2)
    await house.read(status="closed", **last)
    await house.pass_time(2)
    await house.read(status="closed", **last)


async def leading(house, **fields):
    """We lead with $15."""
    await house.watch(**fields)
    await house.read()
    await house.claimed()
    await house.t.settle("i1", "LEADING", "accepted")


async def test_a_lot_that_was_won(bench):
    """
    With the hammer price and the bill to the cent.
    """
    await leading(bench.house)
    await closed(bench.house, price=1400, leading=True)

    assert [f"Won lot {LOT} for $14, $17.47 all-in. $26 below your max bid."] == await bench.told()


async def test_a_lot_that_was_won_on_paper(bench):
    """
    A dry run never sounds like money.
    """
    await leading(bench.house, mode="dry")
    await closed(bench.house, price=1400, next_bid=1500)

    [text] = await bench.told()
    assert text.startswith("Dry run: would have won")


async def test_a_lot_that_was_lost(bench):
    """
    First the outbid, then the loss with our highest bid.
    """
    await leading(bench.house)
    await bench.house.pass_time(2)
    await bench.house.read(price=3000, next_bid=3100)
    await closed(bench.house, price=3000, next_bid=3100)

    why = "Your max bid was $40: the last outbid was seen 64 s before the close and was not answered."
    assert [
        f"Outbid on lot {LOT}. The next bid is $31.",
        f"Lost lot {LOT}: it went for $30, our highest bid was $15. {why}",
    ] == await bench.told()


async def test_a_lot_nothing_was_bid_on_ends_in_silence(bench):
    """
    Who only watched has lost nothing.
    """
    await bench.house.watch()
    await bench.house.read()
    await closed(bench.house)

    assert [] == await bench.told()


async def test_a_refused_bid_is_no_outbid(bench):
    """
    Money that never stood cannot be outbid.
    """
    await bench.house.watch()
    await bench.house.read()
    await bench.house.claimed()
    await bench.house.t.settle("i1", "REJECTED", "too-low")

    assert [] == await bench.told()


async def test_an_accepted_bid_below_a_hidden_maximum_is_an_outbid(bench):
    """
    The site said so in its reply.
    """
    await bench.house.watch()
    await bench.house.read()
    await bench.house.claimed()
    await bench.house.t.settle("i1", "OUTBID", "higher-maximum")

    assert [f"Outbid on lot {LOT}. The next bid is $15."] == await bench.told()


async def test_a_war_is_told_once(bench):
    """
    Outbid again within five minutes is no news; later it is.
    """
    await leading(bench.house)
    await bench.house.pass_time(2)
    await bench.house.read(price=1600, next_bid=1700)
    await bench.house.claimed("i2", amount=1700)
    await bench.house.t.settle("i2", "LEADING", "accepted")
    await bench.house.pass_time(2)
    await bench.house.read(price=1800, next_bid=1900)

    assert [f"Outbid on lot {LOT}. The next bid is $19."] == await bench.told()


async def test_why_an_armed_lot_is_not_bid_on(bench):
    """
    Told with the bidder's own sentence, again only for another reason.
    """
    t = bench.house.t
    await bench.house.watch()
    for price in (22, 23):
        await t.note(LOT, "say", "wont", f"Will NOT bid, because the next bid, ${price}, is above your limit of $20.")
        await bench.told()
    await t.note(LOT, "say", "wont", "Will NOT bid, because the session expired.")

    assert [
        f"lot {LOT}: Will NOT bid, because the next bid, $22, is above your limit of $20.",
        f"lot {LOT}: Will NOT bid, because the session expired.",
    ] == await bench.told()


async def test_what_was_over_at_once_is_not_told_and_may_be_told_later(bench):
    """
    A lot that was not read yet is no news; when it still is ten seconds later, it is.
    """
    t = bench.house.t
    await bench.house.watch()
    await t.note(LOT, "say", "wont", "Will NOT bid, because it was not read yet.")
    await t.note(LOT, "say", "will", "Will bid up to $41 at 18:31:20.")
    assert [] == await bench.told()

    await t.note(LOT, "say", "wont", "Will NOT bid, because it was not read yet.")
    assert [f"lot {LOT}: Will NOT bid, because it was not read yet."] == await bench.told()


async def test_the_title_is_said_once_the_site_told_it(bench):
    """
    People know lots by their titles.
    """
    started = await bench.house.t.stamp()
    await bench.house.watch()
    await bench.house.t.show(LOT, read_started=started, status="open", close=1, price=1, shown={"title": "Floor Lamp"})
    await bench.house.t.note(LOT, "say", "wont", "Will NOT bid, because of this.")

    assert [f"Floor Lamp (lot {LOT}): Will NOT bid, because of this."] == await bench.told()


async def test_the_session(bench):
    """
    Expired and back, each once.
    """
    for state in ("expired", "expired", "ok"):
        await bench.house.t.session(state, "")

    lost, back = await bench.told()
    assert "expired" in lost
    assert back.startswith("Logged in")


async def test_a_halt_and_its_end(bench):
    """
    Who and why.
    """
    gen = await bench.house.t.halt("the owner", "dinner")
    await bench.house.t.resume("the owner", gen)

    stopped, on = await bench.told()
    assert stopped.startswith("Everything is stopped by the owner: dinner.")
    assert on == "Bidding goes on again (by the owner)."


async def test_a_plugin_in_quarantine_is_told(bench):
    """
    With what to do; its other changes are the owner's own doing.
    """
    await bench.house.t.plugin("good", "dropin:odd.py", by="bidder", value="one")
    await bench.house.t.plugin("held", "dropin:odd.py", by="bidder", value="one", more="odd.py:3: ValueError: boom")
    await bench.house.t.plugin("live", "dropin:odd.py", by="owner", value="one")

    [text] = await bench.told()
    assert "dropin:odd.py failed several times (odd.py:3: ValueError: boom)" in text
    assert "bidwright plugin enable dropin:odd.py" in text


async def test_what_a_saved_search_found_is_told_once(bench):
    """
    With its name and the first titles; what was listed when it was saved, and what it finds quietly, is no news.
    """
    house = bench.house
    await bench.redis.hset("bw:search:a1", mapping={"name": "Lamps", "q": "lamp"})
    lots = [("1", "A lamp")]
    assert "same" == (await house.t.found("a1", lots, how="begin")).value
    lots += [(str(n), f"Lamp {n}") for n in range(2, 7)]
    assert "told" == (await house.t.found("a1", lots, how="tell")).value
    assert "same" == (await house.t.found("a1", lots, how="tell")).value
    assert "quiet" == (await house.t.found("a1", [*lots, ("8", "Quiet lamp")], how="quiet")).value

    assert ["Your search “Lamps” has 5 new lots: Lamp 2; Lamp 3; Lamp 4 and 2 more."] == await bench.told()


async def test_a_store_that_lost_its_data_is_told(bench):
    """
    INIT halts by itself; the owner hears of it.
    """
    await bench.house.t.init(epoch="e2", known="other", site="http://site", schema="1", total_limit=1, live="0", max_bid=1)

    [text] = await bench.told()
    assert "the store is not the one this installation used" in text


@pytest.mark.parametrize("kind", ["will", "idle"])
async def test_good_forecasts_are_no_news(bench, kind):
    """
    The page shows them; nobody is called.
    """
    await bench.house.watch()
    await bench.house.t.note(LOT, "say", kind, "Will bid up to $41.")

    assert [] == await bench.told()


async def test_pages_that_are_not_understood_and_are_again(bench):
    """
    Nothing real is bid meanwhile; said once each way.
    """
    for state, why in (("broken", "no lot in it."), ("broken", "no price in it"), ("ok", "")):
        await bench.house.t.format(state, why)

    assert [
        "Nothing real will be bid: the site's pages are not understood at present (no lot in it).",
        "The site's pages are understood again: bids can be made.",
    ] == await bench.told()


async def test_a_bid_whose_outcome_stays_unknown(bench):
    """
    Told when it is still so after twenty seconds.
    """
    await bench.house.watch()
    await bench.house.read()
    await bench.house.claimed()
    await bench.house.t.settle("i1", "UNKNOWN", "cut")
    async with bench.notifier() as notifier:
        await notifier.desk.step()
        bench.clock.advance(19)
        await notifier.post.round()
        assert [] == bench.paper.texts
        bench.clock.advance(2)
        await notifier.post.round()
    [text] = bench.paper.texts

    assert text.startswith(f"It is not known whether our bid of $15 on lot {LOT} reached the site.")


async def test_a_bid_that_was_settled_soon_is_no_news(bench):
    """
    Its doubt is withdrawn.
    """
    await bench.house.watch()
    await bench.house.read()
    await bench.house.claimed()
    await bench.house.t.settle("i1", "UNKNOWN", "cut")
    await bench.house.t.settle("i1", "LEADING", "accepted")

    assert [] == await bench.told()


async def test_a_lot_that_closes_soon_only_when_asked_for(bench):
    """
    Once per lot, whatever its close does.
    """
    await bench.house.watch()
    await bench.house.read()
    async with bench.notifier() as notifier:
        await notifier.ending.look()
        assert 0 == await notifier.outbox.waiting()
        await bench.redis.hset("bw:notify", "endingMinutes", "5")
        await notifier.post.follow()
        for _ in range(2):
            await notifier.ending.look()
            await bench.house.pass_time(2)
            await bench.house.read()
        await notifier.post.round()
    [text] = bench.paper.texts

    assert text.startswith(f"lot {LOT} closes in about a minute; the next bid is $15.")


async def test_a_digest_and_quiet_hours_tell_all_in_one_text(bench):
    """
    What is urgent does not wait for it.
    """
    await bench.redis.hset("bw:notify", "digest", '{"everyMinutes": 30}')
    for who in ("one", "two"):
        gen = await bench.house.t.halt(who, "")
        await bench.house.t.resume(who, gen)
    async with bench.notifier() as notifier:
        await notifier.desk.step()
        await notifier.post.round()
        assert 2 == sum("stopped" in text for text in bench.paper.texts) == len(bench.paper.texts)
        assert {"held", "delivered"} == {entry.state for entry in await notifier.outbox.entries()}
        bench.clock.advance(1800)
        await notifier.post.round()
        assert "2 notices:\n- Bidding goes on again (by one).\n- Bidding goes on again (by two)." == bench.paper.texts[-1]
        assert {"delivered"} == {entry.state for entry in await notifier.outbox.entries()}
