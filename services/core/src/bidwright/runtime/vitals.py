"""
Vital signs of this process, for its metrics: how late its event loop is, what it holds, whether the store answers, how its scripts fare.

They belong to the process and stand in Prometheus' own registry, which every ``/metrics`` shows. Importing makes none of them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache

from prometheus_client import Counter, Gauge, Histogram

EVERY_S = 0.5
"""Pause between two looks at the event loop: each wakes a process that may have nothing else to do."""
_COUNT_EVERY = 10
_LAG_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
_SCRIPT_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2)


@dataclass(frozen=True, slots=True)
class Vitals:
    """
    The instruments. *stream_lag* is by reader of the event log: ``gateway``, ``notifier``.
    """

    loop_lag: Histogram
    tasks: Gauge
    pss: Gauge
    silent: Gauge
    store_up: Gauge
    problems: Gauge
    stream_lag: Gauge
    script_seconds: Histogram
    script_failures: Counter
    strikes: Counter
    quarantines: Counter


@cache
def vitals() -> Vitals:
    """Those of this process."""
    return Vitals(
        loop_lag=Histogram("bidwright_event_loop_lag_seconds", "How late the event loop came back to what was due.", buckets=_LAG_S),
        tasks=Gauge("bidwright_tasks", "Tasks on the event loop."),
        pss=Gauge("bidwright_pss_bytes", "Memory of this process, shared pages counted by share."),
        silent=Gauge("bidwright_silent_seconds", "Since the slowest loop of this process last did its work."),
        store_up=Gauge("bidwright_store_up", "1 while Redis answers this process."),
        problems=Gauge("bidwright_plugin_problems", "Plugins that are left out here, and health checks of theirs that fail."),
        stream_lag=Gauge("bidwright_stream_lag_seconds", "Age of the oldest event that a reader has not read.", ["reader"]),
        script_seconds=Histogram(
            "bidwright_transition_seconds", "From asking for a transition to its answer.", ["script"], buckets=_SCRIPT_S
        ),
        script_failures=Counter("bidwright_transition_failures", "Transitions without an answer.", ["script"]),
        strikes=Counter("bidwright_plugin_strikes", "Times that a plugin's code failed.", ["plugin"]),
        quarantines=Counter("bidwright_plugin_quarantines", "Times that a plugin was put into quarantine here.", ["plugin"]),
    )


def script_ended(script: str, seconds: float, answered: bool) -> None:  # noqa: FBT001 - as Transitions calls it
    """Count a transition."""
    _seconds_of(script).observe(seconds)
    if not answered:
        vitals().script_failures.labels(script).inc()


@cache
def _seconds_of(script: str) -> Histogram:
    """Kept: looking it up costs more than moving it, and there are some thirty scripts."""
    return vitals().script_seconds.labels(script)


async def watch() -> None:
    """Look at the event loop for ever."""
    loop, signs, turn = asyncio.get_running_loop(), vitals(), 0
    while True:
        before = loop.time()
        await asyncio.sleep(EVERY_S)
        signs.loop_lag.observe(max(0.0, loop.time() - before - EVERY_S))
        turn += 1
        if turn % _COUNT_EVERY == 1:
            signs.tasks.set(len(asyncio.all_tasks()))
