"""Sealing of the site session at rest: AES-GCM, the key's id beside the text, bound to its place."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PLACE = b"bw:session"  # what is sealed for this record opens nowhere else
_NONCE = 12


class Unreadable(Exception):
    """
    What is stored was sealed with a key we do not have, or was changed.
    """


def new_key() -> str:
    """A new random key as text."""
    return secrets.token_urlsafe(32)


class Seal:
    """
    Seals with the newest of its keys and opens with any of them, so that a key can be exchanged.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        raw = [hashlib.sha256(b"bidwright session " + key.encode()).digest() for key in keys]
        self._keys = {hashlib.sha256(b"id " + key).hexdigest()[:16]: AESGCM(key) for key in raw}
        self.kid = next(iter(self._keys))
        """Id of the newest key."""

    def close(self, text: str) -> tuple[str, str]:
        """The sealed text and the id of the key."""
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._keys[self.kid].encrypt(nonce, text.encode(), _PLACE)).decode("ascii"), self.kid

    def open(self, sealed: str, kid: str) -> str:
        """The text. Raises Unreadable."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._keys[kid].decrypt(raw[:_NONCE], raw[_NONCE:], _PLACE).decode()
        except (KeyError, ValueError, InvalidTag):
            raise Unreadable from None
