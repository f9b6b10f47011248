"""Running seeds: one, or thousands on a few processes, with what they found."""

from __future__ import annotations

import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bidwright.runtime.engine import Engine

from .seen import Broken
from .store import Server
from .world import World, variant_of


@dataclass
class Result:
    """
    What one seed came to. *broken* is empty when every promise was kept.
    """

    seed: int
    variant: str
    broken: str = ""
    tally: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        again = f".venv/bin/python tests/simulation --seed {self.seed} --variant {self.variant}"
        return "\n".join([*self.trace, f"seed {self.seed} ({self.variant}): {self.broken}", f"again: {again}"])


@contextmanager
def engines(guards_removed: Sequence[str] = ()) -> Iterator[Engines]:
    """Servers for seeds, started when first needed and stopped at the end."""
    made = Engines(guards_removed)
    try:
        yield made
    finally:
        made.close()


class Engines:
    """
    One server in memory for most variants, and one that writes every change to disk for those that kill it.
    """

    def __init__(self, guards_removed: Sequence[str] = ()) -> None:
        self._guards = tuple(guards_removed)
        self._servers: dict[bool, tuple[Engine, Server, Path]] = {}

    def server(self, variant: str) -> Server:
        """The server that *variant* needs."""
        durable = variant == "kills"
        if durable not in self._servers:
            folder = Path(tempfile.mkdtemp(prefix="bw-storm-"))
            engine = Engine(folder, durable=durable)
            engine.start()
            self._servers[durable] = (engine, Server(engine, self._guards), folder)
        return self._servers[durable][1]

    def close(self) -> None:
        """Stop all of them."""
        for engine, server, folder in self._servers.values():
            server.close()
            engine.stop()
            shutil.rmtree(folder, ignore_errors=True)
        self._servers.clear()


def run_seed(engines_: Engines, seed: int, variant: str = "", last: int = 60) -> Result:
    """One seed from its first step to its rest."""
    variant = variant or variant_of(seed)
    server = engines_.server(variant)
    if variant == "kills":
        server.load()
    world = World(seed, variant, server)
    result = Result(seed, variant)
    try:
        world.run()
    except Broken as broken:
        result.broken = str(broken)
        result.trace = [
            f"{t:9.3f} {who:9} {what:9} {_short(args)} -> {_short(reply)}" for t, who, what, args, reply in list(world.trace)[-last:]
        ]
    except Exception:  # noqa: BLE001 - the harness itself failed: told like a violation, never passed over
        result.broken = "harness: " + traceback.format_exc()
    result.tally = world.tally
    return result


def _short(values: object) -> str:
    text = " ".join(str(v) for v in values) if isinstance(values, (list, tuple)) else str(values)
    return text[:150]


def timed(seeds: Sequence[int], variant: str = "") -> tuple[list[Result], float]:
    """Run *seeds* one after the other here."""
    began = time.monotonic()
    with engines() as made:
        return [run_seed(made, seed, variant) for seed in seeds], time.monotonic() - began
