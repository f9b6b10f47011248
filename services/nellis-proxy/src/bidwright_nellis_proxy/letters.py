"""Letters: cookies that a client seals so that nobody between it and nellis-proxy can read them (ECDH on P-256, HKDF, AES-256-GCM)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bidwright.errors import BadInput

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (SEC 2, section 2.4.2): a private key lies below it."""
_INFO = b"bidwright cookies 1"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Letter:
    """
    What a client sends: the id of the key it sealed to, its one-time public key (an uncompressed point), nonce and ciphertext.
    """

    key_id: str
    public_key: bytes
    nonce: bytes
    ciphertext: bytes


class Letters:
    """
    Opens letters sealed to any of our keys. The keys follow from the session's key, so that all replicas have the same ones.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        made = [_private(key) for key in keys]
        self._keys = {_key_id(key): key for key in made}
        self.key_id = next(iter(self._keys))
        """Id of the newest key."""
        self.public_key = _point(made[0])
        """The newest key's public half, an uncompressed point of 65 bytes."""

    def open(self, letter: Letter) -> str:
        """The cookies in *letter*. Raises BadInput when it was sealed to another key, or changed on its way."""
        key = self._keys.get(letter.key_id)
        if key is None:
            raise BadInput("The cookies were sealed to a key that is not in use any more; ask for the key and sync once more.", "sealed")
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), letter.public_key)
            shared = key.exchange(ec.ECDH(), theirs)
            secret = HKDF(hashes.SHA256(), 32, letter.public_key, _INFO).derive(shared)
            if len(letter.nonce) != _NONCE:
                raise ValueError("nonce")  # noqa: TRY301 - one answer for everything that is wrong with it
            text = AESGCM(secret).decrypt(letter.nonce, letter.ciphertext, letter.key_id.encode()).decode("utf-8")
        except (ValueError, InvalidTag):
            raise BadInput("The sealed cookies cannot be opened; sync once more.", "sealed") from None
        return text


def seal_for(key_id: str, public_key: bytes, cookies: str, nonce: bytes) -> Letter:
    """Seal *cookies* as a client does; for tests and tools."""
    mine = ec.generate_private_key(ec.SECP256R1())
    point = _point(mine)
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key))
    secret = HKDF(hashes.SHA256(), 32, point, _INFO).derive(shared)
    return Letter(key_id, point, nonce, AESGCM(secret).encrypt(nonce, cookies.encode(), key_id.encode()))


def _private(key: str) -> ec.EllipticCurvePrivateKey:
    raw = HKDF(hashes.SHA256(), 48, None, b"bidwright letters 1").derive(key.encode())  # 48 bytes: no bias modulo the order
    return ec.derive_private_key(int.from_bytes(raw, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _key_id(key: ec.EllipticCurvePrivateKey) -> str:
    return hashlib.sha256(_point(key)).hexdigest()[:16]
