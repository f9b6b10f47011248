"""The batch read: many lots in one request, used while it works, left alone for a while when it does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bidwright import Clock
from bidwright.errors import BadInput, SessionLost, UpstreamBusy, UpstreamDown, UpstreamError
from bidwright.records import LotRecord
from bidwright.runtime import reading
from bidwright.runtime.logging import get_logger
from bidwright.runtime.reads import SiteReads
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
_SHORT_S, _FRUITLESS_S, _NOT_OFFERED_S = 5.0, 60.0, 600.0
FEWEST, MOST = 2, 32


@dataclass(frozen=True, slots=True)
class Catch:
    """
    What one request brought: lots by id, and the steady time at which it was admitted, in ms.
    """

    lots: dict[str, site_pb2.Lot]
    read_started_ms: int

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

    @property
    def open(self) -> bool:
        """Whether it pays to bring many lots at once."""
        return self._clock.monotonic() >= self._rest_until

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
        if not found:
            self._rest_until = now + _FRUITLESS_S
        return Catch(found, reply.read_started_ms)


def _usable(lots: Collection[site_pb2.Lot], wanted: Sequence[str]) -> dict[str, site_pb2.Lot]:
    """The lots that were asked for and are told in full: a list may carry less than a page."""
    ids = set(wanted)
    return {lot.id: lot for lot in lots if lot.id in ids and lot.close_ms > 0 and lot.title}
