"""A crier: a thousand notices while lots are decided, to one channel that takes them and one that hangs, fails and comes back."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "perf"))
from plant import Plant
from receiver import Receiver

from bidwright_cli.ports import any_free

_BEGINS_S, _LASTS_S, _PHASE_S = 20.0, 90.0, 50.0


class Crier:
    """
    *many* notices, evenly over a minute and a half; both channels get each of them.
    """

    def __init__(self, folder: Path, many: int) -> None:
        self._folder, self._many = folder, many
        self.settings: dict[str, dict[str, str]] = {}
        self._good, self._bad = Receiver("ok"), Receiver("hangs")

    async def keep(self, plant: Plant) -> None:
        """Have a notifier of our own, and something for it to tell."""
        urls = f"good={self._good.address} bad={self._bad.address}"
        own = {"BIDWRIGHT_NOTIFY_URLS": urls, "BIDWRIGHT_METRICS_PORT": str(any_free("127.0.0.1")), "BIDWRIGHT_PLUGINS_DIR": ""}
        env = plant.specs["bidder-1"].env | own
        self._folder.mkdir(parents=True)
        with (self._folder / "log").open("wb") as log:
            notifier = subprocess.Popen([sys.executable, "-m", "bidwright_notifier"], env=env, stdout=log, stderr=log)  # noqa: ASYNC220 - ours
        try:
            await asyncio.sleep(_BEGINS_S)
            began = time.monotonic()
            for number in range(self._many):
                await asyncio.sleep(max(0.0, began + number * _LASTS_S / self._many - time.monotonic()))
                changes = {f"plugin:crier-{number}": {"held": "1", "why": "nothing"}}  # as the script PLUGIN tells it
                fields = {"v": "1", "t": "plugin.changed", "lot": "", "n": 0, "at": round(time.time() * 1000), "d": json.dumps(changes)}
                await plant.redis.xadd("bw:ev", fields)
                self._bad.mode = "hangs" if time.monotonic() < began + _PHASE_S else "fails"
            await asyncio.sleep(_PHASE_S / 2)
            self._bad.mode = "ok"
            await asyncio.Event().wait()
        finally:
            notifier.kill()
            notifier.wait()

    async def found(self) -> dict[str, Any]:
        """Figures."""
        both = (self._good.ids, self._bad.ids)
        return {
            "notices, and told by the good channel / by the bad one": [self._many, *(len(ids) for ids in both)],
            "told twice": sum(count - 1 for ids in both for count in ids.values()),
        }
