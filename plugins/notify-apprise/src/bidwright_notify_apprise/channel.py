"""The channel itself. Apprise is an optional extra: it is imported when an address asks for it, and said to be missing otherwise."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import warnings
from typing import Any, ClassVar

from bidwright import NotDelivered, Notice
from bidwright_notify_apprise.overheard import Overheard

_MISSING = "Apprise is not installed, which knows such addresses: run `make apprise`, or install bidwright-notify-apprise[apprise]"
_TITLE = "Bidwright"


class NotTaken(NotDelivered):
    """
    Apprise could not hand it to the service; the text is what Apprise said about it.
    """


class Apprise:
    """
    ``ntfy://topic``, ``mailto://…``, ``tgram://…`` and all others of https://appriseit.com/services/, as they are or after ``apprise:``.
    """

    name: ClassVar[str] = "apprise"
    description: ClassVar[str] = "A messenger, mail or push service, by its Apprise address."
    takes_any: ClassVar[bool] = True

    def check(self, address: str) -> str | None:
        """Why *address* cannot be used."""
        if importlib.util.find_spec("apprise") is None:
            return _MISSING
        with Overheard(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its parts, loaded here, warn of what Python will drop
            known = _library().Apprise.instantiate(_url(address), suppress_exceptions=True)
        return None if known is not None else "Apprise does not understand it; https://appriseit.com/services/ shows how each looks"

    async def send(self, notice: Notice, address: str) -> None:
        """Deliver it. Raises NotTaken with what Apprise says, without secrets where Apprise leaves them out."""
        await asyncio.to_thread(_send, notice, _url(address))


def _send(notice: Notice, url: str) -> None:
    library = _library()
    with Overheard() as heard:
        one = library.Apprise()
        kind = library.NotifyType.WARNING if notice.urgent else library.NotifyType.INFO
        taken = one.add(url) and one.notify(body=notice.text, title=_TITLE, notify_type=kind, body_format=library.NotifyFormat.TEXT)
    if not taken:
        raise NotTaken(heard.said or "Apprise does not say why")


def _url(address: str) -> str:
    return address.removeprefix("apprise:")


def _library() -> Any:
    import apprise  # noqa: PLC0415 - optional, and heavy

    logging.getLogger("apprise").propagate = False  # its lines quote addresses
    return apprise
