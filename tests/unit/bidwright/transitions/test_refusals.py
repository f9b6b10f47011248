"""Every reason that a script may refuse with, brought about through the scripts; the list below is compared with the scripts."""

import re
from collections.abc import Awaitable, Callable

import pytest
from house import LOT, RATES, House

from bidwright.transitions import SCRIPTS, Command
from bidwright.transitions.scripts import body, head

Case = Callable[[House], Awaitable[str]]
CASES: dict[tuple[str, str], Case] = {}


def case(script: str, why: str) -> Callable[[Case], Case]:
    def keep(function: Case) -> Case:
        CASES[script, why] = function
        return function

    return keep


# ---- RESERVE ---------------------------------------------------------------------------------------------------------------------


@case("reserve", "no-epoch")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.delete("bw:meta")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "halted")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.halt("owner", "enough")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "unwatched")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.unwatch(LOT)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "not-armed")
async def _(house: House) -> str:
    ticket = await house.ready(armed=0)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "ask-too-old")
async def _(house: House) -> str:
    await house.ready(armed=0)
    await house.t.configure(LOT, {"ask": "i1:1500"})
    await house.pass_time(31)
    await house.read()
    return (await house.reserve()).why


@case("reserve", "service-mode")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.mode("owner", live=False)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "session")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.session("expired", "the site asked to log in")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "format")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.format("broken", "no price")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "big-step")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset("bw:limits", "step", 500)
    return (await house.reserve(ticket=ticket, amount=2100)).why


@case("reserve", "too-often")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset("bw:limits", "per_minute", 0)
    return (await house.reserve(ticket=ticket)).why


@case("preflight", "unknown-lot")
async def _(house: House) -> str:
    return (await house.t._run("preflight", LOT, 10, 1, ""))[1]


@case("claim", "format")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.format("broken", "no price")
    return (await house.t.claim("i1", "proxy-1")).why


@case("breaker_ask", "wait")
async def _(house: House) -> str:
    await house.t.breaker_tell("a", "trip", "0")
    return (await house.t.breaker_ask("a", may_probe=True, open_ms=30_000, soon_ms=5000, ttl_ms=3000)).word


@case("reserve", "fenced")
async def _(house: House) -> str:
    first = await house.ready()
    await house.pass_time(3)
    await house.read()
    await house.ticket()  # another worker has the lot now
    return (await house.reserve(ticket=first)).why


@case("reserve", "inflight")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve("i1", ticket=ticket)
    return (await house.reserve("i2", ticket=ticket)).why


@case("reserve", "not-open")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.read(status="not-open")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "stale-cap")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, cap_ver="0")).why


@case("reserve", "stale-obs")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, obs_seq="0")).why


@case("reserve", "need-fresh-read")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.claim("i1", "p")
    await house.t.settle("i1", "OUTBID", "higher maximum")
    return (await house.reserve("i2", ticket=ticket)).why


@case("reserve", "obs-too-old")
async def _(house: House) -> str:
    await house.ready()
    await house.pass_time(2.5)
    return (await house.reserve()).why


@case("reserve", "leading")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.read(leading=True)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "bad-amount")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, amount=1550)).why


@case("reserve", "no-next-bid")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset(f"bw:lot:{LOT}", "next_bid", "0")  # OBSERVE itself refuses such a read of an open lot
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "not-allowed")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.pass_time(0.01)
    now = await house.t.stamp()
    await house.t.observe(
        LOT, read_started=now, next_bid=1500, leading=False, status="open", close=now + 60_000, price=1400, shown={"allowed": 0}
    )
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "below-next")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, amount=1400)).why


@case("reserve", "no-cap")
async def _(house: House) -> str:
    ticket = await house.ready(armed=0)
    await house.t.configure(LOT, {"cap": 0, "ask": "i1:1500"})
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "no-rates")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hdel(f"bw:lot:{LOT}", "tax")  # no command can take it away
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "over-limit")
async def _(house: House) -> str:
    await house.open(max_bid=1400)
    await house.watch()
    await house.read()
    return (await house.reserve()).why


@case("reserve", "over-cap")
async def _(house: House) -> str:
    ticket = await house.ready(cap=1400)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "budget:none")
async def _(house: House) -> str:
    ticket = await house.ready(scopes="")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "budget:")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.budget("total", 1800)
    assert "budget:total" == (await house.reserve(ticket=ticket)).why
    return "budget:"


@case("reserve", "group-full")
async def _(house: House) -> str:
    await house.open()
    await house.t.group("lamps", 1)
    await house.watch(group="lamps")
    await house.watch("2", group="lamps")
    await house.read()
    await house.read("2")
    taken = {t.lot_id: t for t in (await house.t.take("bid", n=9, lease_ms=2000)).tickets}
    assert (await house.reserve("i1", ticket=taken[LOT])).ok
    return (await house.reserve("i2", "2", ticket=taken["2"])).why


