"""The life of an intent: what each end does to the books."""

import pytest
from house import LOT, RATES, House

from bidwright.transitions import Answer

BILL_1500 = 1872  # $15 hammer + 15 % premium $2.25 + 8.5 % tax on $17.25 = $1.47 (half up)


async def test_a_reservation_books_the_bill_in_every_scope_at_once(house: House) -> None:
    """
    From RESERVED on the all-in amount is booked in each scope of the lot.
    """
    ticket = await house.ready(scopes="total,day:2026-09-21")

    assert (await house.reserve(ticket=ticket)).ok
    assert [BILL_1500, BILL_1500] == [await house.booked("total"), await house.booked("day:2026-09-21")]


async def test_leading_keeps_the_exposure_until_a_newer_read_says_otherwise(house: House) -> None:
    """
    A lead is money: it stays booked, and is given back when a read after the settlement says somebody else leads.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "LEADING", "placed")
    assert BILL_1500 == await house.booked()

    await house.read(price=1600, next_bid=1700, leading=False)
    assert 0 == await house.booked()


@pytest.mark.parametrize(
    ("state", "booked"), [("LEADING", BILL_1500), ("OUTBID", 0), ("REJECTED", 0), ("CANCELLED", 0), ("UNKNOWN", BILL_1500)]
)
async def test_what_each_settlement_leaves_on_the_books(house: House, state: str, booked: int) -> None:
    """
    Exposure follows from the state alone; a caller cannot name it.
    """
    await house.ready_and_claimed()

    settled = await house.t.settle("i1", state, "said by the test")

    assert (True, state) == (settled.ok, settled.state)
    assert booked == await house.booked()


async def test_an_intent_is_claimed_once(house: House) -> None:
    """
    The second CLAIM of one intent is answered with the state it is in: nothing may be written twice.
    """
    claimed = await house.ready_and_claimed()

    assert ("send", 1500, LOT) == (claimed.action, claimed.amount_cents, claimed.lot_id)
    again = await house.t.claim("i1", "proxy-2")
    assert ("no", "SENDING") == (again.action, again.why)


async def test_a_claim_that_is_refused_gives_the_exposure_back(house: House) -> None:
    """
    CLAIM cancels for good when the cap was lowered meanwhile, and the money is free again.
    """
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.configure(LOT, {"cap": 1400})

    claimed = await house.t.claim("i1", "proxy-1")

    assert ("cancel", "stale-cap") == (claimed.action, claimed.why)
    assert ("CANCELLED", 0) == ((await house.intent()).state, await house.booked())


async def test_a_verdict_is_final(house: House) -> None:
    """
    A reply that comes after the verdict changes nothing and is told the state.
    """
    await house.ready_and_claimed()
    await house.t.settle("i1", "OUTBID", "higher maximum")

    late = await house.t.settle("i1", "LEADING", "late reply")

    assert (False, "OUTBID") == (late.ok, late.state)


async def test_reserving_the_same_intent_again_tells_its_state(house: House) -> None:
    """
    After a lost reply the caller asks by id and learns that it is there.
    """
    ticket = await house.ready()
    await house.reserve(ticket=ticket)

    again = await house.reserve(ticket=ticket)

    assert (False, "RESERVED") == (again.ok, again.state)


async def test_a_receipt_carries_wall_times(house: House) -> None:
    """
    When it was decided, sent and ended, as a person's clock showed it.
    """
    await house.ready_and_claimed()
    await house.pass_time(0.3)
    await house.t.settle("i1", "OUTBID", "")
    intent = await house.intent()

    assert house.now == intent.ended_at
    assert 0 < intent.created_at == intent.sent_at == house.now - 300


class TestUnknown:
    """
    An outcome nobody saw is settled by reading, never by sending again.
    """

    async def test_no_verdict_inside_the_quarantine(self, house: House) -> None:
        """
        A read that began before the quarantine ended proves nothing.
        """
        await house.ready_and_claimed()
        await house.t.settle("i1", "UNKNOWN", "timeout")
        await house.pass_time(11)

        observed = await house.read(leading=True)

        assert "" == observed.verdict
        assert "UNKNOWN" == (await house.intent()).state

    async def test_leading_by_a_read(self, house: House) -> None:
        """
        After it, a read that says we lead settles LEADING with the full amount.
        """
        await house.ready_and_claimed()
        await house.t.settle("i1", "UNKNOWN", "timeout")
        await house.pass_time(12.5)

        assert "LEADING" == (await house.read(price=1500, next_bid=1600, leading=True)).verdict
        assert BILL_1500 == await house.booked()

    async def test_moot_by_a_read(self, house: House) -> None:
        """
        When the next bid is above the amount it cannot win any more, accepted or not.
        """
        await house.ready_and_claimed()
        await house.t.settle("i1", "UNKNOWN", "timeout")
        await house.pass_time(12.5)

        assert "MOOT" == (await house.read(price=1600, next_bid=1700)).verdict
        assert 0 == await house.booked()

    async def test_absent_needs_two_reads_a_second_apart(self, house: House) -> None:
        """
        "It never arrived" is believed when two reads say so.
        """
        await house.ready_and_claimed()
        await house.t.settle("i1", "UNKNOWN", "timeout")
        await house.pass_time(12.5)

        assert "" == (await house.read()).verdict
        await house.pass_time(0.5)
        assert "" == (await house.read()).verdict
        await house.pass_time(0.6)
        assert "ABSENT" == (await house.read()).verdict
        assert 0 == await house.booked()

    async def test_closed_by_two_reads(self, house: House) -> None:
        """
        A lot that closed meanwhile settles the intent and is won or lost by the site's own record.
        """
        await house.ready_and_claimed()
        await house.pass_time(12.5)

        assert "" == (await house.read(status="closed", price=1500, leading=True)).verdict
        await house.pass_time(1)
        assert "CLOSED" == (await house.read(status="closed", price=1500, leading=True)).verdict
        lot = await house.lot()
        assert (True, "won", 1500) == (lot.final, lot.outcome, lot.exposure)

    async def test_a_read_that_says_we_lead_is_never_understated(self, house: House) -> None:
        """
        An older bid of ours may lead again while a new one is open: "as before" is then at least its amount.
        """
        await house.ready_and_claimed()
        await house.t.settle("i1", "LEADING", "")
        await house.pass_time(2.1)  # the first look's lease ends
        await house.read(price=1600, next_bid=1700)
        await house.claimed("i2", amount=1700)

        await house.read(price=1500, next_bid=1600, leading=True)
        await house.t.settle("i2", "REJECTED", "too low")

        assert 1500 == (await house.lot()).exposure


class TestSweep:
    """
    The sweeper brings forward what is past its time and decides nothing.
    """

    async def test_a_reservation_that_nobody_claimed_expires(self, house: House) -> None:
        """
        After its deadline the money is free again.
        """
        ticket = await house.ready()
        await house.reserve(ticket=ticket)
        await house.pass_time(3.1)

        assert [("i1", LOT, "expired")] == [(s.intent_id, s.lot_id, s.what) for s in await house.t.sweep()]
        assert ("EXPIRED", 0) == ((await house.intent()).state, await house.booked())

    async def test_a_bid_whose_proxy_died_becomes_unknown_then_stuck(self, house: House) -> None:
        """
        SENDING past the quarantine is UNKNOWN, keeps its exposure, and is called stuck after 30 s without a verdict.
        """
        await house.ready_and_claimed()
        await house.pass_time(12.1)
        assert ["unknown"] == [s.what for s in await house.t.sweep()]
        assert ("UNKNOWN", BILL_1500) == ((await house.intent()).state, await house.booked())

        await house.pass_time(2.1)
        assert ["waiting"] == [s.what for s in await house.t.sweep()]
        await house.pass_time(20)
        assert ["stuck"] == [s.what for s in await house.t.sweep()]


class TestPaper:
    """
    Dry run is the same path up to the last hop, with books of its own.
    """

    async def test_a_paper_bid_is_simulated_and_leads_while_it_would(self, house: House) -> None:
        """
        CLAIM says simulate; the paper bid leads while the next bid is not above it, and counts apart from real money.
        """
        claimed = await house.ready_and_claimed(mode="dry")
        assert "simulate" == claimed.action
        await house.t.settle("i1", "LEADING", "paper")

        await house.read(price=1400, next_bid=1500)
        assert (True, 0, BILL_1500) == ((await house.lot()).leading, await house.booked(), await house.booked(mode="dry"))

        await house.read(price=1500, next_bid=1600)
        assert (False, 0) == ((await house.lot()).leading, await house.booked(mode="dry"))

    async def test_would_have_won_at_what_it_would_have_cost(self, house: House) -> None:
        """
        At the close a paper lead is won at the price that had to be beaten.
        """
        await house.ready_and_claimed(mode="dry", amount=2000)
        await house.t.settle("i1", "LEADING", "paper")
        await house.read(price=1400, next_bid=1500)
        for _ in range(2):
            await house.pass_time(1)
            await house.read(price=1400, next_bid=1500, status="closed")

        lot = await house.lot()
        assert ("won", 1500, 1400) == (lot.outcome, lot.paid, lot.price)

    async def test_outbid_on_paper_stays_outbid_when_the_closed_page_is_silent(self, house: House) -> None:
        """
        A closed page may not say the next bid: a paper bid that only equals the price has been outbid before.
        """
        await house.ready_and_claimed(mode="dry", amount=1500)
        await house.t.settle("i1", "LEADING", "paper")
        await house.read(price=1500, next_bid=1600)
        for _ in range(2):
            await house.pass_time(1)
            await house.read(price=1500, next_bid=0, status="closed")

        lot = await house.lot()
        assert ("lost", 0) == (lot.outcome, await house.booked(mode="dry"))

    async def test_won_on_paper_when_the_closed_page_is_silent(self, house: House) -> None:
        """
        Then it costs what the last open page asked for; a lot that nobody bid on is not won for nothing.
        """
        await house.ready_and_claimed(mode="dry", amount=2000)
        await house.t.settle("i1", "LEADING", "paper")
        await house.read(price=0, next_bid=500)
        for _ in range(2):
            await house.pass_time(1)
            await house.read(price=0, next_bid=0, status="closed")

        lot = await house.lot()
        assert ("won", 500, 0) == (lot.outcome, lot.paid, lot.price)

    async def test_a_lot_with_a_real_bid_stays_with_real_money(self, house: House) -> None:
        """
        An outbid bid leads again when a rival withdraws: on paper nobody would count what it costs.
        """
        await house.ready_and_claimed(mode="live")
        await house.t.settle("i1", "OUTBID", "higher-maximum")
        await house.read(price=1600, next_bid=1700)

        for again in (await house.t.configure(LOT, {"mode": "dry"}), await self._watched_again(house)):
            assert (False, "exposed") == (again.ok, again.why)
        await house.read(price=1500, next_bid=1600, leading=True)
        assert BILL_1500 == await house.booked()

    @staticmethod
    async def _watched_again(house: House) -> Answer:
        await house.t.unwatch(LOT)
        return await house.t.watch(LOT, {"cap": 4000, **RATES, "armed": 1, "mode": "dry"})

    async def test_real_money_begins_without_a_past_on_paper(self, house: House) -> None:
        """
        What a paper bid had reached is forgotten when the lot goes live.
        """
        await house.ready_and_claimed(mode="dry")
        await house.t.settle("i1", "LEADING", "paper")
        await house.read(price=1600, next_bid=1700)

        assert (await house.t.configure(LOT, {"mode": "live"})).ok
        assert 0 == (await house.lot()).high
