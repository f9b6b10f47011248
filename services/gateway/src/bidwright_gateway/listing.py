"""The listing: the answer of ``GET /api/auctions``, made at most once a second and change, and tagged by all that it says but the time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bidwright.errors import BadInput
from bidwright.records import LotRecord
from bidwright_gateway.board import Board, Lots, News
from bidwright_gateway.frames import encode
from bidwright_gateway.leaves import Leaf, Leaves
from bidwright_gateway.paging import Key, Page, has_words
from bidwright_gateway.shape import Flavour

_FOREVER = 1 << 60
_YES = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which lots are wanted, all of them unless something is named.
    """

    status: str = ""
    armed: str = ""
    leading: str = ""
    group: str = ""
    text: str = ""

    def test(self) -> Callable[[LotRecord], bool] | None:
        """What a lot must be like; None when every lot is wanted. Raises BadInput."""
        tests: list[Callable[[LotRecord], bool]] = []
        if self.status:
            if self.status not in ("monitoring", "ended"):
                raise BadInput('"status" must be monitoring or ended.', "status")
            final = self.status == "ended"
            tests.append(lambda lot: lot.final is final)
        for name, value in (("armed", self.armed), ("leading", self.leading)):
            if value:
                if value not in _YES:
                    raise BadInput(f'"{name}" must be true or false.', name)
                tests.append(_is(name, wanted=_YES[value]))
        if self.group:
            tests.append(lambda lot: lot.group == self.group)
        if self.text:
            tests.append(lambda lot: has_words(f"{lot.shown.get('title', '')} {lot.id}", self.text))
        return (lambda lot: all(test(lot) for test in tests)) if tests else None


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A JSON text and its tag.
    """

    body: bytes
    tag: str


class Listing:
    """
    Renders the list. What everybody asks for is kept for the second, unless something changes.
    """

    def __init__(self, board: Board, leaves: Leaves) -> None:
        self._board, self._leaves = board, leaves
        self._kept: dict[Flavour, tuple[int, Listed]] = {}
        board.listeners.append(self._hear)

    def forget(self) -> None:
        """Something was changed here: whoever asks next sees it."""
        self._kept.clear()

    async def all(self, flavour: Flavour) -> Listed:
        """The whole list. Raises StoreDown when nothing is known."""
        second = self._leaves.now_ms() // 1000
        if kept := self._this_seconds(flavour, second):
            return kept
        lots = await self._board.current()
        made = self._rendered(self._board.listed(lots.values()), lots, flavour)
        if self._board.up and lots is self._board.lots:
            self._kept[flavour] = second, made
        return made

    def tag(self, flavour: Flavour) -> str | None:
        """The whole list's tag; None when it has to be made to know."""
        kept = self._this_seconds(flavour, self._leaves.now_ms() // 1000)
        return kept.tag if kept else None

    def _this_seconds(self, flavour: Flavour, second: int) -> Listed | None:
        made_in, listed = self._kept.get(flavour, (None, None))
        return listed if made_in == second and self._board.up else None

    async def some(self, flavour: Flavour, wanted: Wanted, page: Page) -> Listed:
        """A part of the list. Raises BadInput, StoreDown."""
        test = wanted.test()
        lots = await self._board.current()
        found = [lot for lot in self._board.listed(lots.values()) if test is None or test(lot)]
        shown, following = page.cut(found, _key)
        return self._rendered(shown, lots, flavour, following=following, paged=page != Page())

    def _rendered(
        self, lots: Iterable[LotRecord], known: Lots, flavour: Flavour, *, following: str | None = None, paged: bool = False
    ) -> Listed:
        leaves = [self._leaves.of(lot, flavour) for lot in lots]
        standing = [self._leaves.of(lot, flavour) for lot in self._board.standing(known.values())]
        more: dict[str, object] = {"next": following} if paged else {}
        if not self._board.up:
            more |= {"stale": True, "ageSeconds": round(self._board.age_s, 1)}
        now = self._leaves.now_ms()
        end = b"," + encode(more)[1:] if more else b"}"
        body = b'{"success":true,"auctions":[%b],"standing":[%b]%b' % (_joined(leaves, now), _joined(standing, now), end)
        return Listed(body, _tag(leaves, standing, end if self._board.up else b"stale"))

    def _hear(self, _: News) -> None:
        self.forget()


def _joined(leaves: Iterable[Leaf], now_ms: int) -> bytes:
    return b",".join([leaf.text(now_ms) for leaf in leaves])


def _tag(leaves: list[Leaf], standing: list[Leaf], end: bytes) -> str:
    digests = b"".join([*(leaf.digest for leaf in leaves), b"|", *(leaf.digest for leaf in standing), end])
    return f'W/"{hashlib.blake2b(digests, digest_size=16).hexdigest()}"'


def _key(lot: LotRecord) -> Key:
    return [int(lot.final), lot.close or _FOREVER, lot.id]


def _is(name: str, *, wanted: bool) -> Callable[[LotRecord], bool]:
    return lambda lot: getattr(lot, name) is wanted
