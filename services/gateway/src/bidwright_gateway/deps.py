"""What the routes and the WebSocket are handed: every piece of a running gateway."""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis

from bidwright.clock import Clock
from bidwright.plugins import Plugins
from bidwright.records import Records
from bidwright.runtime.checkups import Checkups
from bidwright.runtime.order_chain import OrderChain
from bidwright.runtime.service import Pulse
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.toggles import Toggles
from bidwright.transitions import Transitions
from bidwright_gateway.alignment import Alignment
from bidwright_gateway.allowances import Allowances
from bidwright_gateway.audit import Audit
from bidwright_gateway.bidding import Bidding
from bidwright_gateway.board import Board
from bidwright_gateway.callers import Callers
from bidwright_gateway.calls import Calls
from bidwright_gateway.consent import Consent
from bidwright_gateway.desk import Desk
from bidwright_gateway.devices import Devices
from bidwright_gateway.experiments import Experiments
from bidwright_gateway.flips import Flips
from bidwright_gateway.grouping import Grouping
from bidwright_gateway.health import Health
from bidwright_gateway.hub import Hub
from bidwright_gateway.listing import Listing
from bidwright_gateway.metrics import Metrics
from bidwright_gateway.once import Once
from bidwright_gateway.overview import House
from bidwright_gateway.pairing import Pairing
from bidwright_gateway.panel import Panel
from bidwright_gateway.preferences import Preferences
from bidwright_gateway.ratebook import RateBook
from bidwright_gateway.relay import Relay
from bidwright_gateway.screens import Screens
from bidwright_gateway.searches import Searches
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.shape import Shaper
from bidwright_gateway.signing import Nonces
from bidwright_gateway.soundings import Soundings
from bidwright_gateway.switches import Switches
from bidwright_gateway.teller import Teller
from bidwright_gateway.tls import Certificate


@dataclass(frozen=True, slots=True)
class Deps:
    """
    Everything a request may need.
    """

    settings: GatewaySettings
    clock: Clock
    redis: Redis
    transitions: Transitions
    records: Records
    calls: Calls
    board: Board
    shaper: Shaper
    hub: Hub
    relay: Relay
    listing: Listing
    desk: Desk
    bidding: Bidding
    preferences: Preferences
    metrics: Metrics
    soundings: Soundings
    order_chain: OrderChain
    health: Health
    pulse: Pulse
    site_time: SiteTime
    rates: RateBook
    allowances: Allowances
    alignment: Alignment
    grouping: Grouping
    switches: Switches
    plugins: Plugins
    toggles: Toggles
    panel: Panel
    flips: Flips
    experiments: Experiments
    checkups: Checkups
    teller: Teller
    house: House
    screens: Screens
    searches: Searches
    callers: Callers
    devices: Devices
    nonces: Nonces
    pairing: Pairing
    consent: Consent
    audit: Audit
    once: Once
    tls: Certificate | None
    """For the network at home, where the owner wants that."""
