"""The desk: the owner's commands about lots, the same for REST, WebSocket and page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from redis.exceptions import RedisError

from bidwright.errors import BidwrightError, LotGone, NotFound, StoreDown
from bidwright.records import LotRecord, Records
from bidwright.runtime import reading
from bidwright.transitions import Answer, Command, Transitions
from bidwright.transitions.answers import UNNAMED
from bidwright_gateway import caps, scopes, wishes, words
from bidwright_gateway.allowances import Allowances
from bidwright_gateway.board import Board
from bidwright_gateway.calls import Calls
from bidwright_gateway.errors import HalfDone, LotClosed
from bidwright_gateway.ids import HINT
from bidwright_gateway.preferences import Preferences
from bidwright_gateway.ratebook import RateBook
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.shape import Shaper
from bidwright_proto.v1 import site_pb2

_MODE_REFUSED = ("inflight", "exposed")
_MOST_LOOKS = 4
"""Lots that are asked for at once while they are put on watch; more would wait in line for the site, and the poller reads many together."""


@dataclass(frozen=True, slots=True)
class Started:
    """
    A watch that began. *asked* is False when the site could not be asked first.
    """

    lot: LotRecord
    asked: bool


class Desk:
    """
    Watch, change, let go. Raises BadInput, Conflict, NotFound, LotClosed, LotGone, StoreDown with sentences for the owner.
    """

    def __init__(
        self,
        *,
        settings: GatewaySettings,
        transitions: Transitions,
        records: Records,
        board: Board,
        calls: Calls,
        shaper: Shaper,
        preferences: Preferences,
        rates: RateBook,
        allowances: Allowances,
    ) -> None:
        self._rates, self._allowances = rates, allowances
        self._settings, self._transitions, self._records = settings, transitions, records
        self._looking = 0
        self._board, self._calls, self._shaper, self._preferences = board, calls, shaper, preferences

    async def start(
        self,
        lot_id: str,
        config: object,
        metadata: object = None,
        *,
        look: bool = False,
        read: site_pb2.GetLotReply | None = None,
        command: Command = UNNAMED,
    ) -> Started:
        """
        Watch a lot. With *look* the site is asked first; without, a lot the site does not know is told later, unless it was *read* before.

        Raises BadInput, Conflict when it is watched already, LotGone, LotClosed.
        """
        wish = await self._wish(config)
        reply = read
        known = await self.known(lot_id)
        if look:
            if known and known.watched and not command.id:
                raise words.refusal("closed" if known.final else "watched", lot_id)
            reply = await self._look(lot_id)
        made = await self._fields(wish, reply, known)
        self._shaper.hint(lot_id, metadata)  # before the event is told, so that the first broadcast has a title
        answer = await self._transitions.watch(lot_id, made, command)
        if answer.why in _MODE_REFUSED:  # money still stands from an earlier watch: its mode stays until that is over
            del made["mode"]
            made.pop("scopes", None)  # those it has stay as well
            answer = await self._transitions.watch(lot_id, made, command)
        self._check(answer, lot_id)
        if reply:
            await reading.apply(self._transitions, reply.lot, reply.read_started_ms)
        return Started(await self.lot(lot_id), asked=reply is not None)

    async def configure(self, lot_id: str, config: object, *, expect: str = "", command: Command = UNNAMED) -> LotRecord:
        """Change a watch; only what is named. Raises NotFound when the lot is not watched."""
        wish = wishes.update(config, limit=self._settings.max_bid_dollars, plugins=await self._plugins(config))
        lot = await self.lot(lot_id)
        if lot.final:
            raise LotClosed(f"Lot {lot_id} has closed; its settings do not matter any more.")
        if wish.armed and (wish.strategy or lot.strategy) == "manual":
            wish = replace(wish, armed=False)
        made = _only_changes({**wishes.fields(wish, lot.params), **await self._caps(wish, lot)}, lot)
        if not made:
            return lot
        mode = await self._mode()
        with_mode = made if made.get("armed") != 1 or lot.mode == mode else {**made, "mode": mode}
        answer = await self._transitions.configure(lot_id, with_mode, expect=expect, command=command)
        if answer.why in _MODE_REFUSED and "mode" in with_mode:
            answer = await self._transitions.configure(lot_id, made, expect=expect, command=command)
        self._check(answer, lot_id)
        return await self.lot(lot_id)

    async def stop(self, lot_id: str, command: Command = UNNAMED) -> bool:
        """Let a lot go; False when it was not watched."""
        answer = await self._transitions.unwatch(lot_id, command)
        if answer.why == "unwatched":
            return False
        self._check(answer, lot_id)
        return True

    async def clear(self) -> int:
        """Let every lot go; gives how many. Raises HalfDone when Redis goes away in the middle."""
        stopped = 0
        for lot in self._board.listed((await self._board.read()).values()):
            try:
                stopped += await self.stop(lot.id)
            except StoreDown as error:
                if not stopped:
                    raise
                raise HalfDone({"cleared": stopped}) from error
        return stopped

    async def known(self, lot_id: str) -> LotRecord | None:
        """The lot's record, watched or not; None when there is none. Raises StoreDown."""
        try:
            return await self._records.lot(lot_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error

    async def lot(self, lot_id: str) -> LotRecord:
        """The watched lot's record. Raises NotFound, StoreDown."""
        lot = await self.known(lot_id)
        if lot is None or not lot.watched:
            raise NotFound("Auction not being monitored")
        return lot

    async def align_modes(self) -> None:
        """Bring lots without money on them to the service's mode; those that refuse are tried again next time. Raises StoreDown."""
        if not self._board.up:
            return
        mode = "live" if self._board.service.live else "dry"
        for lot in list(self._board.lots.values()):
            if lot.watched and not lot.final and lot.mode != mode and lot.exposure == 0 and not lot.inflight:
                await self._transitions.configure(lot.id, {"mode": mode})

    async def _look(self, lot_id: str) -> site_pb2.GetLotReply | None:
        """Ask the site about a lot that shall be watched. Raises LotGone, LotClosed; a site that is away or busy is no reason to refuse."""
        if self._looking >= _MOST_LOOKS:
            return None
        self._looking += 1
        try:
            reply = await self._calls.get_lot(lot_id)
        except LotGone:
            raise LotGone(f"The site knows no lot {lot_id}. {HINT}") from None
        except BidwrightError:
            return None
        finally:
            self._looking -= 1
        if reply.lot.closed:
            raise LotClosed(f"Lot {lot_id} has closed; it cannot be watched any more.")
        return reply

    async def _wish(self, config: object) -> wishes.Wish:
        """A new watch: what was asked for, and the owner's defaults."""
        preferences = await self._preferences.known()
        usual = wishes.STRATEGIES[preferences["general"]["defaultStrategy"]]
        plugins = await self._plugins(config)
        wish = wishes.start(config, limit=self._settings.max_bid_dollars, plugins=plugins, strategy=usual)
        bidding = preferences["bidding"]
        params = {"snipeSeconds": bidding["snipeTiming"], "buffer": bidding["bidBuffer"], **wish.params}
        return replace(wish, params=params)

    async def _fields(self, wish: wishes.Wish, reply: site_pb2.GetLotReply | None, known: LotRecord | None) -> dict[str, str | int]:
        """A new watch's fields: the wish, the rates of its place, the mode, and the days its money counts in where the close is known."""
        await self._rates.read()
        rated = self._rates.of(reply.lot.location_name if reply else known.shown.get("location_name", "") if known else "")
        made: dict[str, str | int] = {**wishes.fields(wish), **caps.fields(wish, rated, limit=self._settings.max_bid_dollars)}
        made |= {"premium": rated.rates.premium, "tax": rated.rates.tax, "mode": await self._mode()}
        before = known.scopes if known else scopes.TOTAL
        if reply and not scopes.dated(before):
            close = reply.lot.initial_close_ms or reply.lot.close_ms
            wanted = scopes.joined(before or scopes.TOTAL, scopes.of_close(close, self._settings.zone) if close > 0 else [])
            await self._allowances.open(scopes.names(wanted))
            made["scopes"] = wanted
        return made

    async def _caps(self, wish: wishes.Wish, lot: LotRecord) -> dict[str, str | int]:
        """The caps of a change; with an all-in cap the rates are brought up to date in the same step."""
        await self._rates.read()
        rated = self._rates.of_lot(lot)
        made = caps.fields(wish, rated, limit=self._settings.max_bid_dollars, lot=lot)
        reckons = wish.all_in is not None or (wish.armed and lot.allin is not None)
        if reckons and not lot.inflight and lot.rates != rated.rates:
            made = {**caps.derived(lot, rated.rates), **made, "premium": rated.rates.premium, "tax": rated.rates.tax}
        return made

    async def _mode(self) -> str:
        return "live" if (await self._board.read_service()).live else "dry"

    async def _plugins(self, config: object) -> frozenset[str]:
        """Names of further strategies, asked for only when the word is none of the built-in ones."""
        word = wishes.named(config)
        if not word or word in wishes.STRATEGIES:
            return frozenset()
        return await self._calls.strategy_names()

    @staticmethod
    def _check(answer: Answer, lot_id: str) -> None:
        if not answer.ok:
            raise words.refusal(answer.why, lot_id)


def _only_changes(made: dict[str, str | int], lot: LotRecord) -> dict[str, str | int]:
    now: dict[str, str | int] = {"cap": lot.cap, "strategy": lot.strategy, "armed": int(lot.armed), "params": lot.params}
    now |= {"allin": "" if lot.allin is None else lot.allin, "capby": lot.cap_by}
    return {name: value for name, value in made.items() if now.get(name) != value}
