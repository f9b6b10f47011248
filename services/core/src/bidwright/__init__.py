"""
Bidwright's library: the door for plugins, and what every service shares.

A plugin needs no more than these names. Everything under ``bidwright.runtime`` is for services only.
"""

from bidwright.around import Around, Overview, Terminal, WatchedLot
from bidwright.clock import Clock, SystemClock
from bidwright.doors import API
from bidwright.event import Event
from bidwright.health import HealthCheck
from bidwright.hookspecs import hookimpl
from bidwright.look import Listen, Look, LookAt
from bidwright.money import Money, Rates
from bidwright.notice import NotDelivered, Notice, Notifier, Screens
from bidwright.offers import OfferParams
from bidwright.order import Order, TakeOrder
from bidwright.schedule import Glance, Schedule
from bidwright.site import Fetch, SharedBreaker, SiteCall, Surroundings
from bidwright.strategy import Bid, Decision, Hold, LotView, OwnBid, Params, PricePoint, Strategy, Wait
from bidwright.toggle import Rollback, Toggle, Variant
from bidwright.toggle_value import Subject

__all__ = [
    "API",
    "Around",
    "Bid",
    "Clock",
    "Decision",
    "Event",
    "Fetch",
    "Glance",
    "HealthCheck",
    "Hold",
    "Listen",
    "Look",
    "LookAt",
    "LotView",
    "Money",
    "NotDelivered",
    "Notice",
    "Notifier",
    "OfferParams",
    "Order",
    "Overview",
    "OwnBid",
    "Params",
    "PricePoint",
    "Rates",
    "Rollback",
    "Schedule",
    "Screens",
    "SharedBreaker",
    "SiteCall",
    "Strategy",
    "Subject",
    "Surroundings",
    "SystemClock",
    "TakeOrder",
    "Terminal",
    "Toggle",
    "Variant",
    "Wait",
    "WatchedLot",
    "hookimpl",
]
