"""TLS in front of the simulated site under the real site's names, for a browser that is told to find them on this machine."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

NAMES = ("www.nellisauction.com", "nellisauction.com", "sse.nellisauction.com")
_PIECE = 65_536


class TlsFront:
    """
    Takes TLS connections and hands their bytes on to *port*, both ways. *pin* is what a browser takes in place of an authority's word.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self._to = port
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.pin = _certificate(folder / "site.pem")
        context.load_cert_chain(folder / "site.pem")
        self._listener = context.wrap_socket(
            socket.create_server(("127.0.0.1", 0), backlog=128), server_side=True, do_handshake_on_connect=False
        )
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            site = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            client.close()
            return
        back = threading.Thread(target=_pour, args=(site, client), daemon=True)
        back.start()
        _pour(client, site)
        back.join(60)
        client.close()
        site.close()


def _pour(source: socket.socket, into: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while piece := source.recv(_PIECE):
            into.sendall(piece)
    with suppress(OSError):
        into.shutdown(socket.SHUT_WR)


def _certificate(path: Path) -> str:
    """Make a key and a certificate of a day in *path*; gives the key's pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAMES[0])]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in NAMES]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    path.chmod(0o600)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()
