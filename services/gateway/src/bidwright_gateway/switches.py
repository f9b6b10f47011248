"""The switches: halt, resume, dry run or live; the same for REST and for the WebSocket."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock
from bidwright.errors import BadInput, Conflict
from bidwright.records import LotRecord, Records
from bidwright.runtime import store
from bidwright.transitions import Transitions
from bidwright_gateway import clean, terms
from bidwright_gateway.errors import TermsAsked
from bidwright_gateway.preferences import Preferences
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.shape import whole

_NOT_READY = "The store was not initialised; start Bidwright again."


class Switches:
    """
    Throws the switches. Every function raises StoreDown when it is not known whether it did.
    """

    def __init__(
        self, settings: GatewaySettings, transitions: Transitions, records: Records, preferences: Preferences, clock: Clock
    ) -> None:
        self._settings, self._transitions, self._records = settings, transitions, records
        self._preferences, self._clock = preferences, clock

    async def halt(self, why: object) -> str:
        """Stop everything; gives the generation that resuming must name."""
        return await self._transitions.halt("owner", clean.text(why, 200) or "stopped by the owner")

    async def resume(self, gen: object) -> dict[str, Any]:
        """Let bidding go on. Raises BadInput without a generation, Conflict when it is not the newest or a host still says stop."""
        if isinstance(gen, float) and gen.is_integer():  # JSON knows one kind of number
            gen = int(gen)
        if isinstance(gen, bool) or not isinstance(gen, (str, int)) or not str(gen).isdecimal():
            raise BadInput(
                '"gen" is required: the number that GET /api/halt shows, so that nobody resumes a halt they have not seen.', "gen"
            )
        answer = await self._transitions.resume("owner", str(gen))
        if answer.why == "stale":
            raise Conflict("Somebody changed it meanwhile; look at GET /api/halt and resume with its gen.")
        if answer.why == "halted-here":
            found = " and ".join(await self.halts_here()) or "something that says stop"
            raise Conflict(f"nellis-proxy still finds {found}; take it away, then resume.")
        if answer.why == "unread":
            raise Conflict(
                f"This was restored from a backup, and {answer.value} lots were not read since, so what stands on the site is not known. "
                "Log in to the site and wait until they are; let go of a lot that is gone."
            )
        if not answer.ok:
            raise Conflict(_NOT_READY)
        made: dict[str, Any] = {"halted": False, "gen": answer.value}
        if warnings := await self.unfit():
            made["warnings"] = warnings
        return made

    async def halts_here(self) -> list[str]:
        """Files and variables on hosts that say stop now; none that are known while Redis is away."""
        try:
            return [clean.text(what, 300) for what in await self._records.halts_here()]
        except RedisError:
            return []

    async def set_mode(self, wanted: object, *, accept_terms: bool) -> dict[str, Any]:
        """Dry run or live. Raises BadInput, Conflict where the environment locks it, TermsAsked before the first time on the real site."""
        if wanted not in ("dry-run", "live"):
            raise BadInput('"mode" must be dry-run or live.', "mode")
        if wanted == "live" and self._settings.mode == "dry-run":
            raise Conflict("The environment locks dry run (BIDWRIGHT_MODE=dry-run). Unset it and start again to go live.")
        if wanted == "live" and await self.terms_asked():
            if not accept_terms:
                raise TermsAsked(f"{terms.QUESTION} Say yes with acceptTerms: true, once. Not settled yet: {' '.join(terms.OPEN_POINTS)}")
            await self._preferences.accept_terms(self._clock.now())
        answer = await self._transitions.mode("owner", live=wanted == "live")
        if not answer.ok:
            raise Conflict(_NOT_READY)
        reply: dict[str, Any] = {"mode": wanted}
        if wanted == "dry-run" and self._settings.mode == "live":
            reply["warning"] = "BIDWRIGHT_MODE=live is set: the next start goes live again."
        return reply

    async def terms_asked(self) -> bool:
        """Whether the terms question is still open: on the real site, until it was answered or the environment says live."""
        return self._may_be_asked and await self._preferences.terms_accepted_at() is None

    @property
    def _may_be_asked(self) -> bool:
        return self._settings.real and self._settings.mode != "live"

    async def terms(self) -> dict[str, Any]:
        """The question with its open points, and when it was answered; as remembered while Redis is away."""
        accepted = await self._preferences.terms_accepted_at(remembered=True)
        return {
            "asked": self._may_be_asked and accepted is None,
            "acceptedAt": accepted,
            "question": terms.QUESTION,
            "openPoints": list(terms.OPEN_POINTS),
        }

    async def unfit(self) -> list[str]:
        """The start-up checks of the store, again: why it should not hold money. Empty while it does not answer; the board says that."""
        redis: Redis = self._transitions.redis
        try:
            return await store.complaints(redis)
        except RedisError:
            return []


def standing(lot: LotRecord) -> dict[str, Any]:
    """What stands on the site for *lot* and cannot be pulled: hammer dollars, and what the site could make us pay."""
    return {"amount": whole(lot.exposure), "allInAmount": lot.booked / 100, "leads": lot.leading}
