"""Ports: is it free, which one is, and what to say when it is not."""

from __future__ import annotations

import errno
import socket

from bidwright.errors import SetupError


def is_free(host: str, port: int) -> bool:
    """True when *port* can be bound on *host* now. Raises SetupError when the host is not an address of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that only waits out old connections is free
        try:
            probe.bind((host, port))
        except PermissionError:
            raise SetupError(f"Port {port} needs rights this user does not have; set a port of 1024 or above.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise SetupError(
                f"{host} cannot be listened on ({error.strerror}); set BIDWRIGHT_BIND to an address of this machine."
            ) from None
    return True


def any_free(host: str) -> int:
    """A port that nothing uses at the moment."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def public(host: str, port: int) -> int:
    """The gateway's *port*, or a free one for 0. Raises SetupError when it is taken: clients have it written down."""
    if port == 0:
        return any_free(host)
    if not is_free(host, port):
        other = port + 1 if port < 65535 else port - 1  # noqa: PLR2004 - the highest port there is
        raise SetupError(
            f"Port {port} is in use by another program. Stop that program, or start Bidwright on another port: PORT={other} make run"
        )
    return port


def internal(host: str, port: int, *, chosen: bool, name: str) -> int:
    """*port*, or a free one when it is taken or 0. Raises SetupError when it is taken and was *chosen* by the owner in *name*."""
    if port == 0:
        return any_free(host)
    if is_free(host, port):
        return port
    if chosen:
        raise SetupError(f"Port {port} is in use by another program. Stop that program, or set another port in {name}.")
    return any_free(host)
