"""The store: one way to connect to Redis, and the checks it must pass before money moves."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.connection import BlockingConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bidwright.errors import SetupError

SCHEMA = "1"
"""Version of the records in Redis; another one is refused at start."""
_OLDEST = (7, 0)


def connect(
    url: str, *, timeout_s: float = 5.0, connections: int = 50, pools: type[BlockingConnectionPool] = BlockingConnectionPool
) -> Redis:
    """
    A client that opens nothing yet and never retries: a lost reply is a question for the caller, not for the library.

    When all *connections* are in use, whoever comes next waits for one, at most *timeout_s*. *pools* makes its pool of connections.

    Raises SetupError when *url* is no Redis address.
    """
    try:
        pool = pools.from_url(
            url,
            decode_responses=True,
            protocol=3,
            legacy_responses=False,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            max_connections=connections,
            timeout=timeout_s,
        )
    except ValueError as error:
        raise SetupError(f"REDIS_URL is no Redis address ({error}); it looks like redis://host:6379/0 or unix:///path") from error
    return Redis.from_pool(pool)


async def complaints(redis: Redis) -> list[str]:
    """
    Why this store must not hold money, in sentences; empty when it may.

    Raises redis errors when it does not answer.
    """
    wrong: list[str] = []
    server = await redis.info("server")
    version = tuple(int(part) for part in str(server.get("valkey_version") or server["redis_version"]).split(".")[:2])
    if version < _OLDEST:
        wrong.append(f"Redis {server['redis_version']} is too old; use 7.0 or newer")
    try:
        config = {**await redis.config_get("append*"), **await redis.config_get("maxmemory-policy")}
    except RedisError as error:
        return [*wrong, f"Redis does not show its settings ({error}); allow CONFIG GET"]
    persistence: dict[str, str] = await redis.info("persistence")
    if persistence.get("aof_last_write_status", "ok") != "ok":
        wrong.append("Redis could not write its log, so it takes no changes; make room on its disk")
    for name, want in (("appendonly", "yes"), ("appendfsync", "always"), ("maxmemory-policy", "noeviction")):
        if config.get(name) != want:
            wrong.append(f"Redis has {name} {config.get(name)}; set it to {want}, or a crash may lose a bid")
    return wrong
