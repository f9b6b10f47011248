"""Who may call: Host names (against DNS rebinding) and Origins (CORS). Necessary, never sufficient: the token decides."""

from __future__ import annotations

import re

from bidwright_gateway.settings import LOOPBACK, GatewaySettings

EXTENSION = "chrome-extension://"
_HOST = re.compile(r"(\[[0-9a-f:]{2,39}\]|[a-z0-9_](?:[a-z0-9_.-]{0,250}[a-z0-9_])?)(?::([0-9]{1,5}))?")
_LOCAL = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")


def host_ok(settings: GatewaySettings, hosts: list[bytes]) -> bool:
    """True when there is exactly one Host header and it names us."""
    if len(hosts) != 1:
        return False
    value = hosts[0].decode("latin-1").strip().lower()
    found = _HOST.fullmatch(value)
    if not found:
        return False
    name = found[1]
    return name in LOOPBACK or name in settings.hosts or name.strip("[]") in settings.hosts or value in settings.hosts


def origin_ok(settings: GatewaySettings, origin: str, host: str, paired: frozenset[str] | None = None) -> bool:
    """
    True for extensions (those listed, if any are), local pages, listed origins, and our own page.

    *paired*: where only paired extensions may call, their origins.
    """
    value = origin.lower()
    if value.startswith(EXTENSION):
        extension = value.removeprefix(EXTENSION)
        if not re.fullmatch(r"[a-z0-9]{1,64}", extension):
            return False
        if extension in settings.extensions or (paired is not None and value in paired):
            return True
        return paired is None and not settings.extensions
    own = host.lower()
    return bool(_LOCAL.fullmatch(value)) or value in settings.origins or value in (f"http://{own}", f"https://{own}")