# ---- CLAIM -----------------------------------------------------------------------------------------------------------------------


async def _reserved(house: House, **fields: str | int) -> None:
    ticket = await house.ready(**fields)
    assert (await house.reserve(ticket=ticket)).ok


@case("claim", "no-epoch")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.redis.delete("bw:meta")
    return (await house.t.claim("i1", "p")).why


@case("claim", "unknown-intent")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.claim("i1", "p")).why


@case("claim", "late")
async def _(house: House) -> str:
    await _reserved(house)
    await house.pass_time(3.1)
    return (await house.t.claim("i1", "p")).why


@case("claim", "halted")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.halt("owner", "enough")
    return (await house.t.claim("i1", "p")).why


@case("claim", "service-mode")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.mode("owner", live=False)
    return (await house.t.claim("i1", "p")).why


@case("claim", "session")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.session("expired", "")
    return (await house.t.claim("i1", "p")).why


@case("claim", "fenced")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket, valid_ms=5000)
    await house.pass_time(2.1)
    await house.ticket()
    return (await house.t.claim("i1", "p")).why


@case("claim", "not-inflight")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.redis.hset(f"bw:lot:{LOT}", "inflight", "other")  # no transition does this; the guard is the last line
    return (await house.t.claim("i1", "p")).why


@case("claim", "stale-cap")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.configure(LOT, {"cap": 3900})
    return (await house.t.claim("i1", "p")).why


@case("claim", "not-open")
async def _(house: House) -> str:
    await _reserved(house)
    await house.read(status="not-open")
    return (await house.t.claim("i1", "p")).why


@case("claim", "leading")
async def _(house: House) -> str:
    await _reserved(house)
    await house.read(leading=True)
    return (await house.t.claim("i1", "p")).why


@case("claim", "below-next")
async def _(house: House) -> str:
    await _reserved(house)
    await house.read(price=1500, next_bid=1600)
    return (await house.t.claim("i1", "p")).why


@case("claim", "budget:")
async def _(house: House) -> str:
    await _reserved(house)
    await house.t.budget("total", 100)
    assert "budget:total" == (await house.t.claim("i1", "p")).why
    return "budget:"


@case("claim", "group-full")
async def _(house: House) -> str:
    await house.open()
    await house.t.group("lamps", 1)
    await house.watch(group="lamps")
    await house.read()
    assert (await house.reserve()).ok
    await house.t.group("lamps", 0)
    return (await house.t.claim("i1", "p")).why


# ---- OBSERVE and SHOW ------------------------------------------------------------------------------------------------------------


async def _observe(house: House, at: int, *, next_bid: int = 1500, lot: str = LOT) -> str:
    answer = await house.t.observe(lot, read_started=at, next_bid=next_bid, leading=False, status="open", close=at + 60_000, price=1400)
    return answer.why


async def _show(house: House, at: int, *, price: int = 1400, lot: str = LOT, status: str = "open") -> str:
    return (await house.t.show(lot, read_started=at, status=status, close=at + 60_000, price=price)).why


@case("observe", "unknown-lot")
async def _(house: House) -> str:
    await house.open()
    return await _observe(house, await house.t.stamp())


@case("observe", "bad-read")
async def _(house: House) -> str:
    await house.ready()
    return await _observe(house, await house.t.stamp(), next_bid=0)


@case("observe", "final")
async def _(house: House) -> str:
    await house.ready()
    await house.read(status="closed")
    await house.pass_time(1)
    await house.read(status="closed")
    return (await house.read()).why


@case("observe", "future")
async def _(house: House) -> str:
    await house.ready()
    return await _observe(house, await house.t.stamp() + 5000)


@case("observe", "older-than-obs")
async def _(house: House) -> str:
    await house.ready()
    return await _observe(house, await house.t.stamp() - 500)


@case("observe", "older-than-settle")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.claim("i1", "p")
    await house.pass_time(0.5)
    before = await house.t.stamp()
    await house.pass_time(0.5)
    await house.t.settle("i1", "OUTBID", "")
    return await _observe(house, before)


@case("observe", "older-than-show")
async def _(house: House) -> str:
    await house.ready()
    await house.pass_time(1)
    before = await house.t.stamp()
    await house.pass_time(0.5)
    await _show(house, await house.t.stamp())
    return await _observe(house, before)


@case("assign", "unknown-lot")
async def _(house: House) -> str:
    return (await house.t.assign(LOT, "trial", "control")).why


@case("outcome", "not-final")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.outcome(LOT, "trial")).why


@case("found", "unknown")
async def _(house: House) -> str:
    return (await house.t.found("0c1d2e", [(LOT, "A lamp")], how="tell")).why


