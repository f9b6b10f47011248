"""The gRPC meter: how often each call is made and answered, with which outcome, and how long it takes. No lot is ever a label."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from prometheus_client import Counter, Histogram

from bidwright.trace import part

_SECONDS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OURS = "/bidwright."
if TYPE_CHECKING:  # a class that takes parameters only in the eyes of a type checker
    Handler = grpc.RpcMethodHandler[Any, Any]


class Meter:
    """
    The instruments of one side. *side*: ``handled`` for answers given, ``called`` for answers waited for.
    """

    def __init__(self, side: str, words: str) -> None:
        self._count = Counter(f"bidwright_rpc_{side}", f"gRPC calls {words}, by outcome.", ["method", "code"])
        self._seconds = Histogram(f"bidwright_rpc_{side}_seconds", f"How long gRPC calls {words} took.", ["method"], buckets=_SECONDS)
        self._known: dict[tuple[str, str], tuple[Counter, Histogram]] = {}

    def measured(self, method: str) -> Measured:
        """One call from begin to end; whatever it raises goes on."""
        return Measured(self, method)

    def ended(self, method: str, code: str, seconds: float) -> None:
        """Count a call. Looking the two instruments up costs more than moving them, so they are kept."""
        known = self._known.get((method, code))
        if known is None:
            known = self._known[method, code] = self._count.labels(method, code), self._seconds.labels(method)
        known[0].inc()
        known[1].observe(seconds)


class Measured:
    """
    A call that is under way.
    """

    __slots__ = ("_began", "_meter", "_method")

    def __init__(self, meter: Meter, method: str) -> None:
        self._meter, self._method, self._began = meter, method, 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        code = "OK" if error is None else _code(error)
        self._meter.ended(self._method, code, time.perf_counter() - self._began)


@cache
def handled() -> Meter:
    """The calls that this process answers."""
    return Meter("handled", "answered here")


@cache
def called() -> Meter:
    """The calls that this process makes."""
    return Meter("called", "made from here")


class Metered(grpc.aio.ServerInterceptor):
    """
    Measures every call of our own services and makes it a part of the caller's trace; health and reflection pass as they are.
    """

    def __init__(self, within: Callable[[Any], Any]) -> None:
        self._within = within
        """Enters the trace that the caller is in."""
        self._known: dict[str, Handler] = {}

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]], handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """The handler of the method that is called, measured; made once per method."""
        method = handler_call_details.method
        if method not in self._known:
            handler = await continuation(handler_call_details)
            if handler is None or not method.startswith(_OURS):
                return handler
            self._known[method] = self._metered(handler, method.rsplit(".", 1)[-1])
        return self._known[method]

    def _metered(self, handler: Handler, name: str) -> Handler:
        codes = (handler.request_deserializer, handler.response_serializer)
        if handler.unary_unary is not None:
            answer = handler.unary_unary

            async def unary(request: Any, context: Any) -> Any:
                with handled().measured(name), self._within(context), part(name):
                    return await answer(request, context)

            return grpc.unary_unary_rpc_method_handler(unary, *codes)
        if handler.stream_stream is not None:
            stream: Any = handler.stream_stream

            async def streamed(requests: Any, context: Any) -> AsyncIterator[Any]:
                with handled().measured(name):
                    async for reply in stream(requests, context):
                        yield reply

            return grpc.stream_stream_rpc_method_handler(streamed, *codes)
        return handler


def name_outcome(error: BaseException, code: grpc.StatusCode) -> None:
    """Write down which status an abort stands for: gRPC's own exception does not say."""
    error.bidwright_code = code  # type: ignore[attr-defined]


def _code(error: BaseException) -> str:
    """The outcome's name for what a call raised."""
    if isinstance(error, grpc.aio.AioRpcError):
        return error.code().name
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return "CANCELLED"
    code = getattr(error, "bidwright_code", None)
    return code.name if isinstance(code, grpc.StatusCode) else "UNKNOWN"
