"""Problem details (RFC 9457): the same refusals for clients that ask for ``application/problem+json``."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

JSON, PROBLEM = "application/json", "application/problem+json"


def wanted(accept: str) -> bool:
    """True when the Accept header names problem details and prefers nothing else to them."""
    weights = dict(map(_weight, accept.lower().split(",")))
    return weights.get(PROBLEM, 0.0) > 0 and weights[PROBLEM] >= weights.get(JSON, 0.0)


def problem(envelope: Mapping[str, Any], status: int, path: str) -> dict[str, Any]:
    """The contract's envelope as problem details; what it says beside the sentence is kept."""
    code = str(envelope.get("code") or envelope.get("errorType") or "ERROR")
    made: dict[str, Any] = {
        "type": f"/api-docs#{code.lower().replace('_', '-')}",
        "title": _title(status),
        "status": status,
        "detail": str(envelope.get("error", "")),
        "instance": path,
        "code": code,
    }
    return {**made, **{name: value for name, value in envelope.items() if name not in {"success", "error", *made}}}


def answer(envelope: Mapping[str, Any], status: int, path: str, accept: str) -> tuple[bytes, str]:
    """The body of a refusal and its content type, as the client asked for it."""
    if wanted(accept):
        return msgspec.json.encode(problem(envelope, status, path)), PROBLEM
    return msgspec.json.encode(envelope), JSON


def _weight(part: str) -> tuple[str, float]:
    name, *parameters = (word.strip() for word in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"
