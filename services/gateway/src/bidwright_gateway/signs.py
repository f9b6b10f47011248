"""Signs: what the gateway knows of lots, money and the store, as metrics under our own names. No lot, title or person is ever a label."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bidwright.clock import Clock, to_ms
from bidwright.records import IntentRecord, LotRecord
from bidwright_gateway.board import Board
from bidwright_gateway.shape import number

BANDS = (("2m", 120), ("10m", 600), ("1h", 3600), ("1d", 86_400), ("later", None))
"""How far off a close is: name, seconds up to which it counts."""
SOON_S = 600
_OPEN = frozenset({"RESERVED", "SENDING", "UNKNOWN"})
_MOST_KNOWN = 10_000
_WS_S = (0.001, 0.005, 0.02, 0.1, 0.5, 2.5, 10)


class Signs:
    """
    Instruments that are set from the board when somebody asks, and counters of what it hears.
    """

    def __init__(self, registry: CollectorRegistry, board: Board, clock: Clock) -> None:
        self._board, self._clock = board, clock
        self._known: dict[str, str] = {}
        self._age = Gauge(
            "bidwright_price_age_seconds",
            "Age of the oldest price among open lots, by how soon they close.",
            ["closes_within"],
            registry=registry,
        )
        self._lots = Gauge("bidwright_lots", "Watched lots that are open, by how soon they close.", ["closes_within"], registry=registry)
        self._armed = Gauge("bidwright_armed_lots", "Lots that may bid by themselves.", ["mode"], registry=registry)
        self._wont = Gauge("bidwright_wont_bid_soon", "Armed lots that close within ten minutes and will not bid.", registry=registry)
        self._limit = Gauge("bidwright_budget_limit_dollars", "The total budget, all-in; 0: none is set.", registry=registry)
        self._session = Gauge("bidwright_session_ok", "1 while the site takes us for logged in.", registry=registry)
        self.receipts = Counter(
            "bidwright_receipts", "Bids that came to a state that is told on a receipt.", ["state", "mode"], registry=registry
        )
        self.messages = Counter("bidwright_ws_messages", "Orders over the WebSocket, by outcome.", ["kind", "outcome"], registry=registry)
        self.message_seconds = Histogram(
            "bidwright_ws_message_seconds", "Time to carry an order out.", ["kind"], buckets=_WS_S, registry=registry
        )

    def hear(self, intents: Iterable[IntentRecord]) -> list[IntentRecord]:
        """Count each state that a bid comes to, once; gives the bids whose outcome was not known before. News may name a bid again."""
        new = []
        for intent in intents:
            if intent.state not in _OPEN and self._known.get(intent.id) != intent.state:
                if self._known.pop(intent.id, None) is None:
                    new.append(intent)
                self._known[intent.id] = intent.state
                self.receipts.labels(intent.state, intent.mode).inc()
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return new

    def look(self) -> None:
        """Set what is read off the board."""
        service = self._board.service
        now = to_ms(self._clock.now())
        ages, counts = dict.fromkeys((name for name, _ in BANDS), 0.0), dict.fromkeys((name for name, _ in BANDS), 0)
        armed, wont = {"live": 0, "dry": 0}, 0
        for lot in self._board.lots.values():
            if not lot.watched or lot.final:
                continue
            left_s = (lot.close - now) / 1000
            band = _band(left_s if lot.close > 0 else None)
            counts[band] += 1
            if lot.seen:
                ages[band] = max(ages[band], (now - service.shift_ms - _seen_ms(lot)) / 1000)
            if lot.armed:
                armed[lot.mode] = armed.get(lot.mode, 0) + 1
                wont += lot.close > 0 and 0 < left_s <= SOON_S and lot.say_kind == "wont"
        for name, _ in BANDS:
            self._age.labels(name).set(ages[name])
            self._lots.labels(name).set(counts[name])
        for mode, count in armed.items():
            self._armed.labels(mode).set(count)
        self._wont.set(wont)
        limit = service.total.get("limit", "")
        self._limit.set(number(limit) / 100 if limit.isdecimal() else 0)
        self._session.set(int(service.session.get("state") == "ok"))


def _seen_ms(lot: LotRecord) -> int:
    return max(lot.obs_started, lot.shown_started)


def _band(left_s: float | None) -> str:
    return next(name for name, most in BANDS if most is None or (left_s is not None and left_s <= most))
