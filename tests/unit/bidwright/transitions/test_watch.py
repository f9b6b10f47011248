"""The owner's commands: watch, configure, unwatch, halt, budgets, and what outlives a lot."""

import json

from house import LOT, RATES, House

from bidwright.money import Money, Rates
from bidwright.transitions import Command


async def test_a_new_watch_is_disarmed_dry_and_within_the_total(house: House) -> None:
    """
    Nothing is armed or live unless the owner says so.
    """
    await house.open()
    await house.t.watch(LOT, {"cap": 4000, **RATES})

    lot = await house.lot()
    assert (False, "dry", "total", "new") == (lot.armed, lot.mode, lot.scopes, lot.status)


async def test_the_same_command_twice_is_one_change(house: House) -> None:
    """
    A client that repeats itself gets the first answer again.
    """
    await house.open()
    command = Command.of("c1", {"lot": LOT, "cap": 4000})
    first = await house.t.watch(LOT, {"cap": 4000}, command)
    again = await house.t.watch(LOT, {"cap": 4000}, command)

    assert (True, first.value, True) == (again.ok, again.value, again.repeated)
    assert 1 == (await house.kinds()).count("watch.added")


async def test_a_lower_cap_needs_no_version(house: House) -> None:
    """
    An edit that only tightens always gets through, even from a stale page.
    """
    await house.ready()

    assert (await house.t.configure(LOT, {"cap": 3000, "armed": 0}, expect="0")).ok
    assert 3000 == (await house.lot()).cap


async def test_stopping_a_lot_that_leads_keeps_following_it(house: House) -> None:
    """
    Its exposure stays until the site closes the lot, then it is won and leaves the queues.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")

    assert "draining" == (await house.t.unwatch(LOT)).value
    await house.read(price=1500, next_bid=1600, leading=True)
    assert 1 == await house.t.redis.zcard("bw:due:poll")
    for _ in range(2):
        await house.pass_time(1)
        await house.read(price=1500, leading=True, status="closed")
    assert ("won", 0) == ((await house.lot()).outcome, await house.t.redis.zcard("bw:due:poll"))


async def test_stopping_a_lot_without_money_lets_it_go(house: House) -> None:
    """
    It leaves both queues and the index at once, and can be watched again.
    """
    await house.ready()

    assert "released" == (await house.t.unwatch(LOT)).value
    assert [0, 0] == [await house.t.redis.zcard(key) for key in ("bw:due:poll", "bw:lots")]
    await house.watch()
    assert 1 == await house.t.redis.zcard("bw:due:poll")


async def test_a_draining_lot_is_released_by_a_read_that_we_do_not_lead(house: House) -> None:
    """
    Once nothing stands on it any more it is let go.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    await house.t.unwatch(LOT)

    await house.read(price=1600, next_bid=1700)

    assert 0 == await house.t.redis.zcard("bw:due:poll")


async def test_a_halt_is_never_refused_and_resuming_needs_its_generation(house: House) -> None:
    """
    A stale tab cannot resume what was halted after it looked.
    """
    await house.open()
    first = await house.t.halt("owner", "enough")
    second = await house.t.halt("owner", "really")

    assert "stale" == (await house.t.resume("tab", first)).why
    assert (await house.t.resume("owner", second)).ok
    assert "run" == (await house.records.kill())["state"]


async def test_a_scope_named_for_the_first_time_does_not_limit(house: House) -> None:
    """
    The owner set no limit for it, so it is kept as "none".
    """
    await house.ready()
    await house.read(leading=True)

    assert (await house.t.configure(LOT, {"scopes": "total,week:39"})).ok
    assert "none" == await house.t.redis.hget("bw:budget:week:39", "limit")
    assert await house.booked("total") == await house.booked("week:39") > 0


async def test_the_books_never_differ_from_the_bill(house: House) -> None:
    """
    What the scripts charge is what product.md's formula says, at any rate and any whole dollar tried.
    """
    await house.open()
    for number, (premium, tax, dollars) in enumerate(
        [(1500, 850, 14), (1500, 830, 14), (1, 9999, 333), (0, 0, 7), (1275, 1, 997), (10000, 10000, 5)]
    ):
        lot = str(number)
        await house.watch(lot, premium=premium, tax=tax, armed=0, scopes=f"scope:{lot}")
        await house.read(lot, price=dollars * 100, next_bid=dollars * 100 + 100, leading=True)

        assert Rates(premium, tax).all_in(Money.whole(dollars)).cents == await house.booked(f"scope:{lot}")


async def test_purging_keeps_receipts_and_what_was_spent(house: House) -> None:
    """
    The lot's record goes; what was sent, what was won and what it cost stay.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    for _ in range(2):
        await house.pass_time(1)
        await house.read(price=1500, leading=True, status="closed")
    spent = await house.booked()

    await house.pass_time(61)
    assert [LOT] == await house.t.purge(older_ms=60_000)

    assert await house.records.lot(LOT) is None
    assert spent == await house.booked() == int(await house.t.redis.hget("bw:budget:total", "kept:live") or 0)
    kept = [json.loads(row) for row in await house.t.redis.lrange(f"bw:kept:{LOT}", 0, -1)]
    assert [("i1", "LEADING")] == [(row["id"], row["state"]) for row in kept]
    assert [LOT] == [json.loads(row)["lot"] for row in await house.t.redis.lrange("bw:ledger", 0, -1)]


async def test_a_won_lot_cannot_be_watched_and_booked_again(house: House) -> None:
    """
    Long after its record is gone a won lot is still won: a new watch would book the same money twice.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    for _ in range(2):
        await house.pass_time(1)
        await house.read(price=1500, leading=True, status="closed")
    spent = await house.booked()
    await house.pass_time(61)
    assert [LOT] == await house.t.purge(older_ms=60_000)

    again = await house.t.watch(LOT, {"cap": 4000, **RATES, "armed": 1, "mode": "live"})

    assert ((False, "closed"), spent) == ((again.ok, again.why), await house.booked())
    assert await house.records.lot(LOT) is None


