"""gRPC: one way to serve and to call, with deadlines, health, reflection, and errors that keep their name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright import errors
from bidwright.clock import Clock
from bidwright.errors import BidwrightError, SetupError
from bidwright.runtime.pace import pause
from bidwright.runtime.rpc_meter import Metered, called, name_outcome
from bidwright.trace import HEADER, Trace, current, part, under

R = TypeVar("R")
NAME, DETAIL = "bidwright-error", "bidwright-detail"
STATUS: dict[type[BidwrightError], grpc.StatusCode] = {
    errors.BadInput: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.LotGone: grpc.StatusCode.NOT_FOUND,
    errors.Conflict: grpc.StatusCode.FAILED_PRECONDITION,
    errors.BidHeld: grpc.StatusCode.PERMISSION_DENIED,
    errors.SessionLost: grpc.StatusCode.UNAUTHENTICATED,
    errors.UpstreamBusy: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.UpstreamDown: grpc.StatusCode.UNAVAILABLE,
    errors.UpstreamChanged: grpc.StatusCode.DATA_LOSS,
    errors.StoreDown: grpc.StatusCode.UNAVAILABLE,
}
_BY_NAME = {kind.__name__: kind for kind in STATUS}
AGE_MS = 30_000
"""How long a server's connection takes new calls."""
_OPTIONS = [
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),  # both sides agree, or the server says too_many_pings
    ("grpc.http2.max_pings_without_data", 0),
]


def server(**services: tuple[Callable[[Any, grpc.aio.Server], None], object]) -> tuple[grpc.aio.Server, health.aio.HealthServicer]:
    """
    A server with health and reflection; name each service in full: ``server(**{"bidwright.v1.Site": (add_to_server, servicer)})``.

    A connection takes no new calls after 30 s, so that clients find replicas which came later. Calls under way end when they end: a stream
    of live events lasts for as long as somebody listens.
    """
    made = grpc.aio.server(
        interceptors=[Metered(lambda context: under(trace_of(context)))],
        options=[*_OPTIONS, ("grpc.max_connection_age_ms", AGE_MS), ("grpc.so_reuseport", 0)],
    )
    for add, servicer in services.values():
        add(servicer, made)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, made)
    reflection.enable_server_reflection([*services, health.SERVICE_NAME, reflection.SERVICE_NAME], made)
    return made, checks


async def set_serving(checks: health.aio.HealthServicer, *, ok: bool) -> None:
    """Say "serving" or not for the whole server: process and Redis, never the site's state."""
    status = health_pb2.HealthCheckResponse.SERVING if ok else health_pb2.HealthCheckResponse.NOT_SERVING
    await checks.set("", status)


async def follow_store(redis: Redis, checks: health.aio.HealthServicer, clock: Clock) -> None:
    """One step of the loop that says "serving" while Redis answers. Raises redis errors after saying "not serving"."""
    try:
        await redis.ping()
    except RedisError:
        await set_serving(checks, ok=False)
        raise
    await set_serving(checks, ok=True)
    await pause(clock, 1)


def bind(made: grpc.aio.Server, address: str) -> int:
    """Bind to ``host:port`` and give the port. Raises SetupError when it is taken."""
    try:
        port = made.add_insecure_port(address)
    except RuntimeError as error:
        raise SetupError(f"{address} cannot be opened; something else uses the port. Stop it, or set another port.") from error
    if port == 0:
        raise SetupError(f"{address} cannot be opened; something else uses the port. Stop it, or set another port.")
    return port


def channel(address: str) -> grpc.aio.Channel:
    """
    A channel to every replica behind ``host:port`` that opens nothing before the first call.

    No call is made twice: there is no retry policy. Only a call that no servicer has seen goes out again by itself, gRPC's "transparent
    retry": one that was sent while the server was giving a connection up (``AGE_MS``) would fail otherwise.
    """
    target = address if "://" in address or address.startswith("unix:") else f"dns:///{address}"
    config = '{"loadBalancingConfig":[{"round_robin":{}}]}'
    options = [
        *_OPTIONS,
        ("grpc.service_config", config),
        ("grpc.enable_http_proxy", 0),  # our own services are never behind the owner's http_proxy
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.min_reconnect_backoff_ms", 1_000),  # also how long a connection may take to be made; a refused one is tried again sooner
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.dns_min_time_between_resolutions_ms", 1_000),
    ]
    return grpc.aio.insecure_channel(target, options=options)


def trace_of(context: grpc.aio.ServicerContext[Any, Any]) -> Trace | None:
    """The trace that the caller is in; None for none."""
    for key, value in context.invocation_metadata() or ():
        if key == HEADER:
            return Trace.read(value if isinstance(value, str) else value.decode("ascii", "replace"))
    return None


def metadata() -> tuple[tuple[str, str], ...] | None:
    """What a call carries to the next service: the trace it belongs to, if any."""
    trace = current()
    return ((HEADER, trace.header),) if trace is not None else None


async def ask(call: Callable[..., Awaitable[R]], request: object, within_s: float) -> R:
    """
    Make a call with a deadline, measured, as a part of the trace that is under way. Raises AioRpcError as it is.

    It is named after its request: every request of ours is called like its method.
    """
    name = type(request).__name__.removesuffix("Request")
    with called().measured(name), part(f"call.{name}"):
        return await call(request, timeout=within_s, metadata=metadata())


async def answer(context: grpc.aio.ServicerContext[Any, Any], work: Awaitable[R]) -> R:
    """Do a servicer's *work*; a BidwrightError becomes its status, with its name and details in the trailing metadata."""
    try:
        return await work
    except BidwrightError as error:
        kind = next((k for k in type(error).__mro__ if k in STATUS), None)
        status = STATUS[kind] if kind is not None else grpc.StatusCode.INTERNAL
        detail = str(getattr(error, "retry_after", getattr(error, "reason", getattr(error, "field", ""))))
        try:
            await context.abort(status, str(error), ((NAME, kind.__name__ if kind else ""), (DETAIL, detail)))
        except grpc.aio.AbortError as aborted:
            name_outcome(aborted, status)
            raise
        raise AssertionError("abort raises") from error


def error_of(error: grpc.aio.AioRpcError) -> BidwrightError:
    """The BidwrightError that a failed call stands for; a service that cannot be reached is UpstreamDown."""
    trailing = {key: value for key, value in (error.trailing_metadata() or ())}  # noqa: C416 - metadata iterates as pairs
    sentence, name, detail = error.details() or error.code().name, str(trailing.get(NAME, "")), str(trailing.get(DETAIL, ""))
    kind = _BY_NAME.get(name)
    if kind is errors.UpstreamBusy:
        return errors.UpstreamBusy(sentence, float(detail or 1))
    if kind is errors.BidHeld:
        return errors.BidHeld(sentence, detail)
    if kind is errors.BadInput:
        return errors.BadInput(sentence, detail)
    if kind is not None:
        return kind(sentence)
    return errors.UpstreamDown(f"A part of Bidwright did not answer ({error.code().name.lower()}): {sentence}")
