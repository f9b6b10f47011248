"""Hosts as a service sees them: started, asked one thing at a time under a limit, and ended without mercy."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from typing import Self

import msgspec

from bidwright.errors import PluginError
from bidwright.runtime.host.messages import LENGTH, MOST_ANSWER_BYTES, Ask, Load, Offer, Said, Smoke, decode_said, encode
from bidwright.versions import Version

MEMORY_MB = 256
"""All the address space of a host: Python, what Bidwright needs in it, and the plugin."""
START_S, LOAD_S, SMOKE_S = 10.0, 3.0, 5.0
_STALL_S = 0.05
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_ENVIRONMENT["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # else pydantic reads what every installed package says of itself, at each start


class HostError(Exception):
    """
    No answer: it took too long (*slow*), fell, was too *busy* to be asked, or had ended *before* that. Unless it is busy, ask another one.
    """

    def __init__(self, sentence: str, *, slow: bool = False, before: bool = False, busy: bool = False) -> None:
        super().__init__(sentence)
        self.slow, self.before, self.busy = slow, before, busy


class NoProcess(PluginError):
    """
    No process could be started or it was killed from outside: the machine's fault, so try again in a while.
    """


class Host:
    """
    One process. *offers* and *hooks* are what its plugin brought.
    """

    def __init__(self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._process, self._reader, self._writer = process, reader, writer
        self._turn = asyncio.Lock()
        self._ended = False
        self.offers: list[Offer] = []
        self.hooks: list[str] = []
        self.sha = ""
        """The version that it has loaded."""

    @classmethod
    async def start(cls) -> Self:
        """A process that has loaded nothing yet: a new program, never a copy of this one, which gRPC's threads would not survive."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-B", "-m", "bidwright.runtime.host.child", str(theirs.fileno()), str(os.getpid())]
            nothing = asyncio.subprocess.DEVNULL  # a flood of output goes nowhere
            process = await asyncio.create_subprocess_exec(
                *command,
                pass_fds=(theirs.fileno(),),
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it may be asked."""
        return not self._ended and self._process.returncode is None

    async def load(self, version: Version, *, memory_mb: int = MEMORY_MB) -> None:
        """Load a plugin. Raises PluginError with file, line and reason when it cannot be used; the host has ended then."""
        said = await self._checked(version, Load(version, memory_mb), START_S + LOAD_S, f"was not loaded within {LOAD_S:.0f} s")
        self.offers, self.hooks, self.sha = list(said.offers), list(said.hooks), version.sha

    async def smoke(self, version: Version) -> None:
        """Try every strategy on the recorded lots. Raises PluginError as ``load``."""
        await self._checked(version, Smoke(), SMOKE_S, f"did not get through the recorded lots within {SMOKE_S:.0f} s")

    async def _checked(self, version: Version, ask: Ask, limit_s: float, slow: str) -> Said:
        try:
            said = await self.ask(ask, limit_s)
        except HostError as error:
            kind = NoProcess if self._process.returncode == -signal.SIGKILL and not error.slow else PluginError
            raise kind(version.plugin, f"{version.place}: {slow if error.slow else error}") from None
        if said.kind == "failed":
            await self.end()
            raise PluginError(version.plugin, said.why)
        return said

    async def ask(self, ask: Ask, limit_s: float, *, wait_s: float | None = None) -> Said:
        """
        Its answer, within *limit_s* from the moment it turns to this question; others wait for their turn before, at most *wait_s*.

        Raises HostError when there is none; except for *busy* the process has been killed then, as it is when the asking is cancelled.
        """
        try:
            async with asyncio.timeout(wait_s):
                await self._turn.acquire()
        except TimeoutError:
            raise HostError("others are being answered first", busy=True) from None
        try:
            if not self.alive:
                raise HostError("its process has ended", before=True)
            return await self._answer(encode(ask), limit_s)
        finally:
            self._turn.release()

    async def _answer(self, question: bytes, limit_s: float) -> Said:
        reading = asyncio.ensure_future(self._exchange(question))
        try:
            asked = asyncio.get_running_loop().time()
            await asyncio.wait({reading}, timeout=limit_s)
            if not reading.done() and asyncio.get_running_loop().time() > asked + limit_s + _STALL_S:
                await asyncio.wait({reading}, timeout=_STALL_S)  # this loop stood still: the answer may have been there all the while
            if not reading.done():
                raise HostError(f"it took longer than {limit_s * 1000:.0f} ms", slow=True)  # noqa: TRY301 - one way out for all
            return reading.result()
        except HostError:
            await self.end()
            raise
        except (OSError, EOFError):
            await self.end()
            raise HostError(f"its process ended ({_ending(self._process.returncode)})") from None
        except msgspec.MsgspecError as error:
            await self.end()
            raise HostError(f"its answer makes no sense: {error}") from None
        except BaseException:
            self.kill()  # the answer would be taken for that of the next question
            raise
        finally:
            reading.cancel()

    async def _exchange(self, question: bytes) -> Said:
        self._writer.write(question)
        await self._writer.drain()
        (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
        if length > MOST_ANSWER_BYTES:
            raise msgspec.DecodeError(f"it has {length} bytes")
        return decode_said(await self._reader.readexactly(length))

    def kill(self) -> None:
        """Kill it and whatever it started; at once."""
        self._ended = True
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._writer.close()

    async def retire(self) -> None:
        """End it after the question that it is at; those that wait for their turn are told to ask another."""
        async with self._turn:
            await self.end()

    async def end(self) -> None:
        """Kill it and see it gone."""
        self.kill()
        await self._process.wait()


def _ending(code: int | None) -> str:
    if code is None:
        return "nobody knows how"
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class Nursery:
    """
    Starts hosts, and keeps one warm so that the place of a fallen one is taken in milliseconds.
    """

    def __init__(self, *, memory_mb: int = MEMORY_MB) -> None:
        self._memory_mb = memory_mb
        self._spare: asyncio.Task[Host] | None = None

    async def host(self, version: Version) -> Host:
        """A host that has loaded *version*. Raises PluginError when it cannot be used."""
        spare, self._spare = self._spare, None
        try:
            host = await spare if spare else await Host.start()
            if not host.alive:
                host = await Host.start()
        except OSError as error:
            raise NoProcess(version.plugin, f"no process can be started for it: {error}") from error
        if self._spare is None:
            self._spare = asyncio.create_task(Host.start(), name="warm spare")
        await host.load(version, memory_mb=self._memory_mb)
        return host

    async def checked(self, version: Version) -> Host:
        """The same, after it has got through the recorded lots."""
        host = await self.host(version)
        await host.smoke(version)
        return host

    async def close(self) -> None:
        """End the spare."""
        spare, self._spare = self._spare, None
        if spare is not None:
            with contextlib.suppress(OSError):
                await (await spare).end()
