"""The OpenAPI, completed: who may call, every status with its schema and an example, the headers that all routes share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from bidwright_gateway.problems import JSON, PROBLEM
from bidwright_gateway.schemas import REF, example, schemas

_CHANGES = frozenset({"post", "put", "patch", "delete"})
_ONLY_CHANGES = frozenset({"409", "410", "413", "415", "422", "428", "504"})
_PROBES = ("/health", "/metrics")
_PROBED = {"/health": "HealthReport", "/health/ready": "Ready"}
"""Those that say 503 in the same words as 200."""
_SCHEME = "Authorization: <token> or Authorization: Bearer <token>; a paired device may sign its requests instead (X-Bidwright-Device)"
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Makes the change happen once: asked again with the same body it gets the same answer, with another body 422",
    "example": "6f0b8a1e-arm-70012345",
}
_HAVE: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that the client has; 304 when it is still right",
}


_PATTERNS: dict[str, dict[str, Any]] = {
    "lot_id": {"type": "string", "pattern": "^[0-9]{1,18}$", "description": "The digits of the lot's address"},
    "device_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "kind": {"enum": ["day", "week"]},
    "scope": {"type": "string", "pattern": "^[A-Za-z0-9:_.-]{1,80}$", "description": "total, day:2026-11-26, week:2026-W48, group:drills"},
    "format": {"enum": ["json", "csv"]},
    "mode": {"enum": ["live", "dry"]},
    "mock": {"enum": [False, "false"], "default": False},
    "from": {"anyOf": [{"const": ""}, {"type": "string", "format": "date"}]},
    "to": {"anyOf": [{"const": ""}, {"type": "string", "format": "date"}]},
}
"""What the parameters of these names look like, wherever they are."""


def completed(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that gives the application's OpenAPI, made once."""
    plain, made = app.openapi, dict[str, Any]()

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_complete(plain()))
        return made

    return openapi


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    components["schemas"] = {**components.get("schemas", {}), **schemas()}
    components["parameters"] = {"IdempotencyKey": _KEY, "IfNoneMatch": _HAVE}  # for every route, so no route is generated with them
    components["securitySchemes"] = {"token": {"type": "apiKey", "in": "header", "name": "Authorization", "description": _SCHEME}}
    components["responses"] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _operation(path, method, operation)
            _share(operation["responses"], components["responses"], api=path.startswith("/api/"))
    return schema


def _share(responses: dict[str, Any], shared: dict[str, Any], *, api: bool) -> None:
    """Refusals are the same everywhere: written once, named everywhere."""
    for status in [status for status in responses if status >= "400" and "content" in responses[status]]:
        name = f"Refused{status}{'' if api else 'Outside'}"
        if shared.setdefault(name, responses[status]) == responses[status]:
            responses[status] = {"$ref": f"#/components/responses/{name}"}


def _operation(path: str, method: str, operation: dict[str, Any]) -> None:
    api = path.startswith("/api/")
    if api and path != "/api/config":
        operation.setdefault("security", [{"token": []}])
    _parameters(path, operation)
    responses: dict[str, Any] = operation["responses"]
    if method not in _CHANGES:
        for status in _ONLY_CHANGES & responses.keys():
            del responses[status]
    if path.startswith(_PROBES):
        for status in responses.keys() - {"200", "421", "403", "503"}:
            del responses[status]
    elif method in _CHANGES:
        operation["x-idempotency-key"] = {"$ref": "#/components/parameters/IdempotencyKey"}
    elif api:
        operation["x-if-none-match"] = {"$ref": "#/components/parameters/IfNoneMatch"}
        responses["304"] = {"description": "As the client has it already"}
    for status, response in responses.items():
        _answer(response, status, (method, path), api=api)


def _parameters(path: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        parameter["schema"] = {**parameter["schema"], **_PATTERNS.get(parameter["name"], {})}
        if parameter["name"] == "limit" and path.endswith(("/bids", "/receipts")):
            parameter["schema"] |= {"pattern": "^([1-9][0-9]?|100)$"}


def _answer(response: dict[str, Any], status: str, where: tuple[str, str], *, api: bool) -> None:
    method, path = where
    if status == "200":
        content = response.get("content", {})
        if ref := content.get(JSON, {}).get("schema", {}).get("$ref"):
            content[JSON] = _shown({"$ref": ref})  # and nothing of what FastAPI has made of the function's type
        elif len(content) > 1:  # told in another form only
            content.pop(JSON, None)
        if api and method == "get":
            response["headers"] = {"ETag": {"schema": {"type": "string"}}}
    elif status == "503" and path in _PROBED:
        response["content"] = {JSON: _shown({"$ref": REF + _PROBED[path]})}
    elif status >= "400":
        response["content"] = {JSON: _shown({"$ref": f"{REF}Error"})}
        if api:
            response["content"][PROBLEM] = _shown({"$ref": f"{REF}Problem"})


def _shown(schema: dict[str, Any]) -> dict[str, Any]:
    return {"schema": schema, "example": example(schema)}
