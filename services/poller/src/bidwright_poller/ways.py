"""The batch read: many lots in one request, used while it works, left alone for a while when it does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from bidwright import Clock
from bidwright.errors import BadInput, SessionLost, UpstreamBusy, UpstreamDown, UpstreamError
from bidwright.records import LotRecord
from bidwright.runtime import reading
from bidwright.runtime.logging import get_logger
from bidwright.runtime.reads import SiteReads
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
_SHORT_S, _FRUITLESS_S, _NOT_OFFERED_S = 5.0, 60.0, 600.0
_REMEMBERED_S = 3600.0
FEWEST, MOST = 2, 32


@dataclass(frozen=True, slots=True)
class Catch:
    """
    What one request brought: lots by id, and the steady time at which it was admitted, in ms. *gone* are those that it was asked for and
    left out, although it told others, and had told them before.
    """

    lots: dict[str, site_pb2.Lot]
    read_started_ms: int
    gone: frozenset[str] = field(default_factory=frozenset)

    def of(self, record: LotRecord) -> site_pb2.Lot | None:
        """
        What it tells of the lot; None when it is not there, or shows news of a lot with money or a wish to bid, of which only a read in
        full tells enough.
        """
        lot = self.lots.get(record.id)
        if lot is None or lot.has_user_state or not (record.armed or record.exposure > 0 or record.ask):
            return lot
        news = lot.price_cents != record.price or lot.close_ms != record.close or reading.status_of(lot) != record.status
        return None if news else lot


class Ways:
    """
    The batch read, with a memory of whether it works. *used* is told the name of each way taken.
    """

    def __init__(self, reads: SiteReads, clock: Clock, used: Callable[[str], None]) -> None:
        self._reads, self._clock, self._used = reads, clock, used
        self._rest_until = 0.0
        self._told: dict[str, float] = {}
        """Lots that it told, and when: the one that was told longest ago first."""
        self._was_empty = False

    @property
    def open(self) -> bool:
        """Whether it pays to bring many lots at once."""
        return self._clock.monotonic() >= self._rest_until

    def tells(self, lot_id: str) -> bool:
        """Whether it told this lot within the last hour, so that leaving it out would say something."""
        return lot_id in self._told

    async def catch(self, lots: Sequence[LotRecord]) -> Catch | None:
        """Read as many of *lots* as one request can bring; what is not in the answer must be read one by one. None: not now."""
        wanted = [lot.id for lot in lots]
        now = self._clock.monotonic()
        if len(wanted) < FEWEST or now < self._rest_until:
            return None
        self._used("batch")
        try:
            reply = await self._reads.lots(wanted[:MOST])
        except (UpstreamBusy, UpstreamDown, BadInput):  # one odd id spoils the request for all: they are read one by one
            self._rest_until = now + _SHORT_S
            return None
        except SessionLost:
            self._rest_until = now + _FRUITLESS_S
            return None
        except UpstreamError as error:
            log.info("way.closed", way="batch", error=str(error), again_in_s=_NOT_OFFERED_S)
            self._rest_until = now + _NOT_OFFERED_S
            return None
        found = _usable(reply.lots, wanted)
        missing = {lot_id for lot_id in wanted[:MOST] if lot_id not in found}
        gone = missing & self._told.keys()
        if not found and (self._was_empty or gone != missing):  # else all of them may have closed
            self._rest_until = now + _FRUITLESS_S
        self._was_empty = not found
        self._remember(found, now)
        return Catch(found, reply.read_started_ms, frozenset(gone if found else ()))

    def _remember(self, found: Collection[str], now: float) -> None:
        for lot_id in found:
            self._told.pop(lot_id, None)
        self._told.update(dict.fromkeys(found, now))
        while self._told and self._told[oldest := next(iter(self._told))] < now - _REMEMBERED_S:
            del self._told[oldest]


def _usable(lots: Collection[site_pb2.Lot], wanted: Sequence[str]) -> dict[str, site_pb2.Lot]:
    """The lots that were asked for and are told in full: a list may carry less than a page."""
    ids = set(wanted)
    return {lot.id: lot for lot in lots if lot.id in ids and lot.close_ms > 0 and lot.title}
