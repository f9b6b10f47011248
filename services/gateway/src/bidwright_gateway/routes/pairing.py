"""Pairing: the owner opens a window, a device shows the code, the owner compares six digits and says yes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from redis.exceptions import RedisError

from bidwright.errors import BadInput, NotFound, StoreDown
from bidwright_gateway import clean
from bidwright_gateway.deps import Deps
from bidwright_gateway.devices import ID, shown
from bidwright_gateway.replies.people import Became, Claimed, Done, Paired, Pairing, Window
from bidwright_gateway.routes.tools import Body, gives, owner, takes

_CLAIM: dict[str, Any] = {
    "code": {"type": "string", "maxLength": 20, "description": "Eight letters and digits that the host shows"},
    "name": {"type": "string", "maxLength": 60, "pattern": "[A-Za-z0-9]", "description": "What the owner calls the device"},
    "publicKey": {
        "type": "string",
        "pattern": "^B[A-P][A-Za-z0-9+/]{84}[AEIMQUYcgkosw048]=$",
        "description": "The device's point of P-256, uncompressed, in base64",
    },
}


def router(deps: Deps) -> APIRouter:  # noqa: C901 - seven short routes
    """Routes of ``/api/pairing``."""
    api = APIRouter(prefix="/api/pairing", tags=["devices"])

    @api.get("", responses=gives("Whether a window is open, and who waits for a yes", Pairing))
    async def state(request: Request) -> dict[str, Any]:
        """`check` is the number that the device must show as well. Only the owner may look."""
        owner(request)
        try:
            return {"success": True, **await deps.pairing.state()}
        except RedisError as error:
            raise StoreDown(str(error)) from error

    @api.post("", responses=gives("A window is open for five minutes; the code is good once", Window))
    async def open_window(request: Request) -> dict[str, Any]:
        """An older code is not good any more. `fingerprint`: the authority behind the certificate at home. Only the owner may."""
        owner(request)
        return {"success": True, **await deps.pairing.open(), "fingerprint": deps.tls.fingerprint if deps.tls else None}

    @api.delete("", responses=gives("No window is open, nobody waits", Done))
    async def close_window(request: Request) -> dict[str, Any]:
        owner(request)
        await deps.pairing.close()
        return {"success": True}

    @api.post(
        "/claim",
        responses=gives("The code was used up; the owner is asked", Claimed),
        openapi_extra=takes(_CLAIM, list(_CLAIM), public=True),
    )
    async def claim(request: Request, body: Body) -> dict[str, Any]:
        """
        No token is needed. Both sides work the device's key out of both public keys (ECDH on P-256, HKDF-SHA-256 with both points as
        salt, the gateway's first, and `bidwright device 1`, id and origin, on a line each, as info), so that it is never sent.
        """
        given = body if isinstance(body, dict) else {}
        code, name = given.get("code"), clean.text(given.get("name"), 60)
        if not isinstance(code, str) or len(code) > 20:  # noqa: PLR2004 - eight, and what people put between
            raise BadInput('"code" is required: the eight letters and digits that the host shows.', "code")
        if not name:
            raise BadInput('"name" is required: what the owner calls the device.', "name")
        return {"success": True, **await deps.pairing.claim(code, name, given.get("publicKey"), request.headers.get("origin", ""))}

    @api.get("/{device_id}", responses=gives("pending, paired or unknown", Became), openapi_extra={"security": []})
    async def became(device_id: str) -> dict[str, Any]:
        """For the device that waits; its id is known to nobody else."""
        try:
            if not ID.fullmatch(device_id):
                raise NotFound("There is no such device")
            return {"success": True, "deviceId": device_id, "state": await deps.pairing.of(device_id)}
        except RedisError as error:
            raise StoreDown(str(error)) from error

    @api.post(
        "/{device_id}/confirm",
        responses=gives("Paired", Paired),
        openapi_extra=takes({"check": {"type": "string", "description": "The six digits that the device shows"}}, ["check"]),
    )
    async def confirm(request: Request, device_id: str, body: Body) -> dict[str, Any]:
        """Another number sends the device away. Only the owner may."""
        owner(request)
        check = body.get("check") if isinstance(body, dict) else None
        if not isinstance(check, str):
            raise BadInput('"check" is required: the six digits that the device shows.', "check")
        return {"success": True, "device": shown(await deps.pairing.confirm(device_id, check.strip().replace(" ", "")))}

    @api.delete("/{device_id}", responses=gives("Sent away", Done))
    async def refuse(request: Request, device_id: str) -> dict[str, Any]:
        owner(request)
        if not await deps.pairing.refuse(device_id):
            raise NotFound("No such device waits for a yes")
        return {"success": True}

    return api
