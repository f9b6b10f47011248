"""Reads: one lot, many lots, the account's lots. Each is fresh; nothing is guessed from what is not understood."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from pydantic import SecretStr

from bidwright import Clock
from bidwright.errors import BadInput, LotGone, SessionLost, UpstreamChanged, UpstreamDown, UpstreamError
from bidwright.runtime import failpoints
from bidwright.runtime.logging import get_logger
from bidwright_nellis_proxy.embedded import NotUnderstood, plain_json, values
from bidwright_nellis_proxy.exchanges import Answer
from bidwright_nellis_proxy.fields import is_lot_id
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.lots import lot_in, lots_in, my_lots_in
from bidwright_nellis_proxy.replies import Reply
from bidwright_nellis_proxy.samples import Samples
from bidwright_nellis_proxy.session import Session
from bidwright_nellis_proxy.site import Site
from bidwright_nellis_proxy.ways import ACCEPT, Way, Ways, decoded, lot_path, mine_path
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
_GONE = (404, 410)
_NO_BATCH_S = 600.0
"""How long a batch read that the site does not offer is not asked for again."""


class Reads:
    """
    All reads of lots. They go on without a session when it is over; then nothing is known about who leads.
    """

    def __init__(self, site: Site, session: Session, clock: Clock, samples: Samples) -> None:
        self.ways = Ways(clock)
        self.alarm: Callable[[], None] = lambda: None
        """Called when a lot could not be read in any way."""
        self._samples = samples
        self._site = site
        self._session = session
        self._clock = clock
        self._mine = Ways(clock, Way.LOADER)
        self._no_batch_until = float("-inf")
        self._unreadable: set[str] = set()  # said once each

    async def lot(self, lot_id: str, purpose: Purpose) -> site_pb2.GetLotReply:
        """
        One fresh read.

        Raises BadInput, LotGone, UpstreamBusy, UpstreamDown, UpstreamChanged, StoreDown.
        """
        check_id(lot_id)
        troubles: list[str] = []
        unsigned: site_pb2.GetLotReply | None = None
        for way in self.ways.order(signed_in=await self._session.cookie() is not None):
            if unsigned is not None and self.ways.is_blind(way):
                continue
            try:
                reply, cookie = await self._by(way, lot_id, purpose)
            except NotUnderstood as error:
                troubles.append(f"{way.value}: {error}")
                continue
            except UpstreamError:
                if unsigned is None:
                    raise
                break  # the search for the user's state ends here; the lot itself was read
            if reply.lot.has_user_state or cookie is None:
                return await self._read(way, reply, cookie)
            unsigned = unsigned or reply
            if not await self._session.holds_after_all(cookie):
                break
            self.ways.blind(way)
        if unsigned is None:
            raise self._changed(lot_id, "; ".join(troubles))
        self.ways.last_name = unsigned.way
        return unsigned

    async def _by(self, way: Way, lot_id: str, purpose: Purpose) -> tuple[site_pb2.GetLotReply, SecretStr | None]:
        """The lot in one way, and the cookie it was read with. Raises NotUnderstood, and what a read raises."""
        try:
            cookie = await self._session.cookie()
            answer, cookie = await self._asked(way.value, lot_path(way, lot_id), purpose, cookie, accept=ACCEPT[way])
        except UpstreamDown:
            self.ways.failed()
            raise
        if purpose is not Purpose.POLL:
            await failpoints.hit("F8")
        if way is Way.PAGE and answer.reply.status in _GONE:
            raise LotGone(f"The site does not know lot {lot_id}.")
        try:
            data = decoded(answer.reply, way)
            lot = lot_in(data.root, lot_id, self._site.base)
        except NotUnderstood as error:
            if answer.reply.status == 200:  # noqa: PLR2004 - HTTP
                await self._samples.keep(way.value, lot_id, answer.reply.text, str(error), cookie)
            raise
        return site_pb2.GetLotReply(lot=lot, read_started_ms=answer.started_ms, way=data.name, took_ms=answer.took_ms), cookie

    async def _read(self, way: Way, reply: site_pb2.GetLotReply, cookie: SecretStr | None) -> site_pb2.GetLotReply:
        """Remember what a good read teaches."""
        self.ways.worked(way, reply.way)
        self._unreadable.discard(reply.lot.id)
        if cookie is not None:
            await self._session.proved(cookie)
        return reply

    def _changed(self, lot_id: str, why: str) -> UpstreamChanged:
        if lot_id not in self._unreadable:
            self._unreadable.add(lot_id)
            log.warning("site.changed", lot=lot_id, why=why)
        self.alarm()
        return UpstreamChanged(f"Lot {lot_id} could not be read: {why}.")

    async def lots(self, lot_ids: list[str], purpose: Purpose) -> site_pb2.GetLotsReply:
        """
        Many lots in one request; those the site did not return are absent.

        Raises UpstreamChanged where the site does not offer it (read them one by one), and what a read raises.
        """
        for lot_id in lot_ids:
            check_id(lot_id)
        if not lot_ids:
            return site_pb2.GetLotsReply()
        if self._clock.monotonic() < self._no_batch_until:
            raise UpstreamChanged("The site does not offer a batch read.")
        body = msgspec.json.encode({"productIds": [int(i) for i in lot_ids], "action": "get-open-listings"}).decode()
        answer, _ = await self._asked("listings", "/api/listings", purpose, await self._session.cookie(), body=body)
        try:
            found = lots_in(_json(answer.reply), self._site.base)
        except NotUnderstood as error:
            self._no_batch_until = self._clock.monotonic() + _NO_BATCH_S
            raise UpstreamChanged(f"The site does not offer a batch read that we understand ({error}).") from None
        wanted = set(lot_ids)
        return site_pb2.GetLotsReply(lots=[lot for lot in found if lot.id in wanted], read_started_ms=answer.started_ms)

    async def my_lots(self) -> site_pb2.ListMyLotsReply:
        """
        The lots the account takes part in. Raises SessionLost without a session, and what a read raises.
        """
        cookie = await self._session.cookie()
        troubles: list[str] = []
        for way in self._mine.order(signed_in=False):
            if cookie is None:
                raise SessionLost("The site's session is over; log in there and sync the session.")
            answer, cookie = await self._asked("list", mine_path(way), Purpose.RECONCILE, cookie, accept=ACCEPT[way], again=False)
            if cookie is None:
                continue
            try:
                data = decoded(answer.reply, way)
                lots = my_lots_in(data.root, self._site.base)
            except NotUnderstood as error:
                troubles.append(f"{way.value}: {error}")
                continue
            self._mine.worked(way, data.name)
            return site_pb2.ListMyLotsReply(lots=lots, read_started_ms=answer.started_ms)
        if cookie is None:
            raise SessionLost("The site's session is over; log in there and sync the session.")
        raise UpstreamChanged(f"The account's lots could not be read: {'; '.join(troubles)}.")

    async def _asked(
        self,
        kind: str,
        path: str,
        purpose: Purpose,
        cookie: SecretStr | None,
        *,
        body: str | None = None,
        accept: str = "*/*",
        again: bool = True,
    ) -> tuple[Answer, SecretStr | None]:
        """
        Ask with the session; when the answer says that it is over, tell so and (*again*) ask without it.

        Gives the answer and the cookie that was sent with it, None once the session is over.
        """
        answer = await self._site.ask(kind, path, purpose=purpose, cookie=cookie, body=body, accept=accept)
        if cookie is None:
            return answer, None
        why = answer.reply.logged_out or ("the site showed its login page" if _instead(answer.reply) else "")
        if not why:
            return answer, cookie
        await self._session.lost(cookie, why)
        if again:
            answer = await self._site.ask(kind, path, purpose=purpose, body=body, accept=accept)
        return answer, None


def check_id(lot_id: str) -> None:
    """Raises BadInput when *lot_id* cannot be the number of a lot."""
    if not is_lot_id(lot_id):
        raise BadInput(f"{lot_id[:40]!r} is no lot id; a lot has a number such as 70012345, the last part of its address.", "lot_id")


def _instead(reply: Reply) -> bool:
    """Whether a login page stands where data was expected."""
    if not reply.is_login_page:
        return False
    try:
        return not any("product" in part or "myAuctions" in part for part in values(decoded(reply, Way.PAGE).root))
    except NotUnderstood:
        return True


def _json(reply: Reply) -> object:
    if reply.status != 200:  # noqa: PLR2004 - HTTP
        raise NotUnderstood(f"the site answered {reply.status}")
    return plain_json(reply.text)
