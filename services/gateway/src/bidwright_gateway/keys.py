"""
The gateway's own key, and what is worked out with it together with a device's: that device's key, and the number both show.

The secret of a device never travels: both sides work it out (ECDH on P-256, then HKDF-SHA-256). Redis holds public keys only.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bidwright.errors import BadInput, SetupError
from bidwright.runtime.init import keep_secret

POINT_BYTES = 65
"""An uncompressed point of P-256, as WebCrypto's ``raw`` format has it."""
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_CHECK_ROUNDS = 200_000
"""Makes a search for two keys with the same check slow: somebody in between has minutes."""


class OwnKey:
    """
    The gateway's private key of P-256.
    """

    def __init__(self, number: int) -> None:
        self._private = ec.derive_private_key(number % (_ORDER - 1) + 1, _CURVE)
        self.public = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @classmethod
    def kept(cls, path: Path) -> OwnKey:
        """The key in *path*, made on first use. Raises SetupError when it cannot be read."""
        text = keep_secret(path, secrets.token_hex(32))
        try:
            return cls(int(text, 16))
        except ValueError:
            raise SetupError(f"{path} holds no key; move it away, and pair your devices again.") from None

    def shared(self, public: bytes, device_id: str, origin: str) -> bytes:
        """The 32 bytes that only this gateway and the device know, bound to its id and origin. Raises BadInput for what is no point."""
        secret = self._private.exchange(ec.ECDH(), point(public))
        info = f"bidwright device 1\n{device_id}\n{origin}".encode()
        return HKDF(SHA256(), 32, self.public + public, info).derive(secret)

    def check(self, public: bytes) -> str:
        """Six digits that the host and the device show; they differ when somebody stands in between. Takes some 50 ms."""
        made = hashlib.pbkdf2_hmac("sha256", self.public + public, b"bidwright check 1", _CHECK_ROUNDS, 8)
        return f"{int.from_bytes(made, 'big') % 1_000_000:06}"


def point(public: bytes) -> ec.EllipticCurvePublicKey:
    """The public key of these bytes. Raises BadInput."""
    try:
        if len(public) != POINT_BYTES:
            raise ValueError(public)  # noqa: TRY301 - one answer for whatever is wrong with it
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    except (ValueError, InvalidKey):
        raise BadInput("publicKey must be a point of P-256, uncompressed, in base64", "publicKey") from None
