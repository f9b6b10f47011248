"""For tests: every answer of a gateway is read with the type that the OpenAPI promises; a field too many is as wrong as one too few."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bidwright_gateway.problems import JSON, PROBLEM
from bidwright_gateway.replies import probes
from bidwright_gateway.schemas import MODULES, REF

_MODELS: dict[str, Any] = {name: thing for module in MODULES for name, thing in vars(module).items()}
_REFUSED, _AWAY = 400, 503


@dataclass(frozen=True, slots=True)
class _Promise:
    method: str
    path: str
    fits: re.Pattern[str]
    model: type[msgspec.Struct]


@dataclass(slots=True)
class Replies:
    """
    ASGI middleware around a whole gateway. *wrong* are sentences about answers that are not as promised.

    *given* are the operations, as (method, path of the OpenAPI), that gave what they promise at least once.
    """

    app: ASGIApp
    promises: list[_Promise]
    wrong: list[str] = field(default_factory=list)
    given: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, app: FastAPI) -> Replies:
        """Around *app*, whose own routes say what they give."""
        found: list[_Promise] = []
        for route in app.routes:
            ref = _ref(route) if isinstance(route, APIRoute) else ""
            if isinstance(route, APIRoute) and ref:
                model = _MODELS[ref.removeprefix(REF)]
                found += [_Promise(method, route.path, route.path_regex, model) for method in route.methods or ()]
        return cls(app, sorted(found, key=lambda one: "{" in one.path))  # as the gateway does: names go before parameters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on, and read what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def listen(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    self._read(scope["method"], re.sub("^/+", "/", scope["path"]), start, b"".join(parts))
            await send(message)

        await self.app(scope, receive, listen)

    def _read(self, method: str, path: str, start: Message, body: bytes) -> None:
        kind = next((value.decode() for name, value in start["headers"] if name.lower() == b"content-type"), "").split(";")[0]
        status: int = start["status"]
        promise = next((one for one in self.promises if one.method == method and one.fits.fullmatch(path)), None)
        model: type[msgspec.Struct] | None = None
        if kind == PROBLEM:
            model = probes.Problem
        elif kind == JSON and status >= _REFUSED and not (status == _AWAY and path.startswith("/health")):
            model = probes.Error
        elif kind == JSON and promise:
            model = promise.model
        if model is None:
            return
        try:
            msgspec.json.decode(body, type=model)
        except msgspec.DecodeError as error:
            self.wrong.append(f"{method} {path} {status} is no {model.__name__}: {error}: {body[:2000].decode(errors='replace')}")
        else:
            if promise and status < _REFUSED:
                self.given.add((method.lower(), promise.path))


def _ref(route: APIRoute) -> str:
    content = route.responses.get(200, {}).get("content", {})
    return str(content.get(JSON, {}).get("schema", {}).get("$ref", ""))
