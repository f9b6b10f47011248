"""
Is the service in this container fine? ``python -m bidwright.runtime.healthcheck ADDRESS`` ends with 0, or with 1 and a sentence.

ADDRESS is ``http://…`` (answers 200), ``grpc://host:port`` (the standard health service says SERVING) or ``beat:service`` (this host's
heartbeat is in the store). Each means process and Redis, never the site's state: a site that is away is no reason to restart anything.
"""

from __future__ import annotations

import http.client
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

_TIMEOUT_S = 3.0


def problem(address: str) -> str:
    """What is wrong at *address*; empty when nothing is."""
    parts = urlsplit(address)
    if parts.scheme == "http":
        return _http(parts.hostname or "127.0.0.1", parts.port or 80, parts.path or "/")
    if parts.scheme == "grpc":
        return _grpc(parts.netloc)
    if parts.scheme == "beat":
        return _beat(parts.path)
    return f"{address!r} is no address to ask; there are http://, grpc:// and beat:"


def _http(host: str, port: int, path: str) -> str:
    line = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    try:
        line.request("GET", path)
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{host}:{port} does not answer: {error}"
    finally:
        line.close()
    return "" if status == http.client.OK else f"it answers {status}"


def _grpc(address: str) -> str:
    import grpc  # noqa: PLC0415 - each way needs its own library only
    from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: PLC0415

    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_S)
        except grpc.RpcError as error:
            return str(error.details() if isinstance(error, grpc.Call) else error)
    return "" if answer.status == health_pb2.HealthCheckResponse.SERVING else "it does not serve: Redis is away, or it still starts"


def _beat(service: str) -> str:
    import redis  # noqa: PLC0415 - each way needs its own library only

    file = os.environ.get("REDIS_URL_FILE", "")
    try:
        url = Path(file).read_text("utf-8").strip() if file else os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
        with redis.Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S) as client:
            names = client.sscan_iter("bw:svc:all", match=f"bw:svc:{service}:{socket.gethostname()}:*", count=1000)
            found = any(client.exists(name) for name in names)
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    except redis.RedisError as error:
        return f"Redis does not answer: {error}"
    return "" if found else f"{service} on this host has not been heard of lately"


def main(arguments: list[str]) -> int:
    """Ask, say what is wrong, give the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m bidwright.runtime.healthcheck ADDRESS\n")
        return 2
    if why := problem(arguments[0]):
        sys.stderr.write(why + "\n")
    return int(bool(why))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
