"""The frame of every service: signals, supervised loops, heartbeats, a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import BidwrightError, SetupError, StoreDown
from bidwright.runtime import failpoints, telemetry, vitals
from bidwright.runtime.engine import die_with_parent
from bidwright.runtime.logging import configure, get_logger
from bidwright.runtime.pace import pause

log = get_logger(__name__)
EXIT_SETUP = 78
"""Exit code (EX_CONFIG) of a start that needs the operator: no supervisor should try again at once."""
_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 2.0


@dataclass(slots=True)
class Pulse:
    """
    Tells "alive" from "working": every loop says when it last did something useful.
    """

    clock: Clock
    _last: dict[str, float] = field(default_factory=dict)

    def beat(self, loop: str) -> None:
        """The *loop* just did useful work (or looked and found none)."""
        self._last[loop] = self.clock.monotonic()

    @property
    def silent_ms(self) -> int:
        """Milliseconds since the slowest loop last worked; 0 before any began."""
        return int(max((self.clock.monotonic() - at for at in self._last.values()), default=0) * 1000)


async def supervise(name: str, step: Callable[[], Awaitable[None]], pulse: Pulse) -> None:
    """
    Run *step* for ever. A store or site that is away is waited for with growing pauses, said once each way; a bug is logged and survived.

    So is a cancellation that nobody asked for: before Python 3.13 a timeout that ends in the same moment as what it waits for leaves one
    behind (Task.uncancel), and loops whose questions begin together time out together.
    """
    wait_s, down = _PAUSE_S, False
    while True:
        try:
            await step()
            pulse.beat(name)
        except (RedisError, StoreDown, BidwrightError, OSError, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _is_to_end():
                raise
            if not down:
                log.warning("loop.waiting", loop=name, error=str(error) or "a timeout broke it off")
            down = True
        except Exception:
            log.exception("loop.failed", loop=name)
            down = True
        else:
            if down:
                log.info("loop.recovered", loop=name)
            wait_s, down = _PAUSE_S, False
            continue
        await pulse.clock.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_PAUSE_S)


def _is_to_end() -> bool:
    """Whether somebody has cancelled the task that asks."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def first(step: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Make *step* once before anything that builds on it; a store that is away is waited for."""
    while True:
        try:
            await step()
        except (RedisError, OSError) as error:
            log.warning("store.waiting", why=str(error))
            await clock.sleep(_LONGEST_PAUSE_S)
        else:
            return


async def rest(clock: Clock, seconds: float, bell: asyncio.Event) -> None:
    """Sleep so long, or until the *bell* rings, which is then quiet again."""
    nap, rung = asyncio.ensure_future(pause(clock, seconds)), asyncio.ensure_future(bell.wait())
    try:
        await asyncio.wait((nap, rung), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end((nap, rung))
    bell.clear()


async def end(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel the *tasks* until they have ended: redis-py swallows a cancellation that hits it while it connects, so once is not enough."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=_PAUSE_S)
        for task in done:
            if not task.cancelled():
                task.exception()  # looked at: what a task raises while it is being ended, or just before, is nobody's any more


async def heartbeat(
    redis: Redis,
    service: str,
    pulse: Pulse,
    problems: Callable[[], list[str]] = list,
    prefix: str = "bw:",
    *,
    unwell: Callable[[], list[str]] = list,
    tally: Callable[[], dict[str, float]] = dict,
) -> None:
    """
    Say every few seconds that this replica is there: *problems* of plugins left out, what their health checks found *unwell*, and the
    *tally* of what existing graphs want to see at the gateway.
    """
    started, signs, release = to_ms(pulse.clock.now()), vitals.vitals(), version("bidwright")
    while True:
        weight = await asyncio.to_thread(telemetry.pss_bytes)
        name, points = telemetry.replica_name(), failpoints.armed()
        what = telemetry.Beat(service, name, os.getpid(), started, weight, pulse.silent_ms, problems(), points, unwell(), tally(), release)
        signs.pss.set(weight)
        signs.silent.set(what.working_ms / 1000)
        signs.problems.set(len(what.plugin_problems) + len(what.unwell))
        try:
            await telemetry.beat(redis, what, prefix)
            signs.store_up.set(1)
        except RedisError:  # the store being away is said by the loops
            signs.store_up.set(0)
        await pause(pulse.clock, telemetry.BEAT_S)


async def until_stopped(*loops: Awaitable[None]) -> None:
    """Run the *loops*, and a watch on the event loop, until SIGTERM or SIGINT, then cancel them and wait. Raises what a loop raised."""
    stopped = asyncio.Event()
    running = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for sig in signals:
        running.add_signal_handler(sig, stopped.set)
    tasks = [asyncio.ensure_future(job) for job in (*loops, vitals.watch(), stopped.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end(tasks)
        for sig in signals:
            running.remove_signal_handler(sig)


async def wait_for_store(redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
    """Wait until Redis answers and was initialised; says once what it waits for."""
    said = ""
    while True:
        try:
            if await redis.exists(f"{prefix}meta"):
                return
            why = "the store is not initialised yet (bidwright init)"
        except RedisError as error:
            why = f"Redis does not answer: {error}"
        if why != said:
            log.warning("store.waiting", why=why)
            said = why
        await clock.sleep(0.25)


def run(main: Callable[[], Awaitable[None]]) -> None:
    """
    Run a service's *main* to its end; a SetupError ends the process with its sentence and exit code 78.
    """
    if os.environ.get("BIDWRIGHT_SUPERVISED"):
        die_with_parent()
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        factory = None
    else:
        factory = uvloop.new_event_loop

    async def start() -> None:
        await main()

    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(start())
    except SetupError as error:
        if not structlog.is_configured():  # the settings themselves were wrong
            configure("bidwright")
        log.error("service.refused", why=str(error))  # noqa: TRY400 - the sentence is for the operator; a traceback would bury it
        sys.exit(EXIT_SETUP)
    except (KeyboardInterrupt, asyncio.CancelledError):
        pass
