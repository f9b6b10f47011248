"""Callers: who sends a request, by token or by signature. An Origin or an address never makes anybody known."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bidwright.errors import StoreDown
from bidwright_gateway.devices import Device, Devices
from bidwright_gateway.errors import NotKnown
from bidwright_gateway.signing import Nonces, Signed, sign

DEVICE_TOKEN = "bwd."  # noqa: S105 - what a device's token begins with
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Somebody we know: the owner with the client token, or a paired device.
    """

    id: str
    name: str
    device: Device | None = None

    @property
    def is_owner(self) -> bool:
        """True for whoever has the client token."""
        return self.device is None


OWNER = Caller("owner", "the owner")


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a signature covers. *plain* is True when others on the way could read the request.
    """

    method: str
    host: str
    target: str
    origin: str
    plain: bool
    body: Callable[[], Awaitable[bytes]]


class Callers:
    """
    Tells who calls. Comparisons take the same time whatever is wrong.
    """

    def __init__(self, token: str, devices: Devices, nonces: Nonces) -> None:
        self._token, self._devices, self._nonces = token.encode(), devices, nonces

    async def of(self, request: Request, headers: Mapping[str, str]) -> Caller:
        """The caller of a request. Raises NotKnown, StoreDown when a change cannot be checked."""
        if signed := Signed.of(headers):
            return await self.by_signature(request, signed)
        given = headers.get("authorization", "")
        token = given[7:] if given[:7].lower() == "bearer " else given
        return await self.by_token(token.strip(), request)

    async def by_token(self, token: str, request: Request) -> Caller:
        """The caller with that token: the client token, or a device's own where nobody can listen. Raises NotKnown, StoreDown."""
        if hmac.compare_digest(token.encode("utf-8", "replace"), self._token):
            return OWNER
        if not token.startswith(DEVICE_TOKEN):
            raise NotKnown
        device_id, _, secret = token.removeprefix(DEVICE_TOKEN).partition(".")
        device = await self._device(device_id, request)
        if not hmac.compare_digest(_decoded(secret), self._devices.secret(device)):
            raise NotKnown
        if request.plain:
            raise NotKnown("This line can be listened to: a paired device signs its requests here, or uses https.", "SIGNATURE_REQUIRED")
        return await self._known(device, request)

    async def by_signature(self, request: Request, signed: Signed) -> Caller:
        """The device that signed. Raises NotKnown, StoreDown."""
        if not signed.well_formed:
            raise NotKnown("Time, nonce or signature is missing or malformed", "INVALID_SIGNATURE")
        device = await self._device(signed.device, request)
        if not self._nonces.in_time(signed):
            raise NotKnown("Signed too long ago or in the future: set the clocks right", "SIGNATURE_EXPIRED")
        wanted = sign(self._devices.secret(device), request.method, request.host, request.target, await request.body(), signed)
        if not hmac.compare_digest(wanted, signed.signature):
            raise NotKnown("The signature does not fit the request", "INVALID_SIGNATURE")
        try:
            fresh = await self._nonces.use(signed)
        except StoreDown:
            fresh = request.method in SAFE  # a repeated read does no harm
            if not fresh:
                raise
        if not fresh:
            raise NotKnown("This request was sent before; sign a new one", "REPLAYED")
        return await self._known(device, request)

    async def still(self, caller: Caller) -> bool:
        """False once a device was revoked; while Redis is away it stays as it was."""
        if caller.device is None:
            return True
        try:
            return await self._devices.find(caller.device.id) == caller.device
        except StoreDown:
            return True

    async def _device(self, device_id: str, request: Request) -> Device:
        try:
            found = await self._devices.find(device_id)
        except StoreDown:
            found = self._devices.remembered(device_id)
            if found is None or request.method not in SAFE:
                raise
        if found is None:
            raise NotKnown("This device is not paired, or was revoked", "UNKNOWN_DEVICE")
        return found

    async def _known(self, device: Device, request: Request) -> Caller:
        if request.origin and request.origin != device.origin:
            raise NotKnown("This device was paired from another origin", "WRONG_ORIGIN")
        await self._devices.used(device)
        return Caller(device.id, device.name, device)


def _decoded(secret: str) -> bytes:
    try:
        return base64.b64decode(secret + "=" * (-len(secret) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
