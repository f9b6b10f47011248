"""The store: a real Valkey, asked over a socket without an event loop, and the unreliable line that each process has to it."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import hiredis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError

from bidwright.runtime.engine import Engine
from bidwright.transitions.scripts import SCRIPTS, digest, source

from .loop import pause

PREFIX = "bw:"
_OPEN = Path(__file__).with_name("open.lua").read_text("utf-8")
_OPEN_SHA = hashlib.sha1(_OPEN.encode(), usedforsecurity=False).hexdigest()
_BY_DIGEST = {digest(name): name for name in SCRIPTS}


def without(text: str, guards: Sequence[str]) -> str:
    """A script without the lines of some *guards* (their ``--@name`` tags)."""
    if not guards:
        return text
    tagged = re.compile(rf"--@({'|'.join(guards)})\s*$")
    return "\n".join(line for line in text.split("\n") if not tagged.search(line))


View = list[list[str | None]]
"""What the records are: a line for the head, one for each lot, scope and group, then one for each open intent. None: no such field."""


class Look:
    """
    The question what the records of some lots, scopes and groups are: packed once, asked after every step, answered in one go.
    """

    def __init__(self, lot_ids: Sequence[str], fields: Sequence[str], scopes: Sequence[str], groups: Sequence[str]) -> None:
        commands: list[tuple[str | int, ...]] = [
            ("HMGET", f"{PREFIX}steady", "now", "gap", "wall"),
            ("HMGET", f"{PREFIX}kill", "state", "live", "gen"),
            ("HGET", f"{PREFIX}session", "state"),
            ("HGET", f"{PREFIX}format", "state"),
            ("HGET", f"{PREFIX}limits", "bid"),
            ("HGET", f"{PREFIX}meta", "epoch"),
            ("XLEN", f"{PREFIX}ev"),
            ("ZMSCORE", f"{PREFIX}due:poll", *lot_ids),
            ("ZMSCORE", f"{PREFIX}due:bid", *lot_ids),
            *(("HMGET", f"{PREFIX}lot:{lot_id}", *fields) for lot_id in lot_ids),
            *(("HMGET", f"{PREFIX}budget:{scope}", "limit", "live", "dry", "kept:live", "kept:dry") for scope in scopes),
            *(("HMGET", f"{PREFIX}group:{group}", "wanted", "over", "live", "dry") for group in groups),
            ("EVALSHA", _OPEN_SHA, 1, PREFIX),
        ]
        self.packed, self.size = b"".join(map(hiredis.pack_command, commands)), len(commands)

    def read(self, replies: list[Any], wall: int) -> View:
        """The view in the replies to ``packed``, at *wall*."""
        (now, gap, written), kill, session, pages, limit, epoch, events, poll, bid, *books, intents = replies
        if now is not None:  # not every script writes the clock down: what it took for now follows from the wall clock it was given
            now = f"{float(now) + max(0.0, wall - float(written)):.0f}"
        for n, due in enumerate(zip(poll, bid, strict=True)):
            books[n] = [*books[n], *due]
        return [[now, gap, *kill, session, pages, limit, epoch, str(events)], *books, *intents]


class Server:
    """
    One Valkey and one connection to it; every call is answered before the next begins.
    """

    def __init__(self, engine: Engine, guards_removed: Sequence[str] = ()) -> None:
        self.engine = engine
        self.texts = {name: without(source(name), guards_removed) for name in SCRIPTS}
        self._connect()
        self.load()

    def _connect(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(self.engine.socket))
        self._socket.settimeout(20)
        self._reader = hiredis.Reader(encoding="utf-8")

    def load(self) -> None:
        """Let the server know the scripts by name, as a running system has it."""
        names = list(self.texts)
        shas = self.call(*[("SCRIPT", "LOAD", self.texts[name]) for name in names], ("SCRIPT", "LOAD", _OPEN))
        self.shas = dict(zip(names, shas, strict=False))

    def call(self, *commands: tuple[Any, ...]) -> list[Any]:
        """Ask several things in one go; errors of the server are raised."""
        return self._exchange(b"".join(map(hiredis.pack_command, commands)), len(commands))

    def _exchange(self, packed: bytes, size: int) -> list[Any]:
        self._socket.sendall(packed)
        replies: list[Any] = []
        while len(replies) < size:
            reply = self._reader.gets()
            if reply is False:
                piece = self._socket.recv(262_144)
                if not piece:
                    raise RedisConnectionError("the server is gone")
                self._reader.feed(piece)
            else:
                replies.append(reply)
        for reply in replies:
            if isinstance(reply, hiredis.ReplyError):
                raise (NoScriptError if str(reply).startswith("NOSCRIPT") else ResponseError)(str(reply))
        return replies

    def script(self, name: str, wall: int, args: Sequence[Any], look: Look) -> tuple[Any, View]:
        """Run a transition, and in the same go look at what the records are afterwards."""
        run = hiredis.pack_command(("EVALSHA", self.shas[name], "1", PREFIX, str(wall), *map(str, args)))
        reply, *seen = self._exchange(run + look.packed, 1 + look.size)
        return reply, look.read(seen, wall)

    def view(self, look: Look, wall: int) -> View:
        """What the records are now."""
        return look.read(self._exchange(look.packed, look.size), wall)

    def kill_while(self, name: str | None, wall: int, args: Sequence[Any]) -> None:
        """Kill -9, in the middle of a script if *name* is given; then a new process over the same files."""
        if name is not None:
            self._socket.sendall(hiredis.pack_command(("EVALSHA", self.shas[name], "1", PREFIX, str(wall), *map(str, args))))
        self.engine.kill()
        self._socket.close()
        self.engine.start()
        self._connect()
        self.call(("SCRIPT", "LOAD", _OPEN))  # the scripts themselves are not known any more

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


Perform = Callable[[str, Sequence[Any]], Any]


class Line:
    """
    What a process has for a Redis client: requests take their time, and an answer may be lost after the effect.

    *perform* runs a script at the instant it reaches the server, with the server's own time: the time that the door hands in is that
    of the asking, while in production the script asks the clock itself.
    """

    def __init__(
        self, server: Server, perform: Perform, reach: Callable[[], None], delay: Callable[[], float], lost: Callable[[], bool]
    ) -> None:
        self._server, self._perform, self._reach, self._delay, self._lost = server, perform, reach, delay, lost

    async def evalsha(self, sha: str, _keys: int, _prefix: str, _wall: str, *args: Any) -> Any:
        """A script by its digest."""
        return await self._script(_BY_DIGEST[sha], args)

    async def eval(self, text: str, _keys: int, _prefix: str, _wall: str, *args: Any) -> Any:
        """A script that the server does not know (any more): it learns it."""
        name = next(name for name in SCRIPTS if source(name) == text)
        self._server.shas[name] = self._server.call(("SCRIPT", "LOAD", self._server.texts[name]))[0]
        return await self._script(name, args)

    async def _script(self, name: str, args: Sequence[Any]) -> Any:
        await pause(self._delay())
        reply = self._perform(name, args)
        await pause(self._delay())
        if self._lost():
            raise RedisConnectionError("the answer was lost")
        return reply

    async def hgetall(self, key: str) -> dict[str, str]:
        """A record."""
        await pause(self._delay())
        self._reach()
        flat = self._server.call(("HGETALL", key))[0]
        return dict(zip(flat[::2], flat[1::2], strict=True))

    async def zrange(self, key: str, first: int, last: int, *, desc: bool = False) -> list[str]:
        """Members of a sorted set."""
        self._reach()
        return list(self._server.call(("ZRANGE", key, first, last, *(["REV"] if desc else [])))[0])

    def pipeline(self, *, transaction: bool) -> _Pipe:
        """Several records in one go."""
        del transaction
        return _Pipe(self._server)


class _Pipe:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._asked: list[tuple[str | int, ...]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def hgetall(self, key: str) -> None:
        self._asked.append(("HGETALL", key))

    def zrange(self, key: str, first: int, last: int, *, desc: bool = False) -> None:
        self._asked.append(("ZRANGE", key, first, last, *(["REV"] if desc else [])))

    async def execute(self) -> list[Any]:
        asked, self._asked = self._asked, []
        if not asked:
            return []
        rows = zip(asked, self._server.call(*asked), strict=True)
        return [dict(zip(flat[::2], flat[1::2], strict=True)) if what[0] == "HGETALL" else list(flat) for what, flat in rows]
