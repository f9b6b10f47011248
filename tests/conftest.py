"""What every test may ask for: a real engine (one per worker), a clean store, a clock moved by hand."""

import functools
import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import httpx
import hypothesis
import pytest
from redis.asyncio import Redis

from bidwright.plugins import Plugins, load
from bidwright.records import Records
from bidwright.runtime.engine import Engine
from bidwright.runtime.store import connect
from bidwright.testing import HandClock
from bidwright.transitions import Transitions

# No duration is asserted, so no example has a deadline; `make fuzz` asks for more examples.
hypothesis.settings.register_profile("bidwright", max_examples=int(os.environ.get("BIDWRIGHT_EXAMPLES", "100")), deadline=None)
hypothesis.settings.load_profile("bidwright")


def pytest_collection_finish() -> None:
    """
    Leave what was collected out of every later garbage collection.

    A whole one over 250 000 objects takes 150 ms, on a busy machine more, in which everything in this process stands still: bids then
    rightly count as stalled.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def what_does_not_change_is_looked_up_once() -> Iterator[None]:
    """
    A process of ours does each of these once; a test process does it for every client, request and service: minutes of a processor.

    The authorities that an HTTP client trusts (40 ms), which plugins are installed (10 ms), and that no library for other event loops is.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", functools.cache(httpx.create_ssl_context))
        patch.setattr("bidwright.plugins.entry_points", functools.cache(entry_points))
        patch.setattr("httpcore._synchronization.current_async_library", lambda: "asyncio")
        yield


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A real Valkey of this worker's own, in memory."""
    folder: Path = tmp_path_factory.mktemp("engine")
    made = Engine(folder)
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def redis(engine: Engine) -> AsyncIterator[Redis]:
    """An empty store."""
    client = connect(engine.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def clock() -> HandClock:
    """A clock moved by hand."""
    return HandClock()


@pytest.fixture
def transitions(redis: Redis, clock: HandClock) -> Transitions:
    """The transitions over the empty store, on the clock moved by hand."""
    return Transitions(redis, wall=lambda: round(clock.now().timestamp() * 1000))


@pytest.fixture
def records(redis: Redis) -> Records:
    """Reads of the store."""
    return Records(redis)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Plugins]]:
    """Makes installed plugins of source texts, by name, and loads exactly those."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    modules: list[str] = []

    def make(**texts: str) -> Plugins:
        points = []
        for name, text in texts.items():
            modules.append(f"installed_{name}")
            (folder / f"{modules[-1]}.py").write_text(f"from bidwright import *\n{text}", "utf-8")
            points.append(EntryPoint(name.replace("_", "-"), modules[-1], "bidwright"))
        return load(points=points)

    yield make
    for module in modules:
        sys.modules.pop(module, None)
