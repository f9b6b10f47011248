"""The typed door to the scripts: one function each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Literal

from redis.asyncio import Redis

from bidwright.transitions.answers import (
    UNNAMED,
    Admitted,
    Answer,
    BreakerWord,
    Claimed,
    Command,
    Done,
    Fields,
    Initialised,
    Observed,
    Reserved,
    Settled,
    Shown,
    Swept,
    Taken,
    Ticket,
)
from bidwright.transitions.calls import Calls, Timed, flat, in_rows

Queue = Literal["poll", "bid"]
PluginTold = Literal["good", "bad", "gone", "live", "off", "held"]
QUARANTINE_MS = 12_000
"""No verdict on a sent bid before: 250 ms write window + 5 s total time-out + 2 s undetectable clock step + 4.75 s server slack."""


class Transitions:
    """
    All changes of shared state, over one Redis connection pool that never retries.

    *wall* gives the wall clock in ms for tests; without it the scripts ask the server's own TIME. *timed* hears of each call: script,
    seconds until its answer, and whether there was one. A call within a trace carries it on to its event and the look that it sets off.
    Every function raises StoreDown when Redis does not answer: the change may or may not have happened.
    """

    def __init__(self, redis: Redis, *, prefix: str = "bw:", wall: Callable[[], int] | None = None, timed: Timed | None = None) -> None:
        self.redis = redis
        self.prefix = prefix
        self._run = Calls(redis, prefix, wall, timed).run

    # ---- the due queue -------------------------------------------------------------------------------------------------------

    async def take(self, queue: Queue, *, n: int, lease_ms: int, ahead_ms: int = 0) -> Taken:
        """Hand out up to *n* lots due within *ahead_ms*, hidden from other workers for *lease_ms*."""
        now, following, *rest = await self._run("take", queue, n, lease_ms, ahead_ms)
        next_ms = int(float(following)) if following else None
        rows = in_rows(rest, 5)
        return Taken(int(now), next_ms, [Ticket(lot, fence, int(float(due)), trace, asked != "") for lot, fence, due, trace, asked in rows])

    async def done(self, queue: Queue, lot_id: str, fence: str, after_ms: int) -> Done:
        """End the look that TAKE began; the next one comes after *after_ms* or when somebody asked for it meanwhile."""
        word, value = await self._run("done", queue, lot_id, fence, after_ms)
        return Done(ok=True, due_in_ms=int(value)) if word == "ok" else Done(ok=False, why=value)

    async def put(self, queue: Queue, lot_id: str, after_ms: int = 0) -> bool:
        """Make a lot due no later than *after_ms* from now. False when it is not in the queue."""
        return (await self._run("put", queue, lot_id, after_ms))[0] == "ok"

    async def renew(self, queue: Queue, lot_id: str, fence: str, lease_ms: int) -> bool:
        """Keep a taken lot for another *lease_ms*. False: it was lost; drop it without DONE."""
        return (await self._run("renew", queue, lot_id, fence, lease_ms))[0] == "ok"

    async def stamp(self) -> int:
        """The steady time a read that starts now may claim, in ms."""
        return int((await self._run("stamp"))[0])

    # ---- the owner's commands ------------------------------------------------------------------------------------------------

    async def watch(self, lot_id: str, fields: Fields, command: Command = UNNAMED) -> Answer:
        """
        Watch a lot; *value* is the cap version.

        Refused: watched, closed, bad-cap, bad-rate, bad-armed, bad-mode, no-cap, no-rates, over-limit, unknown-field, conflict.
        """
        return _answer(await self._run("watch", command.id, command.sha, lot_id, *flat(fields)))

    async def configure(self, lot_id: str, fields: Fields, *, expect: str = "", command: Command = UNNAMED) -> Answer:
        """Change a watch. Refused as WATCH, and: unwatched, stale-version (*expect* is not the newest), inflight, exposed, closed."""
        return _answer(await self._run("configure", command.id, command.sha, lot_id, expect, *flat(fields)))

    async def unwatch(self, lot_id: str, command: Command = UNNAMED) -> Answer:
        """Disarm and let go: *value* is ``released``, or ``draining`` while money stands on the lot. Refused: unwatched."""
        return _answer(await self._run("unwatch", command.id, command.sha, lot_id))

    async def halt(self, by: str, why: str) -> str:
        """Stop all bidding; never refused. Gives the generation that RESUME must name."""
        return (await self._run("halt", by, why))[1]

    async def halt_here(self, by: Literal["file", "environment"], what: str, *, ttl_ms: int) -> bool:
        """Say that *what* stands on a host and stops everything; good for *ttl_ms*. True when bidding went on until now."""
        return (await self._run("halt_here", by, what, ttl_ms))[2] == "new"

    async def resume(self, by: str, gen: str, live: str = "") -> Answer:
        """
        Let bidding go on, if *gen* is the newest. *live*: ``1``, ``0`` or as it was.

        Refused: stale, no-epoch, halted-here (``Records.halts_here`` says what to take away), unread (*value* lots were not read since the
        store was restored from a backup).
        """
        return _answer(await self._run("resume", by, gen, live))

    async def mode(self, by: str, *, live: bool, keep: bool = True) -> Answer:
        """Set the service's own switch to real money; *keep* remembers it over restarts. Refused: no-epoch."""
        return _answer(await self._run("mode", by, int(live), int(keep)))

    async def budget(self, scope: str, limit: int | None, command: Command = UNNAMED, *, only_new: bool = False) -> Answer:
        """
        Set a scope's limit in all-in cents; None is no limit. With *only_new* a limit that is there stays; *value* says which holds.

        Refused: bad-limit, conflict.
        """
        return _answer(await self._run("budget", command.id, command.sha, scope, "none" if limit is None else limit, int(only_new)))

    async def group(
        self, group_id: str, wanted: int, over: int = 0, command: Command = UNNAMED, *, name: str = "", gone: bool = False
    ) -> Answer:
        """
        How many lots of a group are wanted, and how many more may be chased at once; an empty *name* stays as it was.

        *gone*: the owner dropped the group. Refused: bad-number, conflict.
        """
        return _answer(await self._run("group", command.id, command.sha, group_id, wanted, over, name, int(gone)))

    # ---- what the site said --------------------------------------------------------------------------------------------------

    async def observe(
        self,
        lot_id: str,
        *,
        read_started: int,
        next_bid: int,
        leading: bool,
        status: str,
        close: int,
        price: int,
        shown: Fields | None = None,
    ) -> Observed:
        """
        Apply a whole read: amounts in cents, *close* in Unix ms (site time), *read_started* in steady ms.

        Refused: unknown-lot, bad-read, final, future, older-than-obs, older-than-settle, older-than-show.
        """
        answer = await self._run("observe", lot_id, read_started, next_bid, int(leading), status, close, price, *flat(shown or {}))
        if answer[0] != "ok":
            return Observed(ok=False, why=answer[1])
        return Observed(ok=True, obs_seq=answer[1], verdict=answer[2])

    async def show(self, lot_id: str, *, read_started: int, status: str, close: int, price: int, shown: Fields | None = None) -> Shown:
        """Apply a read that does not know whether we lead; never used for money. Refused as OBSERVE."""
        word, value = await self._run("show", lot_id, read_started, status, close, price, *flat(shown or {}))
        return Shown(ok=True, closed=value == "closed") if word == "ok" else Shown(ok=False, why=value)

    async def hear(self, lot_id: str, price: int) -> Answer:
        """
        What a live event says the price is, in cents: shown as heard until a read that began later, never used for money.

        Refused: unknown-lot, bad-price, final, known.
        """
        return _answer(await self._run("hear", lot_id, price, ""))

    async def hear_end(self, lot_id: str) -> Answer:
        """
        One witness that the lot has closed, a live event or a list of open lots that leaves it out: with a read that began later and says
        so too, it has ended, unless money stands on it.

        Refused: unknown-lot, final.
        """
        return _answer(await self._run("hear", lot_id, 0, "1"))

    async def preflight(self, lot_id: str, mark: int, close: int, red: str) -> bool:
        """
        Keep what the check *mark* minutes before the planned *close* found: *red* is a JSON list, empty text when all is well.

        False when this check was kept before, by whichever replica.
        """
        return (await self._run("preflight", lot_id, mark, close, red))[1] == "kept"

    async def note(self, lot_id: str, field: Literal["say", "trouble"], kind: str, sentence: str) -> bool:
        """Keep the sentence a person should read about a lot. True when it is news."""
        return (await self._run("note", lot_id, field, kind, sentence))[1] == "changed"

    # ---- the life of an intent -----------------------------------------------------------------------------------------------

    async def reserve(
        self,
        intent_id: str,
        lot_id: str,
        *,
        amount: int,
        fence: str,
        cap_ver: str,
        obs_seq: str,
        valid_ms: int,
        max_obs_age_ms: int,
        facts: Fields | None = None,
    ) -> Reserved:
        """
        Write the intent ahead and book its exposure, if every guard agrees. *amount* in cents of hammer price.

        *facts* are what it was decided on (age, width, toggles, version, reason, said, params): for the receipt, never for a guard.
        """
        given = (intent_id, lot_id, amount, fence, cap_ver, obs_seq, valid_ms, max_obs_age_ms)
        word, value = await self._run("reserve", *given, *flat(facts or {}))
        if word == "refused":
            return Reserved(ok=False, why=value)
        return Reserved(ok=word == "ok", state=value)

    async def claim(self, intent_id: str, proxy: str, quarantine_ms: int = QUARANTINE_MS) -> Claimed:
        """The last check before the wire, exactly once. StoreDown means: do not write."""
        answer = await self._run("claim", intent_id, proxy, quarantine_ms)
        if answer[0] in ("send", "simulate"):
            return Claimed(answer[0], int(answer[1]), answer[2])
        return Claimed(answer[0], why=answer[1])

    async def settle(self, intent_id: str, state: str, why: str, *, frm: str = "SENDING,UNKNOWN") -> Settled:
        """End an intent as LEADING, OUTBID, REJECTED or CANCELLED, or mark it UNKNOWN, if it is in one of the states *frm*."""
        word, value = await self._run("settle", intent_id, state, why, frm)
        return Settled(word == "ok", value)

    async def sweep(self, *, n: int = 100, alert_ms: int = 30_000) -> list[Swept]:
        """Bring up to *n* open intents that are past their time forward."""
        rows = await self._run("sweep", n, alert_ms)
        return [Swept(intent, lot, what, int(age)) for intent, lot, what, age in in_rows(rows, 4)]

    # ---- the house -----------------------------------------------------------------------------------------------------------

    async def init(
        self,
        *,
        epoch: str,
        known: str,
        site: str,
        schema: str,
        total_limit: int,
        live: str,
        max_bid: int,
        max_step: int = 0,
        per_minute: int = 40,
        release: str = "",
    ) -> Initialised:
        """
        The first step of every start; amounts in cents, *live* ``1``, ``0`` or empty for the owner's choice.

        *max_step*: most that a strategy may bid above the next acceptable amount, 0 for no limit; *per_minute*: most bids on one lot;
        *release*: which version opens it.

        Refused: site, schema (what is stored belongs to another); lost (the store is not the one the data directory remembers: halted).
        """
        word, *rest = await self._run("init", epoch, known, site, schema, total_limit, live, max_bid, max_step, per_minute, release)
        if word == "ok":
            return Initialised(ok=True, epoch=rest[1])
        return Initialised(ok=False, why=rest[0], stored=rest[1])

    async def session(self, state: str, why: str, sealed: tuple[str, str] | None = None) -> None:
        """Keep the state of the site session and, if given, the (sealed cookie, key id)."""
        await self._run("session", state, why, *(sealed or ()))

    async def admit(self, *, interval_us: int, burst: int, reserve: int, eager: bool = False, most: int = 0) -> Admitted:
        """
        Ask for one token of the request budget of all replicas together, leaving *reserve* for more urgent callers.

        No more than *most* (0: no such limit) are admitted within 1.25 s: a second at the site's door then holds no more, even where one
        request is late by a quarter of a second and the next is not. After a pause the site gets its full rate back slowly; *eager* (a
        bid) does not wait for that.
        """
        ok, wait_us, now = await self._run("admit", interval_us, burst, reserve, int(eager), most)
        return Admitted(ok == "1", int(wait_us) / 1_000_000, int(now))

    async def block(self, wait_ms: int) -> int:
        """Admit nobody for *wait_ms* (Retry-After). Gives the wall time in ms until which the block stands."""
        return int((await self._run("block", wait_ms))[0])

    async def breaker_ask(self, who: str, *, may_probe: bool, open_ms: int, soon_ms: int, ttl_ms: int) -> BreakerWord:
        """
        May a read go to the site? *open_ms* after the last trip (*soon_ms* while an armed lot closes within two minutes) one may probe.

        The lease of a probe lasts *ttl_ms*: a dead prober frees it.
        """
        word, gen, wait = await self._run("breaker_ask", who, int(may_probe), open_ms, soon_ms, ttl_ms)
        return BreakerWord(word, gen, int(float(wait)))

    async def breaker_tell(self, who: str, what: Literal["trip", "good", "bad"], gen: str, why: str = "") -> str:
        """Trip the breaker of all replicas, or say what came of the probe; gives the state it is in now. Stale words change nothing."""
        return (await self._run("breaker_tell", who, what, gen, why))[1]

    async def format(self, state: Literal["ok", "broken"], why: str) -> bool:
        """Say whether the site's pages are understood; broken refuses live bids. True when it is news."""
        return (await self._run("format", state, why))[1] == "changed"

    async def found(self, search: str, lots: Sequence[tuple[str, str]], *, how: Literal["tell", "quiet", "begin"]) -> Answer:
        """
        What a saved search found just now, each lot with its title. *how*: the event says which are new, or not; begin: none is.

        *value* of the answer: ``told``, ``quiet`` or ``same``. Refused: unknown.
        """
        return _answer(await self._run("found", search, how, json.dumps(lots)))

    # ---- toggles -------------------------------------------------------------------------------------------------------------

    async def toggle(
        self, name: str, value: str, *, by: str, why: str, expect: str | None = None, rollback: tuple[int, int] | None = None, keys: str
    ) -> Answer:
        """
        Write a toggle's live value (empty: none) and its entry in the audit; *value* of the answer says whether it is another one now.

        *expect*: only if the key holds exactly that. *rollback*: the experiment's rule, cents and lots. Refused: moved.
        """
        rule = ("", "") if rollback is None else rollback
        held = "*" if expect is None else expect
        return _answer(await self._run("toggle", keys + name, name, "set", by, value, why, held, *rule))

    async def toggle_seen(self, name: str, *, keys: str) -> bool:
        """Enter a value that somebody set by hand in the audit. True when it was news."""
        return (await self._run("toggle", keys + name, name, "seen", "", "", "", "", "", ""))[1] == "changed"

    async def assign(self, lot_id: str, toggle: str, variant: str) -> Answer:
        """Note which variant decides on a lot: *value* is ``new``, ``same`` or ``moved``. Refused: unknown-lot."""
        return _answer(await self._run("assign", lot_id, toggle, variant))

    async def outcome(self, lot_id: str, toggle: str) -> Answer:
        """Enter once what the variant came to on a lot that ended: *value* is ``counted`` or ``same``. Refused: not-final."""
        return _answer(await self._run("outcome", lot_id, toggle))

    async def plugin(
        self,
        what: PluginTold,
        name: str,
        *,
        by: str,
        value: str = "",
        more: str = "",
        hooks: Sequence[str] = (),
        strategies: Sequence[str] = (),
    ) -> Answer:
        """
        Keep what is known of a plugin that is not ours, for all replicas and over restarts: see ``plugin.lua`` for *what*.

        Refused: stale (another version runs than the one that was to be allowed), unknown.
        """
        return _answer(await self._run("plugin", what, name, by, value, more, ",".join(hooks), ",".join(strategies)))

    async def purge(self, *, older_ms: int, n: int = 100) -> list[str]:
        """Delete up to *n* lots that ended or were let go more than *older_ms* ago; receipts of what was sent stay."""
        return await self._run("purge", older_ms, n)


def _answer(reply: list[str]) -> Answer:
    if reply[0] == "ok":
        return Answer(ok=True, value=reply[1], repeated=len(reply) > 2)  # noqa: PLR2004 - {ok, value, 'again'}
    if reply[0] == "conflict":
        return Answer(ok=False, why="conflict")
    return Answer(ok=False, why=reply[1], value=reply[2] if len(reply) > 2 else "")  # noqa: PLR2004 - {no, why, how many}