@case("toggle", "moved")
async def _(house: House) -> str:
    return (await house.t.toggle("trial", "true", by="owner", why="", expect="false", keys="feature:")).why


@case("toggle", "unknown")
async def _(house: House) -> str:
    return (await house.t._run("toggle", "feature:trial", "trial", "nonsense", "", "", "", "*", "", ""))[1]


@case("hear", "unknown-lot")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.hear(LOT, 1500)).why


@case("hear", "bad-price")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.hear(LOT, 0)).why


@case("hear", "final")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await _show(house, await house.t.stamp(), status="closed")
    return (await house.t.hear(LOT, 9000)).why


@case("hear", "known")
async def _(house: House) -> str:
    await house.ready()
    await house.t.hear(LOT, 5000)
    return (await house.t.hear(LOT, 4900)).why


@case("show", "unknown-lot")
async def _(house: House) -> str:
    await house.open()
    return await _show(house, await house.t.stamp())


@case("show", "bad-read")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.show(LOT, read_started=-1_000_000_000_000_000, status="open", close=1, price=1)).why


@case("show", "final")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await _show(house, await house.t.stamp(), status="closed")
    await house.pass_time(1)
    return await _show(house, await house.t.stamp())


@case("show", "future")
async def _(house: House) -> str:
    await house.ready()
    return await _show(house, await house.t.stamp() + 5000)


@case("show", "older-than-obs")
async def _(house: House) -> str:
    await house.ready()
    return await _show(house, await house.t.stamp() - 500)


# ---- WATCH and CONFIGURE ---------------------------------------------------------------------------------------------------------


async def _watch(house: House, **fields: str | int) -> str:
    await house.open()
    return (await house.t.watch(LOT, {"cap": 4000, **RATES, "armed": 1, **fields})).why


@case("watch", "watched")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.watch(LOT, {"cap": 100})).why


@case("watch", "closed")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await house.read(status="closed")
    await house.t.unwatch(LOT)
    return (await house.t.watch(LOT, {"cap": 100})).why


@case("_common", "unknown-field")
async def _(house: House) -> str:
    return await _watch(house, exposure=0)


@case("_common", "bad-cap")
async def _(house: House) -> str:
    return await _watch(house, cap="forty")


@case("_common", "bad-armed")
async def _(house: House) -> str:
    return await _watch(house, armed="yes")


@case("_common", "bad-mode")
async def _(house: House) -> str:
    return await _watch(house, mode="paper")


@case("_common", "bad-rate")
async def _(house: House) -> str:
    return await _watch(house, tax="8.5")


@case("_common", "no-cap")
async def _(house: House) -> str:
    return await _watch(house, cap=0)


@case("_common", "no-rates")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.watch(LOT, {"cap": 4000, "armed": 1})).why


@case("_common", "over-limit")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset("bw:limits", "bid", "1000")
    return (await house.reserve(ticket=ticket)).why


@case("_common", "over-cap")
async def _(house: House) -> str:
    ticket = await house.ready(allin=1800)
    return (await house.reserve(ticket=ticket)).why


@case("_common", "stale-version")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.configure(LOT, {"cap": 5000}, expect="0")).why


@case("_common", "closed")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await house.read(status="closed")
    return (await house.t.configure(LOT, {"armed": 1})).why


@case("_common", "inflight")
async def _(house: House) -> str:
    await _reserved(house)
    return (await house.t.configure(LOT, {"mode": "dry"})).why


@case("_common", "exposed")
async def _(house: House) -> str:
    await house.ready()
    await house.read(leading=True)
    return (await house.t.configure(LOT, {"mode": "dry"})).why


@case("_common", "budget:none")
async def _(house: House) -> str:
    await house.ready()
    await house.read(leading=True)
    return (await house.t.configure(LOT, {"scopes": ""})).why


@case("_common", "budget:")
async def _(house: House) -> str:
    await house.ready()
    await house.t.budget("day:1", 100)
    await house.read(leading=True)
    assert "budget:day:1" == (await house.t.configure(LOT, {"scopes": "total,day:1"})).why
    return "budget:"


@case("_common", "group-full")
async def _(house: House) -> str:
    await house.ready()
    await house.t.group("lamps", 0)
    await house.read(leading=True)
    return (await house.t.configure(LOT, {"group": "lamps"})).why


@case("configure", "unwatched")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.configure(LOT, {"cap": 100})).why


@case("unwatch", "unwatched")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.unwatch(LOT)).why


# ---- the queue -------------------------------------------------------------------------------------------------------------------


@case("done", "fenced")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.done("bid", LOT, "0", 100)).why


@case("done", "not-taken")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.done("bid", LOT, ticket.fence, 100)
    return (await house.t.done("bid", LOT, ticket.fence, 100)).why


