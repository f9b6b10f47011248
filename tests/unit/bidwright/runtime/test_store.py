"""The store: connecting, what it must be like to hold money, the event tail, heartbeats, the first start."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis

from bidwright.errors import SetupError, StoreDown
from bidwright.runtime import site_time, telemetry
from bidwright.runtime.engine import Engine
from bidwright.runtime.init import initialise, keep_secret
from bidwright.runtime.store import complaints, connect
from bidwright.runtime.streams import last_id, tail
from bidwright.testing import HandClock
from bidwright.transitions import Transitions


async def test_a_durable_engine_has_nothing_to_complain_about(tmp_path: Path) -> None:
    """
    The engine that `bidwright up` starts may hold money.
    """
    engine = Engine(tmp_path / "e", durable=True)
    engine.start()

    async with connect(engine.url) as redis:
        assert [] == await complaints(redis)
    engine.stop()


async def test_whoever_finds_every_connection_in_use_waits_for_one(engine: Engine) -> None:
    """
    A burst of questions is answered, each in its turn, over the few connections there are.
    """
    async with connect(engine.url, connections=3) as redis:
        assert [True] * 200 == await asyncio.gather(*(redis.ping() for _ in range(200)))


async def test_a_forgetful_engine_is_complained_about(redis: Redis) -> None:
    """
    Without an append-only file a crash may lose a bid: each setting is named.
    """
    said = " ".join(await complaints(redis))

    assert "appendonly" in said
    assert "appendfsync" in said


async def test_data_survives_a_kill(tmp_path: Path) -> None:
    """
    What was acknowledged is there after kill -9.
    """
    engine = Engine(tmp_path / "e", durable=True)
    engine.start()
    async with connect(engine.url) as redis:
        await redis.set("kept", "1")
    engine.kill()
    engine.start()

    async with connect(engine.url) as redis:
        assert "1" == await redis.get("kept")
    engine.stop()


def test_an_address_that_is_none_is_a_sentence() -> None:
    """
    REDIS_URL is named with an example.
    """
    with pytest.raises(SetupError, match="REDIS_URL"):
        connect("elsewhere:6379")


async def test_a_store_that_is_away_is_store_down(tmp_path: Path) -> None:
    """
    Every transition says so in one way.
    """
    async with connect(f"unix://{tmp_path}/none") as redis:
        with pytest.raises(StoreDown):
            await Transitions(redis).stamp()


async def test_the_tail_goes_on_from_the_last_id(transitions: Transitions, redis: Redis) -> None:
    """
    A reader that comes back misses nothing and repeats nothing.
    """
    await transitions.halt("a", "first")
    seen = await last_id(redis)
    await transitions.halt("b", "second")

    async with aclosing(tail(redis, after=seen)) as batches:
        events = await anext(batches)
    assert [("halt.changed", "second")] == [(e.kind, e.changes["kill"]["why"]) for e in events]


async def test_heartbeats_tell_who_is_there(redis: Redis) -> None:
    """
    One entry per replica, forgotten when it stops.
    """
    await telemetry.beat(redis, telemetry.Beat("poller", "host:1", 1, 0, 5_000_000))

    assert ["poller"] == [b.service for b in await telemetry.beats(redis)]
    assert 0 < await redis.ttl("bw:svc:poller:host:1") <= 15


async def test_who_is_there_is_known_without_a_search(redis: Redis) -> None:
    """
    A search goes through every lot's keys: many looks make one, which finds a replica whose release did not note itself; who left is gone.
    """
    await redis.set("bw:svc:keeper:old:1", msgspec.json.encode(telemetry.Beat("keeper", "old:1", 1, 0, 0)))
    await telemetry.beat(redis, telemetry.Beat("poller", "host:1", 1, 0, 0))
    await telemetry.beat(redis, telemetry.Beat("poller", "host:2", 2, 0, 0))

    async def there() -> list[str]:
        return [b.replica for b in await telemetry.beats(redis)]

    assert ["old:1", "host:1", "host:2"] == await there()
    await redis.delete("bw:svc:poller:host:2")
    await redis.config_resetstat()
    assert [["old:1", "host:1"]] * 5 == [await there() for _ in range(5)]
    assert "cmdstat_scan" not in await redis.info("commandstats")
    assert {"bw:svc:keeper:old:1", "bw:svc:poller:host:1"} == await redis.smembers("bw:svc:all")  # type: ignore[misc]


def test_memory_is_told_in_bytes() -> None:
    """
    PSS of this process is more than a Python interpreter's few MiB; of none it is 0.
    """
    assert telemetry.pss_bytes() > 5_000_000
    assert 0 == telemetry.pss_bytes(0)


async def test_the_first_start_makes_and_remembers_an_epoch(redis: Redis, tmp_path: Path) -> None:
    """
    The second start finds the same; a store that was emptied meanwhile starts halted.
    """

    async def start() -> str:
        return await initialise(redis, data_dir=tmp_path, site="http://s", live="1", max_bid_cents=100, total_limit_cents=200)

    first = await start()
    assert first == await start()
    assert "run" == await redis.hget("bw:kill", "state")

    await redis.flushall()
    assert first != await start()
    assert "halt" == await redis.hget("bw:kill", "state")


async def test_sites_never_mix(redis: Redis, tmp_path: Path) -> None:
    """
    Data of one site is refused for another, with both named.
    """
    await initialise(redis, data_dir=tmp_path, site="http://one", live="", max_bid_cents=1, total_limit_cents=1)

    with pytest.raises(SetupError, match=r"http://one.*http://two"):
        await initialise(redis, data_dir=tmp_path, site="http://two", live="", max_bid_cents=1, total_limit_cents=1)


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    """
    The file keeps the first value, mode 600.
    """
    path = tmp_path / "deep" / "token"

    assert "one" == keep_secret(path, "one") == keep_secret(path, "two")
    assert 0o600 == path.stat().st_mode & 0o777


async def test_site_time_is_the_latest_it_may_be(redis: Redis, clock: HandClock) -> None:
    """
    Without a measurement it is the local time; with one, the far end of the interval, so that no decision is late.
    """
    site = site_time.SiteTime(redis, clock)
    await site.refresh()
    assert (clock.now(), None) == (site.now(), site.width)

    await site_time.publish(redis, site_time.Offset(200, 320), 0)
    clock.advance(1)
    await site.refresh()
    assert 320 == round((site.now() - clock.now()).total_seconds() * 1000)
    assert site.width is not None
    assert 120 == round(site.width.total_seconds() * 1000)


async def test_a_quiet_stream_yields_an_empty_batch(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The reader gets the chance to look around while nothing happens.
    """
    monkeypatch.setattr("bidwright.runtime.streams._BLOCK_MS", 10)
    async with aclosing(tail(redis, after="0-0")) as batches:
        assert [] == await anext(batches)
