"""Channel ``webhook``: a signed HTTP request to a program of the owner."""

from __future__ import annotations

from collections.abc import Sequence

from bidwright import Notifier, hookimpl
from bidwright_notify_webhook.webhook import Webhook


@hookimpl
def register_notifiers() -> Sequence[Notifier]:
    """Offer ``webhook``."""
    return [Webhook()]
