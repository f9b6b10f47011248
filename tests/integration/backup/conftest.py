"""What the tests of backups stand on lies beside them; a second engine to restore into."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bidwright.runtime.engine import Engine
from bidwright.runtime.store import connect

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Redis]:
    """An empty store on another engine: the new installation."""
    engine = Engine(tmp_path / "e")
    engine.start()
    client = connect(engine.url)
    yield client
    await client.aclose()
    engine.stop()