@case("done", "gone")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.unwatch(LOT)
    return (await house.t.done("bid", LOT, ticket.fence, 100)).why


@case("put", "gone")
async def _(house: House) -> str:
    await house.open()
    return "" if await house.t.put("poll", LOT) else "gone"


@case("renew", "fenced")
async def _(house: House) -> str:
    await house.ready()
    return "" if await house.t.renew("bid", LOT, "0", 2000) else "fenced"


@case("renew", "not-taken")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.done("bid", LOT, ticket.fence, 100)
    return "" if await house.t.renew("bid", LOT, ticket.fence, 2000) else "not-taken"


# ---- the rest --------------------------------------------------------------------------------------------------------------------


@case("settle", "bad-state")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.settle("i1", "WON", "")).state


@case("settle", "none")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.settle("i1", "LEADING", "")).state


@case("settle", "RESERVED")
async def _(house: House) -> str:
    await _reserved(house)
    return (await house.t.settle("i1", "LEADING", "", frm="RESERVED")).state


@case("resume", "stale")
async def _(house: House) -> str:
    await house.open()
    await house.t.halt("owner", "enough")
    return (await house.t.resume("owner", "0")).why


@case("resume", "no-epoch")
async def _(house: House) -> str:
    return (await house.t.resume("owner", "0")).why


@case("resume", "halted-here")
async def _(house: House) -> str:
    await house.open()
    await house.t.halt_here("file", "the file HALT", ttl_ms=5000)
    return (await house.t.resume("owner", "2")).why


@case("resume", "unread")
async def _(house: House) -> str:
    await house.ready()
    await house.pass_time(1)
    await house.t.redis.hset("bw:meta", "restored", str(await house.t.stamp()))
    await house.t.halt("restore", "a backup")
    return (await house.t.resume("owner", await house.t.redis.hget("bw:kill", "gen"))).why


@case("mode", "no-epoch")
async def _(house: House) -> str:
    return (await house.t.mode("owner", live=True)).why


@case("mode", "bad-mode")
async def _(house: House) -> str:
    await house.open()
    return (await house.t._run("mode", "owner", "yes", 1))[1]


@case("budget", "bad-limit")
async def _(house: House) -> str:
    return (await house.t.budget("total", -5)).why


@case("group", "bad-number")
async def _(house: House) -> str:
    return (await house.t.group("lamps", -1)).why


@case("note", "unknown-lot")
async def _(house: House) -> str:
    return (await house.t._run("note", LOT, "say", "will", "x"))[1]


@case("note", "bad-field")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t._run("note", LOT, "cap", "will", "x"))[1]


@case("init", "site")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.init(epoch="e", known="e1", site="http://other", schema="1", total_limit=1, live="", max_bid=1)).why


@case("init", "schema")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.init(epoch="e", known="e1", site="http://site", schema="2", total_limit=1, live="", max_bid=1)).why


@case("init", "lost")
async def _(house: House) -> str:
    return (await house.t.init(epoch="e2", known="e1", site="http://site", schema="1", total_limit=1, live="1", max_bid=1)).why


@case("plugin", "stale")
async def _(house: House) -> str:
    await house.open()
    await house.t.plugin("good", "dropin:odd.py", by="bidder", value="new")
    return (await house.t.plugin("live", "dropin:odd.py", by="owner", value="old")).why


@case("plugin", "unknown")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.plugin("loved", "dropin:odd.py", by="owner")).why  # type: ignore[arg-type]


@case("_common", "conflict")
async def _(house: House) -> str:
    await house.open()
    await house.t.watch(LOT, {"cap": 100}, Command.of("c1", {"cap": 100}))
    return (await house.t.watch(LOT, {"cap": 200}, Command.of("c1", {"cap": 200}))).why


@pytest.mark.parametrize(("script", "why"), sorted(CASES), ids=lambda part: part)
async def test_refuses(house: House, script: str, why: str) -> None:
    """
    The transition says why it refuses, in the word that the rest of the product knows.
    """
    assert why == await CASES[script, why](house)


_WORD = re.compile(r"""(?:\{'(?:no|refused)',\s*|no\(|why = |return |\{)'([a-z][a-z-]+:?)'""")
_NOT_REFUSALS = {"ok", "no", "send", "simulate", "cancel", "refused", "exists", "again", "poll", "bid", "total", "go", "probe"}


def _code(text: str) -> str:
    return re.sub(r"--.*", "", text)


def test_every_refusal_has_a_case() -> None:
    """
    A refusal that is added to a script shows up here until a case brings it about.
    """
    found = {("_common", word) for word in _WORD.findall(_code(head()))}
    found |= {(script, word) for script in SCRIPTS for word in _WORD.findall(_code(body(script)))}

    assert set() == {(script, word) for script, word in found if word not in _NOT_REFUSALS and (script, word) not in CASES}
