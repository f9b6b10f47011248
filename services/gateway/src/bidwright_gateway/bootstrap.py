"""The only place where the gateway's adapters are built; every piece can be handed in."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import grpc.aio
from fastapi import FastAPI
from redis.asyncio import Redis

from bidwright.clock import Clock, SystemClock
from bidwright.plugins import Plugins, load
from bidwright.records import Records
from bidwright.runtime import rpc, store
from bidwright.runtime.checkups import Checkups
from bidwright.runtime.init import keep_secret
from bidwright.runtime.logging import get_logger, secret
from bidwright.runtime.order_chain import OrderChain
from bidwright.runtime.service import Pulse
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.toggles import Toggles, declared
from bidwright.runtime.vitals import script_ended
from bidwright.transitions import Transitions
from bidwright_gateway import memory
from bidwright_gateway.alignment import Alignment
from bidwright_gateway.allowances import Allowances
from bidwright_gateway.app import create_app
from bidwright_gateway.audit import Audit
from bidwright_gateway.bidding import Bidding
from bidwright_gateway.board import Board
from bidwright_gateway.callers import Callers
from bidwright_gateway.calls import Calls
from bidwright_gateway.consent import Consent
from bidwright_gateway.deps import Deps
from bidwright_gateway.desk import Desk
from bidwright_gateway.devices import Devices
from bidwright_gateway.experiments import Experiments
from bidwright_gateway.flips import Flips
from bidwright_gateway.grouping import Grouping
from bidwright_gateway.health import Health
from bidwright_gateway.hub import Hub
from bidwright_gateway.keys import OwnKey
from bidwright_gateway.listing import Listing
from bidwright_gateway.loops import Loops
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
from bidwright_gateway.tls import certificate

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """
    A gateway ready to run: its application, its loops and its pieces.
    """

    app: FastAPI
    loops: Loops
    deps: Deps


@asynccontextmanager
async def bootstrap(
    settings: GatewaySettings,
    *,
    clock: Clock | None = None,
    redis: Redis | None = None,
    transitions: Transitions | None = None,
    channels: tuple[grpc.aio.Channel, grpc.aio.Channel, grpc.aio.Channel] | None = None,
    plugins: Plugins | None = None,
) -> AsyncIterator[Gateway]:
    """Build everything; *channels* are those to nellis-proxy, bidder and poller. Opens no connection before it is needed."""
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock()
        token = settings.auth_token.get_secret_value() or keep_secret(settings.data_dir / "token", secrets.token_urlsafe(32))
        secret(token)
        if redis is None:
            redis = store.connect(settings.redis_url.get_secret_value(), pools=memory.Pool)
            stack.push_async_callback(redis.aclose)
        if channels is None:
            channels = rpc.channel(settings.proxy_addr), rpc.channel(settings.bidder_addr), rpc.channel(settings.poller_addr)
            for channel in channels:
                stack.push_async_callback(channel.close)
        transitions = transitions or Transitions(redis, timed=script_ended)
        records = Records(redis)
        calls = Calls(*channels, clock)
        board = Board(redis, records, clock, settings.retention_ms)
        rates, allowances = RateBook(redis, settings.rates, given=settings.rates_given), Allowances(redis, transitions)
        shaper = Shaper(site=settings.site, real=settings.real, rates=settings.rates, in_force=rates.in_force, group_of=board.group_of)
        shaper.endings = board.endings
        site_time = SiteTime(redis, clock)
        hub = Hub(board, shaper, clock, site_time)
        relay = Relay(board, hub, records, redis, site_time)
        listing = Listing(board, hub.leaves)
        preferences = Preferences(redis)
        desk = Desk(
            settings=settings,
            transitions=transitions,
            records=records,
            board=board,
            calls=calls,
            shaper=shaper,
            preferences=preferences,
            rates=rates,
            allowances=allowances,
        )
        alignment = Alignment(transitions=transitions, board=board, rates=rates, allowances=allowances, zone=settings.zone)
        bidding = Bidding(settings, transitions, records, board, calls, clock)
        metrics = Metrics(board, clock)
        soundings = Soundings(metrics.registry, redis, board, clock, settings.data_dir)
        if plugins is None:
            plugins = load(installed=settings.installed_plugins, disabled=settings.disabled_plugins)
        toggles, checkups = Toggles(transitions, clock, declared(plugins)), Checkups(plugins, clock)
        health = Health(redis, board, clock, settings.data_dir, clients=lambda: len(hub.clients), findings=lambda: checkups.findings)
        teller = Teller(plugins, redis, clock, lambda name, outcome: metrics.plugin_events.labels(name, outcome).inc())
        stack.push_async_callback(teller.close)
        pulse = Pulse(clock)
        own = OwnKey.kept(settings.data_dir / "gateway.key")
        tls = certificate(settings.data_dir / "tls", settings.lan_names, clock.now()) if settings.lan_bind else None
        devices = Devices(redis, clock, own)
        nonces = Nonces(redis, clock)
        house = House(clock, settings, board, toggles)
        deps = Deps(
            settings=settings, clock=clock, redis=redis, transitions=transitions, records=records, calls=calls, board=board,
            shaper=shaper, hub=hub, relay=relay, listing=listing, desk=desk, bidding=bidding, preferences=preferences, metrics=metrics,
            health=health, pulse=pulse, site_time=site_time, rates=rates, allowances=allowances, alignment=alignment,
            grouping=Grouping(transitions, records, board),
            switches=Switches(settings, transitions, records, preferences, clock),
            plugins=plugins, toggles=toggles, panel=Panel(toggles, transitions, clock), flips=Flips(toggles, transitions),
            experiments=Experiments(toggles, transitions, board), checkups=checkups, teller=teller,
            house=house, soundings=soundings, order_chain=OrderChain(plugins, house),
            screens=Screens(redis, hub, clock), searches=Searches(redis, transitions, calls, clock),
            callers=Callers(token, devices, nonces), devices=devices, nonces=nonces,
            pairing=Pairing(redis, clock, own, devices),
            consent=Consent(redis, settings.ask_above_dollars), audit=Audit(redis, clock), once=Once(redis), tls=tls,
        )  # fmt: skip
        app = create_app(deps)
        for problem in plugins.problems:
            log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)
        yield Gateway(app, Loops(deps), deps)
