"""
The first step of every start: epoch, site, switches and limits; keys and token in the data directory.

``bidwright up`` takes it as part of its own start; containers run it once before the services: ``python -m bidwright.runtime.init``.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from functools import partial
from pathlib import Path

from pydantic import Field, NonNegativeInt, PositiveInt
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import SystemClock
from bidwright.errors import SetupError
from bidwright.runtime import logging, service
from bidwright.runtime.backup.making import release
from bidwright.runtime.backup.settings import BackupSettings
from bidwright.runtime.backup.shelf import Shelf
from bidwright.runtime.settings import read
from bidwright.runtime.store import SCHEMA, complaints, connect
from bidwright.runtime.upgrading import upgrade
from bidwright.transitions import Transitions


class InitSettings(BackupSettings):
    """
    What the one-shot start of the containers can be told from outside. An empty variable counts as unset.
    """

    max_bid_dollars: PositiveInt = Field(
        1000, validation_alias="BIDWRIGHT_MAX_BID_DOLLARS", description="The owner's limit for a single bid, hammer dollars."
    )
    max_step_dollars: NonNegativeInt = Field(
        0,
        validation_alias="BIDWRIGHT_MAX_STEP_DOLLARS",
        description="Most that a strategy may bid above the next acceptable amount, dollars; 0: no limit.",
    )
    bids_per_minute: PositiveInt = Field(
        40, validation_alias="BIDWRIGHT_BIDS_PER_MINUTE", description="Most bids that a strategy may make on one lot in a minute."
    )
    budget_total_dollars: PositiveInt = Field(
        2000, validation_alias="BIDWRIGHT_BUDGET_TOTAL_DOLLARS", description="All-in limit for exposure plus won, in dollars."
    )


def keep_secret(path: Path, make: str) -> str:
    """The text in *path*; when there is none, *make* is written there for the owner's eyes only and given back."""
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was faster; it is about to write
            return _written(path)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(make + "\n")
        return make
    except OSError as error:
        raise SetupError(f"{path} cannot be read ({error.strerror}); give the user that runs Bidwright the right to read it.") from error


async def initialise(
    redis: Redis,
    *,
    data_dir: Path,
    site: str,
    live: str,
    max_bid_cents: int,
    total_limit_cents: int,
    max_step_cents: int = 0,
    bids_per_minute: int = 40,
    prefix: str = "bw:",
) -> str:
    """
    Make the store ready and give its epoch. *live*: ``1``, ``0`` or empty for what the owner chose.

    Raises SetupError when the store belongs to another site or version. A store that lost its data is halted, and the text in
    ``bw:kill`` says why: what stands on the site is not known any more.
    """
    file = data_dir / "epoch"
    known = _read(file)
    answer = await Transitions(redis, prefix=prefix).init(
        epoch=secrets.token_hex(8),
        known=known,
        site=site,
        schema=SCHEMA,
        total_limit=total_limit_cents,
        live=live,
        max_bid=max_bid_cents,
        max_step=max_step_cents,
        per_minute=bids_per_minute,
        release=release(),
    )
    if answer.why == "site":
        raise SetupError(
            f"This data belongs to {answer.stored}, not to {site}. Use another BIDWRIGHT_DATA_DIR (or REDIS_URL) for another site."
        )
    if answer.why == "schema":
        raise SetupError(f"This data has version {answer.stored}, this Bidwright reads version {SCHEMA}. Start the version that wrote it.")
    epoch = answer.epoch or str(await redis.hget(f"{prefix}meta", "epoch"))
    if epoch != known:
        _write(file, epoch)
    return epoch


def _written(path: Path, within_s: float = 2.0) -> str:
    end = time.monotonic() + within_s
    while not (text := path.read_text("ascii").strip()) and time.monotonic() < end:
        time.sleep(0.01)
    return text


def _read(file: Path) -> str:
    return file.read_text("ascii").strip() if file.exists() else ""


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", "ascii")


async def main(*, dry_run: bool = False) -> None:
    """
    Keys, token and store, once; then say where the token is.

    The data directory gets one folder per service, so that each container may be shown its own and no other. With *dry_run* it only says
    what an upgrade of the data would change. Raises SetupError.
    """
    settings = read(InitSettings)
    logging.configure("init", form=settings.log_format, level=settings.log_level)
    log = logging.get_logger(__name__)
    token = settings.data_dir / "gateway" / "token"
    if not dry_run:
        keep_secret(token, secrets.token_urlsafe(24))
        keep_secret(settings.data_dir / "gateway" / "gateway.key", secrets.token_hex(32))
        keep_secret(settings.data_dir / "nellis-proxy" / "secret.key", secrets.token_urlsafe(32))
    redis = connect(settings.redis_url.get_secret_value())
    try:
        for sentence in await complaints(redis):
            log.warning("store.unsafe", why=sentence)
        shelf = Shelf(settings.shelf_folder(settings.data_dir), settings.keep)
        passphrase = settings.passphrase.get_secret_value()
        sentences = await upgrade(redis, shelf, SystemClock(), passphrase=passphrase, dry_run=dry_run)
        if dry_run:
            sys.stdout.write("".join(f"{sentence}\n" for sentence in sentences or ["Nothing would change."]))
            return
        epoch = await initialise(
            redis,
            data_dir=settings.data_dir,
            site=settings.site,
            live={"live": "1", "dry-run": "0"}.get(settings.mode, ""),
            max_bid_cents=settings.max_bid_dollars * 100,
            total_limit_cents=settings.budget_total_dollars * 100,
            max_step_cents=settings.max_step_dollars * 100,
            bids_per_minute=settings.bids_per_minute,
        )
    except RedisError as error:
        raise SetupError(f"The store cannot be made ready: {error}") from error
    finally:
        await redis.aclose()
    log.info("init.done", epoch=epoch, site=settings.site)
    made = f"in {token}; show it with: docker compose exec gateway cat /data/token"
    sys.stdout.write(f"Ready. The client token is {'what AUTH_TOKEN says' if os.environ.get('AUTH_TOKEN') else made}\n")


if __name__ == "__main__":
    service.run(partial(main, dry_run="--dry-run" in sys.argv[1:]))
