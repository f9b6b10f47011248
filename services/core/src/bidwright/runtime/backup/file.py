"""The file: a line that says what it is, a line per row, a line that says that it is whole; packed, and sealed with a passphrase."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bidwright.errors import SetupError
from bidwright.runtime.backup.rows import Row

_FORM = "bidwright-backup"
_SEALED = b"bidwright sealed 1\n"
_SALT, _NONCE = 16, 12
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
"""32 MiB and a tenth of a second for each guess at the passphrase."""


class Head(msgspec.Struct, frozen=True):
    """
    What it is: version of the form, of the data (*schema*), which *site* it belongs to, what wrote it, and when (*at*, Unix ms).
    """

    schema: str
    site: str
    release: str
    at: int
    form: str = _FORM
    version: int = 1


class _Foot(msgspec.Struct, frozen=True):
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """
    One backup in memory.
    """

    head: Head
    rows: Sequence[Row]

    @property
    def lots(self) -> int:
        """Lots that it knows."""
        return sum(row.is_lot for row in self.rows)

    @property
    def armed(self) -> int:
        """Lots that are armed in it."""
        return sum(row.is_lot and row.value.get("armed") == "1" for row in self.rows)


def pack(backup: Backup, passphrase: str = "") -> bytes:
    """The file's bytes; the same backup gives the same bytes, unless it is sealed."""
    encode = msgspec.json.Encoder().encode
    lines = [encode(backup.head), *(encode(row) for row in backup.rows)]
    body = b"\n".join(lines) + b"\n"
    foot = encode(_Foot(len(backup.rows), hashlib.sha256(body).hexdigest()))
    packed = gzip.compress(body + foot + b"\n", 6, mtime=0)
    return _seal(packed, passphrase) if passphrase else packed


def unpack(content: bytes, passphrase: str = "") -> Backup:
    """Read it. Raises SetupError when it is none, not whole, of a later form, or sealed with another passphrase."""
    if content.startswith(_SEALED):
        content = _open(content, passphrase)
    try:
        text = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise SetupError(f"This is no backup, or it is damaged ({error}). Take another one.") from error
    head_line, *rows, foot_line = text.splitlines() or [b""]
    try:
        head = msgspec.json.decode(head_line, type=Head)
        foot = msgspec.json.decode(foot_line, type=_Foot)
    except msgspec.DecodeError as error:
        raise SetupError(f"This is no backup, or it is damaged ({error}). Take another one.") from error
    if head.form != _FORM or head.version != 1:
        raise SetupError(f"This backup has form {head.form} {head.version}, which a later Bidwright wrote. Use that one to restore it.")
    if foot.rows != len(rows) or hashlib.sha256(text[: -len(foot_line) - 1]).hexdigest() != foot.sha256:
        raise SetupError("This backup is not whole: its end does not fit what it holds. Take another one.")
    return Backup(head, [msgspec.json.decode(line, type=Row) for line in rows])


def is_sealed(content: bytes) -> bool:
    """Whether it takes a passphrase to read it."""
    return content.startswith(_SEALED)


def _seal(packed: bytes, passphrase: str) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed: bytes = _cipher(passphrase, salt).encrypt(nonce, packed, _SEALED)
    return _SEALED + salt + nonce + sealed


def _open(content: bytes, passphrase: str) -> bytes:
    if not passphrase:
        raise SetupError("This backup is sealed; give its passphrase (BIDWRIGHT_BACKUP_PASSPHRASE or --passphrase-file).")
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only who seals needs the library

    salt, nonce, rest = (content[len(_SEALED) :][a:b] for a, b in ((0, _SALT), (_SALT, _SALT + _NONCE), (_SALT + _NONCE, None)))
    try:
        packed: bytes = _cipher(passphrase, salt).decrypt(nonce, rest, _SEALED)
    except InvalidTag:
        raise SetupError("The passphrase does not open this backup, or it is damaged.") from None
    return packed


def _cipher(passphrase: str, salt: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202 - AESGCM, where the library is there
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only who seals needs the library
    except ImportError as error:
        raise SetupError("A sealed backup needs the Python package cryptography, which is not here.") from error
    return AESGCM(hashlib.scrypt(passphrase.encode(), salt=salt, **_SCRYPT))
