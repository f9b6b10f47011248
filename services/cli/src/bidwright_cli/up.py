"""`bidwright up`: the whole system on this machine, from the first start to Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from redis.exceptions import RedisError

from bidwright.errors import SetupError
from bidwright.runtime.init import initialise, keep_secret
from bidwright.runtime.service import end
from bidwright.runtime.store import complaints, connect
from bidwright_cli import banner, engine_folder, plan
from bidwright_cli.backups import Backups
from bidwright_cli.demo import Demo
from bidwright_cli.folder import Folder, Run, folder_for
from bidwright_cli.plan import REDIS, SIMULATOR, Plan
from bidwright_cli.processes import see_off
from bidwright_cli.progress import Progress, console
from bidwright_cli.settings import Site, UpSettings, settings_for
from bidwright_cli.supervisor import Supervisor

_BOUNCE_S = 0.5
"""Two signals closer than this are one wish: a terminal and make may both pass it on."""
_SLOW_AFTER_S = 30


def run(asked: Literal["sim", "live"]) -> None:
    """
    Run until a signal ends it. Raises SetupError when the operator must change something first.
    """
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # children are only ever started to run another program
    settings, site = settings_for(asked)
    folder = folder_for(settings, site)
    with folder.lock():
        if left := folder.running():
            see_off(left)
            folder.say_stopped()
        token = settings.token.get_secret_value() or keep_secret(folder.token, secrets.token_urlsafe(24))
        what = plan.make(settings, site, folder, token)
        if REDIS in what.specs:
            engine_folder.prepare(folder.redis)
        try:
            asyncio.run(Up(settings, folder, token, what).run())
        finally:
            folder.say_stopped()
            _drop_temporary(Path(what.redis_url.removeprefix("unix://")))


class Up:
    """
    One run of everything in *plan*.
    """

    def __init__(self, settings: UpSettings, folder: Folder, token: str, what: Plan) -> None:
        self._settings, self._folder, self._token, self._plan = settings, folder, token, what
        self._progress = Progress(console())
        self._supervisor = Supervisor(folder, say=self._progress.say, changed=self._leave_word)
        self._backups = Backups(folder, what.redis_url)

    async def run(self) -> None:
        """Start, show, keep, and end in order."""
        stopped = self._listen()
        work = asyncio.create_task(self._work())
        waiting = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait((work, waiting), return_when=asyncio.FIRST_COMPLETED)
            if stopped.is_set():
                self._progress.say("Stopping…")
            else:
                await work
        finally:
            await end((work, waiting))
            await self._supervisor.stop()
        self._progress.say("Stopped. Everything is kept in " + str(self._folder.path))

    async def _work(self) -> None:
        failure = asyncio.create_task(self._supervisor_failed())
        start = asyncio.create_task(self._start())
        keep = asyncio.create_task(self._backups.run())
        try:
            await asyncio.wait((failure, start), return_when=asyncio.FIRST_COMPLETED)
            if failure.done():
                await failure
            await start
            await failure
        finally:
            await end((failure, start, keep))

    async def _supervisor_failed(self) -> None:
        while not self._supervisor.children:  # noqa: ASYNC110 - the first one comes within milliseconds
            await asyncio.sleep(0.05)
        await self._supervisor.failed()

    async def _start(self) -> None:
        specs = self._plan.specs
        with self._progress as progress:
            progress.waiting(REDIS, *specs)
            for line in self._plan.moved:
                progress.say(line)
            first = [name for name in (REDIS, SIMULATOR) if name in specs]
            await self._bring_up(*first)
            if REDIS not in specs:
                await self._outside_redis()
            await self._initialise()
            await self._bring_up(*(name for name in specs if name not in first))
        banner.show(self._progress.say, self._plan, self._folder, self._token, mode=self._settings.mode)
        self._supervisor.listen()
        if self._plan.site == "sim":
            await Demo(self._plan.simulator_url, self._plan.url, self._token, self._folder.demo).run(self._progress.say)

    async def _bring_up(self, *names: str) -> None:
        await asyncio.gather(*(self._one(name) for name in names))

    async def _one(self, name: str) -> None:
        child = self._supervisor.start(self._plan.specs[name])
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(child.ready.wait(), _SLOW_AFTER_S)
                break
            why = await self._plan.specs[name].ready(child.pid)
            self._progress.say(f"{name} is not ready yet ({why or 'almost'}); see {self._folder.logs / name}.log")
        self._progress.up(name, f"port {self._plan.ports[name]}" if name in self._plan.ports else "")

    async def _outside_redis(self) -> None:
        redis, said = connect(self._plan.redis_url), ""
        try:
            while True:
                try:
                    wrong = await complaints(redis)
                    break
                except RedisError as error:
                    if said != str(error):
                        said = str(error)
                        self._progress.say(f"Redis at REDIS_URL does not answer ({said}); waiting for it. Start it, or unset REDIS_URL.")
                    await asyncio.sleep(0.5)
        finally:
            await redis.aclose()
        for line in wrong:
            self._progress.say(line)
        self._progress.up(REDIS, "from REDIS_URL")

    async def _initialise(self) -> None:
        redis = connect(self._plan.redis_url)
        try:
            for sentence in await self._backups.before_upgrade(redis):
                self._progress.say(sentence)
            await initialise(
                redis,
                data_dir=self._folder.path,
                site=self._plan.site_name,
                live=_live(self._settings, self._plan.site, chosen=bool(await redis.hget("bw:kill", "chosen"))),
                max_bid_cents=self._settings.max_bid_dollars * 100,
                total_limit_cents=self._plan.budget_dollars * 100,
                max_step_cents=self._settings.max_step_dollars * 100,
                bids_per_minute=self._settings.bids_per_minute,
            )
        except RedisError as error:
            raise SetupError(f"The store cannot be made ready: {error}") from error
        finally:
            await redis.aclose()
        self._backups.ready.set()

    def _leave_word(self) -> None:
        children = {name: child for name, child in self._supervisor.children.items() if child.pid}
        pids = {"up": os.getpid(), **{name: child.pid for name, child in children.items()}}
        started = {name: child.started for name, child in children.items()}
        store = self._plan.redis_url if REDIS in self._plan.specs else ""
        self._folder.say_running(Run(self._plan.url, self._plan.site_name, pids, started, self._plan.ports, store), self._token)

    def _listen(self) -> asyncio.Event:
        stopped = asyncio.Event()
        first = 0.0

        def asked() -> None:
            nonlocal first
            if not stopped.is_set():
                first = time.monotonic()
                stopped.set()
            elif time.monotonic() - first > _BOUNCE_S:
                self._supervisor.kill()

        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(sig, asked)
        return stopped


def _live(settings: UpSettings, site: Site, *, chosen: bool) -> str:
    if settings.mode:
        return "1" if settings.mode == "live" else "0"
    return "1" if site == "sim" and not chosen else ""


def _drop_temporary(socket: Path) -> None:
    if socket.parent.parent == Path(tempfile.gettempdir()) and socket.parent.name.startswith("bidwright-"):
        shutil.rmtree(socket.parent, ignore_errors=True)