async def test_a_lot_that_was_let_go_may_be_watched_again(house: House) -> None:
    """
    Only what was won is over for good.
    """
    await house.ready()
    await house.t.unwatch(LOT)
    await house.pass_time(61)
    assert [LOT] == await house.t.purge(older_ms=60_000)

    assert (await house.t.watch(LOT, {"cap": 4000, **RATES})).ok


async def test_what_ended_on_paper_stays_on_paper(house: House) -> None:
    """
    A lot that has ended keeps its mode: what was won or lost on paper was not won or lost with money.
    """
    await house.ready(mode="dry")
    for _ in range(2):
        await house.pass_time(1)
        await house.read(status="closed")

    answer = await house.t.configure(LOT, {"mode": "live"})

    assert ((False, "closed"), "dry") == ((answer.ok, answer.why), (await house.lot()).mode)


async def test_a_lot_with_money_on_it_is_never_purged(house: House) -> None:
    """
    Let go or not, it stays until the site closed it.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    await house.t.unwatch(LOT)
    await house.pass_time(120)

    assert [] == await house.t.purge(older_ms=60_000)


async def test_a_shown_read_moves_the_price_and_no_money(house: House) -> None:
    """
    A read without user state is displayed; it cannot support a bid, and it cannot end a lot that we lead.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    before = await house.lot()
    for _ in range(3):
        await house.pass_time(1)
        now = await house.t.stamp()
        await house.t.show(LOT, read_started=now, status="closed", close=now, price=2000)

    after = await house.lot()
    assert (2000, "closed", False) == (after.price, after.status, after.final)
    assert (before.exposure, before.obs_seq, before.leading) == (after.exposure, after.obs_seq, after.leading)


async def test_a_lot_without_money_ends_by_shown_reads(house: House) -> None:
    """
    Somebody who only watches, logged out, learns that it closed.
    """
    await house.open()
    await house.watch(armed=0)
    for _ in range(2):
        await house.pass_time(1)
        now = await house.t.stamp()
        shown = await house.t.show(LOT, read_started=now, status="closed", close=now, price=2000)

    assert shown.closed
    assert "ended" == (await house.lot()).outcome


async def test_one_odd_page_ends_nothing(house: House) -> None:
    """
    Closed, open again, closed: the two reads that count must follow each other.
    """
    await house.ready()
    for status in ("closed", "open", "closed"):
        await house.pass_time(1)
        await house.read(status=status)

    assert not (await house.lot()).final


async def test_the_price_history_holds_each_move_once(house: House) -> None:
    """
    A read that finds the same price adds nothing.
    """
    await house.ready()
    await house.read()
    await house.read(price=1500, next_bid=1600)

    assert [(1400, "read"), (1500, "read")] == [(cents, source) for _, cents, source in await house.records.history(LOT)]


async def test_a_note_is_told_when_it_is_news(house: House) -> None:
    """
    The same sentence twice is one event; the next read clears a trouble.
    """
    await house.ready()
    assert await house.t.note(LOT, "trouble", "down", "The site does not answer.")
    assert not await house.t.note(LOT, "trouble", "down", "The site does not answer.")
    await house.read()

    assert "" == (await house.lot()).trouble


async def test_the_sealed_session_never_enters_the_log(house: House) -> None:
    """
    Whoever reads the event stream learns the state, not the secret.
    """
    await house.open()
    await house.t.session("ok", "", ("SEALED-CANARY", "k1"))

    assert "SEALED-CANARY" == (await house.records.session())["sealed"]
    assert "SEALED-CANARY" not in str(await house.t.redis.xrange("bw:ev"))


async def test_a_store_that_lost_its_data_starts_halted(house: House) -> None:
    """
    An installation that remembers another epoch must be looked at by a person before it bids.
    """
    answer = await house.t.init(epoch="e2", known="e1", site="http://site", schema="1", total_limit=1, live="1", max_bid=1)

    assert (False, "lost") == (answer.ok, answer.why)
    assert "halt" == (await house.records.kill())["state"]


async def test_the_owners_choice_of_mode_survives_a_start(house: House) -> None:
    """
    Without a word from the environment the stored choice counts; a fresh store is dry.
    """
    await house.open(live="")
    assert "0" == (await house.records.kill())["live"]
    await house.t.mode("owner", live=True)
    await house.open(live="")
    assert "1" == (await house.records.kill())["live"]
    await house.open(live="0")
    await house.open(live="")
    assert "1" == (await house.records.kill())["live"]


async def test_the_log_rebuilds_every_record(house: House) -> None:
    """
    Each event carries exactly what was written: replaying them gives the records, without a gap per lot.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "")
    await house.read(price=1500, next_bid=1600, leading=True)

    replayed: dict[str, dict[str, str]] = {}
    numbers = []
    for _, fields in await house.t.redis.xrange("bw:ev"):
        for key, change in json.loads(fields["d"]).items():
            replayed.setdefault(key, {}).update(change)
        if fields["lot"] == LOT:
            numbers.append(int(fields["n"]))
    unlogged = ("fence:", "lease:", "want:", "tries:", "taken:", "ev")
    stored = {k: v for k, v in (await house.t.redis.hgetall(f"bw:lot:{LOT}")).items() if not k.startswith(unlogged)}

    assert stored == replayed[f"lot:{LOT}"]
    assert await house.t.redis.hgetall("bw:intent:i1") == replayed["intent:i1"]
    assert list(range(1, len(numbers) + 1)) == numbers
