"""Vital signs: a loop that is held up is seen, and so is a store that does not answer."""

import asyncio
import contextlib
import time

import pytest
from prometheus_client import REGISTRY

from bidwright.errors import StoreDown
from bidwright.runtime import service, vitals
from bidwright.runtime.store import connect
from bidwright.runtime.telemetry import beats
from bidwright.transitions import Transitions


def lagged():
    """Seconds that the event loop was late, all together."""
    return REGISTRY.get_sample_value("bidwright_event_loop_lag_seconds_sum") or 0


async def turned(up):
    """Wait until the sign says whether the store answers."""
    async with asyncio.timeout(10):
        while REGISTRY.get_sample_value("bidwright_store_up") != up:  # noqa: ASYNC110 - a metric rings no bell
            await asyncio.sleep(0.01)


async def test_a_loop_that_is_held_up_is_seen():
    """Three looks beside which somebody blocks for a while; afterwards tasks are counted too."""
    vitals.vitals()
    before, watching = lagged(), asyncio.create_task(vitals.watch())
    await asyncio.sleep(0)
    for _ in range(3):
        time.sleep(vitals.EVERY_S + 0.2)  # noqa: ASYNC251 - just what is to be seen
        await asyncio.sleep(0.01)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching

    assert lagged() - before >= 0.2
    assert REGISTRY.get_sample_value("bidwright_tasks") >= 2


async def test_a_heartbeat_sets_the_signs(redis, clock):
    """Memory, silence, problems of plugins, and that the store answers; the tally travels with it."""
    vitals.vitals().store_up.set(0)
    pulse = service.Pulse(clock)
    pulse.beat("looks")
    clock.advance(7)
    beating = asyncio.create_task(
        service.heartbeat(redis, "poller", pulse, lambda: ["a: left out"], unwell=lambda: ["b: ill"], tally=lambda: {"x": 3.0})
    )
    await turned(1)
    found = await beats(redis)
    await service.end([beating])

    assert ([7000], [{"x": 3.0}]) == ([beat.working_ms for beat in found], [beat.tally for beat in found])
    assert (7, 2) == (REGISTRY.get_sample_value("bidwright_silent_seconds"), REGISTRY.get_sample_value("bidwright_plugin_problems"))
    assert REGISTRY.get_sample_value("bidwright_pss_bytes") > 0


async def test_a_store_that_is_away_is_a_sign(clock):
    """The heartbeat goes on, and says so."""
    vitals.vitals().store_up.set(1)
    redis = connect("redis://127.0.0.1:1/0")
    beating = asyncio.create_task(service.heartbeat(redis, "poller", service.Pulse(clock)))
    await turned(0)
    await service.end([beating])
    await redis.aclose()

    assert 0 == REGISTRY.get_sample_value("bidwright_store_up")


async def test_transitions_are_timed(redis):
    """By script; those without an answer are counted beside."""
    seconds = lambda: REGISTRY.get_sample_value("bidwright_transition_seconds_count", {"script": "stamp"}) or 0  # noqa: E731 - asked twice
    before = seconds()
    await Transitions(redis, timed=vitals.script_ended).stamp()
    away = connect("redis://127.0.0.1:1/0")
    with pytest.raises(StoreDown):
        await Transitions(away, timed=vitals.script_ended).halt("me", "a test")
    await away.aclose()

    assert before + 1 == seconds()
    assert REGISTRY.get_sample_value("bidwright_transition_failures_total", {"script": "halt"}) >= 1
