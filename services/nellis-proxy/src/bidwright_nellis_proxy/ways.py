"""The ways to one lot's data, and which of them worked last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from bidwright import Clock
from bidwright_nellis_proxy.embedded import NotUnderstood, plain, plain_json, refusal, stream, streamed
from bidwright_nellis_proxy.replies import Reply

_LOT_ROUTE = "routes%2Fp.%24title.%24productId._index"
_MINE_ROUTE = "routes%2Fdashboard.auctions.active"
_BLIND_S = 300.0


class Way(Enum):
    """
    How to ask: the page, its single-fetch data, its loader's JSON.
    """

    PAGE = "page"
    DATA = "data"
    LOADER = "loader"


ACCEPT = {Way.PAGE: "text/html,application/xhtml+xml", Way.DATA: "*/*", Way.LOADER: "application/json"}


def lot_path(way: Way, lot_id: str) -> str:
    """Path of a lot; the site ignores the words before the number."""
    path = f"/p/lot/{lot_id}"
    return {Way.PAGE: path, Way.DATA: f"{path}.data", Way.LOADER: f"{path}?_data={_LOT_ROUTE}"}[way]


def mine_path(way: Way) -> str:
    """Path of the account's active lots."""
    path = "/dashboard/auctions/active"
    return {Way.PAGE: path, Way.DATA: f"{path}.data", Way.LOADER: f"{path}?_data={_MINE_ROUTE}"}[way]


@dataclass(frozen=True, slots=True)
class Decoded:
    """
    The data of an answer, and the name of the encoding it came in.
    """

    root: Any
    name: str


def decoded(reply: Reply, way: Way) -> Decoded:
    """
    The data inside *reply*. A page is read as one whichever way was asked for. Raises NotUnderstood.
    """
    if reply.status != 200:  # noqa: PLR2004 - HTTP
        raise NotUnderstood(f"the site answered {reply.status}" + (" and sent us elsewhere" if reply.redirect else ""))
    if reply.is_html:
        root = streamed(reply.text)
        if root is not None:
            return Decoded(root, "page-streamed")
        root = plain(reply.text)
        if root is not None:
            return Decoded(root, "page-plain")
        raise NotUnderstood("a page without data inside")
    if way is Way.LOADER:
        return Decoded(plain_json(reply.text), "loader")
    root = stream(reply.text)
    if (status := refusal(root)) is not None:
        raise NotUnderstood(f"the site's loader answered {status}")
    return Decoded(root, "data")


class Ways:
    """
    The order to try them in. The page comes first until another one proves better; *blind* ways do not say who leads.
    """

    def __init__(self, clock: Clock, first: Way = Way.PAGE) -> None:
        self.last_name = ""
        self._clock = clock
        self._first = self._best = first
        self._blind: dict[Way, float] = {}

    def order(self, *, signed_in: bool) -> list[Way]:
        """All ways, the one that worked last first; those that lately hid the user's state last, if that matters."""
        ways = [self._best, *(way for way in Way if way is not self._best)]
        return sorted(ways, key=self.is_blind) if signed_in else ways

    def worked(self, way: Way, name: str) -> None:
        """Remember it."""
        self._best, self.last_name = way, name
        self._blind.pop(way, None)

    def failed(self) -> None:
        """The site failed rather than answered: begin with the page again, another way may just be gone."""
        self._best = self._first

    def blind(self, way: Way) -> None:
        """Remember that it hid the user's state from a session that is proven."""
        self._blind[way] = self._clock.monotonic() + _BLIND_S

    def is_blind(self, way: Way) -> bool:
        """Whether it did so lately."""
        return self._blind.get(way, 0.0) > self._clock.monotonic()
