"""TLS for the network at home: a certificate of our own, signed by an authority of our own, both made on first use and kept."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bidwright.errors import SetupError

_AUTHORITY_DAYS, _SERVER_DAYS, _RENEW_DAYS = 3650, 397, 30
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    Where certificate and key are. *fingerprint* is the authority's SHA-256, which devices compare when they are paired.
    """

    chain: Path
    key: Path
    authority: Path
    fingerprint: str


def certificate(folder: Path, names: list[str], now: datetime) -> Certificate:
    """The certificate for *names* in *folder*; made, or made anew when it ends soon or a name is new. Raises SetupError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        root, root_key = _authority(folder, now)
        chain, key = folder / "server.pem", folder / "server.key"
        if not _good(chain, names, now):
            made, made_key = _signed(root, root_key, names, now)
            _write(key, _pem(made_key), 0o600)
            _write(chain, made.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM), 0o644)
    except (OSError, ValueError) as error:
        raise SetupError(
            f"The certificate in {folder} cannot be made or read ({error}); move the folder away to have a new one."
        ) from error
    digest = root.fingerprint(SHA256()).hex().upper()
    return Certificate(chain, key, folder / "authority.pem", ":".join(digest[n : n + 2] for n in range(0, len(digest), 2)))


def _authority(folder: Path, now: datetime) -> tuple[x509.Certificate, Key]:
    place, key_place = folder / "authority.pem", folder / "authority.key"
    if place.exists():
        key = load_pem_private_key(key_place.read_bytes(), None)
        if not isinstance(key, Key):
            raise ValueError("authority.key is of another kind")
        return x509.load_pem_x509_certificate(place.read_bytes()), key
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Bidwright at home")
    made = (
        _started(name, name, key, now, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    _write(key_place, _pem(key), 0o600)
    _write(place, made.public_bytes(Encoding.PEM), 0o644)
    return made, key


def _signed(root: x509.Certificate, root_key: Key, names: list[str], now: datetime) -> tuple[x509.Certificate, Key]:
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _started(_name(names[0]), root.subject, key, now, _SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(root_key, SHA256())
    )
    return made, key


def _started(subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _good(chain: Path, names: list[str], now: datetime) -> bool:
    if not chain.exists():
        return False
    found = x509.load_pem_x509_certificate(chain.read_bytes())
    covered = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return found.not_valid_after_utc > now + timedelta(days=_RENEW_DAYS) and list(covered) == [_general(name) for name in names]


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:60])])


def _pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(place: Path, content: bytes, mode: int) -> None:
    """Write a file that nobody ever sees half."""
    fresh = place.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    fresh.replace(place)
