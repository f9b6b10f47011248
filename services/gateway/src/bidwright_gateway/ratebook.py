"""The rate book: buyer's premium and sales tax by location, as the owner gave them (``/api/rates``), kept under ``bw:rates``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.errors import BadInput, StoreDown
from bidwright.money import Rates
from bidwright.records import LotRecord
from bidwright_gateway import clean, memory

_MOST = 10_000
_MOST_LOCATIONS = 500
_PERCENT = "must be a percentage from 0 to 100 with at most two decimals, such as 8.25."


class Source(StrEnum):
    """
    Where the rates of a lot come from.
    """

    LOCATION = "location"
    DEFAULT = "default"
    DEAREST = "dearest"
    """The lot's location is not known yet: the dearest of all the owner gave, so that no bid costs more than was reckoned."""
    ASSUMED = "assumed"
    """The owner gave none that fit: budgets reckon with these, an all-in cap must not."""
    EARLIER = "earlier"
    """As they were before the rates were changed; they are brought up to date as soon as no bid is under way."""


@dataclass(frozen=True, slots=True)
class Rated:
    """
    The rates of a lot and where they come from.
    """

    rates: Rates
    source: Source

    @property
    def known(self) -> bool:
        """Whether an all-in cap may rely on them."""
        return self.source is not Source.ASSUMED


@dataclass(frozen=True, slots=True)
class Book:
    """
    What the owner gave; *locations* by name as it was typed.
    """

    default: Rates | None = None
    locations: Mapping[str, Rates] = field(default_factory=dict)


class RateBook:
    """
    Reads and changes the rates. *usual* holds where the owner gave none, and counts as given by the owner when *given*.
    """

    def __init__(self, redis: Redis, usual: Rates, *, given: bool, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._key = f"{prefix}rates"
        self._usual, self._given = usual, given
        self.book = Book()
        """As last read; `of` goes by it."""
        self._read = False

    async def read(self, *, remembered: bool = False) -> Book:
        """All rates; with *remembered* as they were read last while Redis is away. Raises StoreDown."""
        try:
            text = await self._redis.get(self._key)
        except RedisError as error:
            if remembered and self._read and memory.means_away(error):
                memory.used()
                return self.book
            raise StoreDown(str(error)) from error
        self._read = True
        try:
            self.book = msgspec.json.decode(text, type=Book) if text else Book()
        except (msgspec.DecodeError, msgspec.ValidationError):
            self.book = Book()
        return self.book

    async def change(self, body: object) -> Book:
        """Set what *body* names; null takes it away, what is not named stays. Raises BadInput, StoreDown."""
        given = check(body)
        book = await self.read()
        default = given.default if given.names_default else book.default
        locations = {key_of(name): (name, rates) for name, rates in book.locations.items()}
        for name, rates in given.locations.items():
            if rates is None:
                locations.pop(key_of(name), None)
            else:
                locations[key_of(name)] = (name, rates)
        if len(locations) > _MOST_LOCATIONS:
            raise BadInput(f"There can be rates for at most {_MOST_LOCATIONS} locations.", "locations")
        made = Book(default, dict(sorted(locations.values())))
        try:
            await self._redis.set(self._key, msgspec.json.encode(made))
        except RedisError as error:
            raise StoreDown(str(error)) from error
        self.book = made
        return made

    @property
    def default(self) -> Rated:
        """The rates of a location that has none of its own."""
        if self.book.default is not None:
            return Rated(self.book.default, Source.DEFAULT)
        return Rated(self._usual, Source.DEFAULT if self._given else Source.ASSUMED)

    def of(self, location: str) -> Rated:
        """The rates of a lot at *location*; empty: it is not known yet."""
        default = self.default
        if not location.strip():
            every = [default.rates, *self.book.locations.values()]
            dearest = Rates(max(rates.premium for rates in every), max(rates.tax for rates in every))
            return Rated(dearest, Source.DEAREST if default.known and self.book.locations else default.source)
        wanted = key_of(location)
        return next((Rated(rates, Source.LOCATION) for name, rates in self.book.locations.items() if key_of(name) == wanted), default)

    def of_lot(self, lot: LotRecord) -> Rated:
        """The rates that *lot* should have."""
        return self.of(lot.shown.get("location_name", ""))

    def in_force(self, lot: LotRecord) -> Rated:
        """The rates that *lot* has, and where they come from."""
        meant = self.of_lot(lot)
        return meant if lot.rates is None or lot.rates == meant.rates else Rated(lot.rates, Source.EARLIER)


@dataclass(frozen=True, slots=True)
class Given:
    """
    Rates that somebody gives; None takes away. *default* counts only where it is named.
    """

    default: Rates | None
    names_default: bool
    locations: Mapping[str, Rates | None]


def check(body: object) -> Given:
    """What *body* gives. Raises BadInput."""
    if not isinstance(body, Mapping) or not body.keys() & {"default", "locations"}:
        raise BadInput(
            'Give rates such as {"default": {"premium": 15, "tax": 8.25}, "locations": {"Phoenix": {"premium": 15, "tax": 8.6}}}.'
        )
    default = _rates(body["default"], "default") if "default" in body else None
    return Given(default, "default" in body, _places(body.get("locations")))


def percent(points: int) -> int | float:
    """Hundredths of a percent as percent."""
    return points // 100 if points % 100 == 0 else points / 100


def shown(rates: Rates) -> dict[str, int | float]:
    """Rates as clients see them."""
    return {"premium": percent(rates.premium), "tax": percent(rates.tax)}


def key_of(name: str) -> str:
    """A location's name as it is compared: blanks and capitals do not matter."""
    return " ".join(name.split()).casefold()


def _places(given: object) -> dict[str, Rates | None]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadInput('"locations" must be an object: the location\'s name as the site shows it, and its rates.', "locations")
    found: dict[str, Rates | None] = {}
    for name, rates in given.items():
        label = clean.text(name, 100).strip()
        if not label:
            raise BadInput("A location needs its name as the site shows it.", "locations")
        found[label] = _rates(rates, f"locations.{label}")
    return found


def _rates(given: object, where: str) -> Rates | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise BadInput(f'"{where}" must be an object such as {{"premium": 15, "tax": 8.25}}, or null to take it away.', where)
    return Rates(_points(given, "premium", where), _points(given, "tax", where))


def _points(given: Mapping[str, Any], name: str, where: str) -> int:
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadInput(f'"{where}.{name}" {_PERCENT}', f"{where}.{name}")
    try:
        points = Rates.percent(str(value).strip().removesuffix("%"), "0").premium
    except (ValueError, ArithmeticError):
        points = _MOST + 1
    if points > _MOST:
        raise BadInput(f'"{where}.{name}" {_PERCENT}', f"{where}.{name}")
    return points
