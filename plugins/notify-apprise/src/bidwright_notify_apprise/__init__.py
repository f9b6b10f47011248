"""Channel ``apprise``: every service that the library Apprise knows, each by one address."""

from __future__ import annotations

from collections.abc import Sequence

from bidwright import Notifier, hookimpl
from bidwright_notify_apprise.channel import Apprise


@hookimpl
def register_notifiers() -> Sequence[Notifier]:
    """Offer ``apprise``, and take every address that no other channel knows."""
    return [Apprise()]
