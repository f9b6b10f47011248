"""The ways out: one HTTP client for reads, and the wire of a bid over TLS."""

import asyncio
import datetime as dt
import ipaddress
import ssl

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bidwright import errors
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.site import client, host_of
from bidwright_nellis_proxy.wire import NotConnected, Wire


@pytest.fixture
def certificate(tmp_path):
    """A key and a certificate for 127.0.0.1, in one file each."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    return tmp_path


async def test_a_bid_over_tls(certificate):
    """The same steps over TLS, and no connection to a host whose certificate nobody trusts."""
    heard = []

    async def serve(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(2))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ours)
    address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    wire = await Wire.open(address, ssl.create_default_context(cafile=certificate / "cert.pem"))
    assert wire.usable
    assert [] == heard
    reply = await wire.read(wire.write("/x", [], b"{}"))
    assert (200, "ok") == (reply.status, reply.text)
    wire.abort()
    with pytest.raises(NotConnected):
        await Wire.open(address, ssl.create_default_context())
    assert 1 == len(heard)
    server.close()


async def test_only_the_site(house):
    """A request to any other host is refused before it leaves, and redirects are not followed."""
    async with client("test", host_of("http://site.test:8080")) as http:
        for other in ("http://other.test/", "http://site.test/", "http://site.test:8080@other.test/", "http://site.test.evil.test:8080/"):
            with pytest.raises(errors.UpstreamDown):
                await http.get(other)
        assert not http.follow_redirects
        assert not http.trust_env


async def test_answers_have_a_size(at):
    """An answer larger than any page is not read to its end."""
    sent = 0

    async def serve(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        try:
            for _ in range(1000):
                writer.write(b"x" * 65536)
                sent += 65536
                await writer.drain()
        except OSError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as house:
        running = await house.start()
        with pytest.raises(errors.UpstreamChanged, match="larger"):
            await running.proxy.parts.site.ask("page", "/p/lot/7", purpose=Purpose.RECONCILE)
    server.close()
    assert sent < 1000 * 65536


async def test_errors_do_not_quote_what_was_sent(at):
    """The sentence about an unreachable site names no request."""
    async with at("http://127.0.0.1:1") as house:
        running = await house.start()
        with pytest.raises(errors.UpstreamDown) as caught:
            await running.proxy.parts.site.ask("page", "/p/lot/7", purpose=Purpose.RECONCILE)
    assert "The auction site did not answer (ConnectError)." == str(caught.value)
    assert isinstance(httpx.ConnectError("x"), httpx.HTTPError)
