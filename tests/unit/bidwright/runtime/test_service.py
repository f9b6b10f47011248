"""The frame of a service: loops that survive, and an end that is clean."""

import asyncio
import gc
import os
import signal
import subprocess
import sys

import pytest

from bidwright.errors import StoreDown
from bidwright.runtime import service
from bidwright.runtime.logging import configure
from bidwright.runtime.service import EXIT_SETUP, Pulse, supervise, until_stopped
from bidwright.testing import HandClock


async def end(task: "asyncio.Task[None]") -> None:
    """Cancel it and see it end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_loop_survives_what_goes_wrong_and_says_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    """
    The store is away three times, then back: one line each way, and the work goes on.
    """
    configure("test", form="json")
    clock, done, calls = HandClock(), asyncio.Event(), 0

    async def step() -> None:
        nonlocal calls
        calls += 1
        if calls <= 3:
            raise StoreDown("Redis did not answer")
        done.set()
        await asyncio.sleep(3600)

    async def drive() -> None:
        while not done.is_set():
            clock.advance(2)
            await asyncio.sleep(0)

    pulse = Pulse(clock)

    task = asyncio.create_task(supervise("work", step, pulse))
    await asyncio.wait_for(drive(), 5)
    await end(task)

    assert 4 == calls
    assert 1 == capsys.readouterr().err.count("loop.waiting")


async def test_a_bug_in_a_loop_is_logged_and_survived(capsys: pytest.CaptureFixture[str]) -> None:
    """
    The traceback is in the log and the loop runs again.
    """
    configure("test", form="json")
    clock, calls = HandClock(), 0

    async def step() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError
        await asyncio.sleep(3600)

    task = asyncio.create_task(supervise("work", step, Pulse(clock)))
    while calls < 2:
        await asyncio.sleep(0)
        clock.advance(1)
    await end(task)

    assert "ZeroDivisionError" in capsys.readouterr().err


async def test_what_failed_just_before_it_was_ended_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """
    The one who ends it has its own error to tell: Python's note of an exception that nobody looked at would only be a riddle.
    """
    configure("test", form="json")

    async def fails() -> None:
        raise StoreDown("Redis did not answer")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    assert task.done()
    await service.end([task])
    del task
    gc.collect()
    await asyncio.sleep(0)

    assert "" == capsys.readouterr().err


async def test_silence_is_measured_per_loop(clock: HandClock) -> None:
    """
    The slowest loop counts: alive is not working.
    """
    pulse = Pulse(clock)
    pulse.beat("a")
    clock.advance(3)
    pulse.beat("b")

    assert 3000 == pulse.silent_ms


async def test_stops_at_sigterm() -> None:
    """
    Loops are cancelled and waited for.
    """
    ended = asyncio.Event()

    async def loop() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    await until_stopped(loop())

    assert ended.is_set()


async def test_a_rest_ends_with_its_time_or_its_bell() -> None:
    """
    The bell is quiet afterwards; one that rang while nobody rested is heard by the next rest.
    """
    clock, bell = HandClock(), asyncio.Event()
    resting = asyncio.ensure_future(service.rest(clock, 60, bell))
    await asyncio.sleep(0.01)
    assert not resting.done()
    bell.set()
    await resting
    assert not bell.is_set()

    bell.set()
    await service.rest(clock, 60, bell)
    resting = asyncio.ensure_future(service.rest(clock, 60, bell))
    await asyncio.sleep(0.01)
    assert not resting.done()
    clock.advance(60)
    await resting


def test_a_start_that_needs_the_operator_ends_with_its_sentence() -> None:
    """
    Exit code 78 and one line, no traceback.
    """
    code = """
from bidwright.errors import SetupError
from bidwright.runtime.service import run

async def main():
    raise SetupError("Set PORT.")

run(main)
"""
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=20
    )

    assert EXIT_SETUP == ended.returncode
    assert "Set PORT." in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_loop_survives_a_cancellation_that_nobody_asked_for() -> None:
    """
    As a timeout leaves one behind that ends in the same moment as what it waits for; a real one still ends it.
    """
    clock, done, calls = HandClock(), asyncio.Event(), 0

    async def step() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise asyncio.CancelledError
        done.set()
        await asyncio.sleep(3600)

    task = asyncio.create_task(supervise("work", step, Pulse(clock)))
    while not done.is_set():
        assert not task.done()
        clock.advance(2)
        await asyncio.sleep(0)
    await end(task)

    assert (2, True) == (calls, task.cancelled())
