"""For tests: a device that pairs and signs, written from the description alone as an extension would be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Generator
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class PairedDevice(httpx.Auth):
    """
    A device with its key; hand it to httpx as ``auth`` and every request is signed.
    """

    id: str
    key: bytes
    origin: str = ""
    requires_request_body = True

    def headers(self, method: str, host: str, target: str, body: bytes = b"", *, at_ms: int | None = None) -> dict[str, str]:
        """The headers that sign a request; *at_ms* is when it claims to be signed."""
        at = str(at_ms if at_ms is not None else round(time.time() * 1000))
        nonce = secrets.token_urlsafe(16)
        text = "\n".join(["bidwright-1", method, host, target, hashlib.sha256(body).hexdigest(), self.id, at, nonce])
        signature = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        made = {"Device": self.id, "Time": at, "Nonce": nonce, "Signature": signature}
        return {f"X-Bidwright-{name}": value for name, value in made.items()}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign *request*."""
        target = request.url.raw_path.decode("ascii")
        request.headers.update(self.headers(request.method, request.headers["host"], target, request.content))
        if self.origin:
            request.headers["origin"] = self.origin
        yield request

    def first_message(self, host: str, target: str, **more: object) -> dict[str, object]:
        """What it authenticates a WebSocket with."""
        signed = {name.removeprefix("X-Bidwright-").lower(): value for name, value in self.headers("WS", host, target).items()}
        return {"type": "authenticate", **signed, **more}

    @property
    def token(self) -> str:
        """Its token, for lines that nobody can listen to."""
        return f"bwd.{self.id}.{base64.urlsafe_b64encode(self.key).decode().rstrip('=')}"


async def pair(url: str, token: str, *, name: str = "A browser", origin: str = "") -> PairedDevice:
    """Pair a new device with the gateway at *url*, the owner's part included."""
    private = ec.generate_private_key(_CURVE)
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    async with httpx.AsyncClient(base_url=url, timeout=20) as device, httpx.AsyncClient(base_url=url, timeout=20) as host:
        host.headers["Authorization"] = token
        code = (await host.post("/api/pairing")).raise_for_status().json()["code"]
        asked = {"code": code, "name": name, "publicKey": base64.b64encode(public).decode()}
        reply = await device.post("/api/pairing/claim", json=asked, headers={"Origin": origin} if origin else {})
        claim = reply.raise_for_status().json()
        (await host.post(f"/api/pairing/{claim['deviceId']}/confirm", json={"check": claim["check"]})).raise_for_status()
    theirs = base64.b64decode(claim["publicKey"])
    secret = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    info = f"bidwright device 1\n{claim['deviceId']}\n{origin}".encode()
    return PairedDevice(claim["deviceId"], HKDF(SHA256(), 32, theirs + public, info).derive(secret), origin)
