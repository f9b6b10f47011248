"""The inbox: the body of one request, never longer than is allowed, which may be read ahead of whoever it is for."""

from __future__ import annotations

from starlette.types import Message, Receive

MAX_BODY = 1_048_576


class TooLarge(Exception):
    """The body is longer than MAX_BODY."""


class Inbox:
    """
    Counts what comes in; gives it once to whoever asks, after others have looked at it.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._count = 0
        self._ahead: list[Message] = []
        self._whole: bytes | None = None

    async def whole(self) -> bytes:
        """The whole body, which whoever comes next still gets. Raises TooLarge."""
        if self._whole is None:
            parts: list[bytes] = []
            while True:
                message = await self._bounded()
                self._ahead.append(message)
                parts.append(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    break
            self._whole = b"".join(parts)
        return self._whole

    async def receive(self) -> Message:
        """The next message, as an application receives it. Raises TooLarge."""
        return self._ahead.pop(0) if self._ahead else await self._bounded()

    async def _bounded(self) -> Message:
        message = await self._receive()
        self._count += len(message.get("body", b""))
        if self._count > MAX_BODY:
            raise TooLarge
        return message
