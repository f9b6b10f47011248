"""A zoo: plugins that misbehave in every way there is, each asked about lots of its own all the while."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from plant import Plant

from bidwright.runtime.telemetry import pss_bytes

ANIMALS = {
    "raises": "raise ValueError('boom')",
    "loops": "while True: pass",
    "exits": "import os; os._exit(3)",
    "eats": "x = bytearray(2**30); return Hold(str(len(x)))",
    "floods": "while True: print('x' * 1000)",
    "recurses": "f = lambda n: f(n + 1) + 1; f(0)",
    "hangs": "sum(range(10**12))",
    "talks-nonsense": "return 'a bid, please'",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "forks": "import os\nwhile True: os.fork()",
    "bids-wildly": "return Bid(Money(10**9))",
}
LOTS_EACH = 4
_AGAIN_S = 1.5
_TEXT = """
from pydantic import Field
from bidwright import Bid, Hold, Money, Params, hookimpl
class Own(Params):
    bad: bool = Field(False, title="Bad", description="Misbehave.")
class Animal:
    name, description, version, params = "NAME", "Misbehaves.", "1", Own
    def decide(self, lot, now):
        if not lot.params.bad:
            return Hold("well behaved while it is looked at")
BODY
@hookimpl
def register_strategies():
    return [Animal()]
"""


class Zoo:
    """
    The plugins in a folder of their own, and who lets them out of quarantine again and again.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        for name, body in ANIMALS.items():
            lines = "".join(f"        {line}\n" for line in body.split("\n"))
            (folder / f"{name}.py").write_text(_TEXT.replace("NAME", name).replace("BODY", lines), "utf-8")
        self.settings = {f"bidder-{n}": {"BIDWRIGHT_PLUGINS_DIR": str(folder)} for n in (1, 2)}
        self._weights: list[int] = []
        self._hosts: list[int] = []
        self._logs: list[Path] = []
        self._let_out: Counter[str] = Counter()
        self._wrong: list[str] = []
        self._lots: dict[str, str] = {}

    async def keep(self, plant: Plant) -> None:
        """Lots for each animal, and its quarantine lifted whenever it is in one."""
        self._logs = [plant.folder / "log" / f"{name}.log" for name in plant.names("bidder")]
        for name in ANIMALS:
            for _ in range(LOTS_EACH):
                lot = await plant.open_lot(first_close_s=1200, rivals=[])
                config = {"maxBid": 5, "strategy": name, "autoBid": True, "params": {"bad": True}}
                await plant.insist("POST", f"/api/auctions/{lot}/monitor", {"config": config})
                self._lots[lot] = name
        while True:
            with suppress(Exception):
                for plugin in (await plant.insist("GET", "/api/plugins")).json()["plugins"]:
                    if plugin["quarantine"]:
                        self._let_out[plugin["name"]] += 1
                        await plant.insist("POST", f"/api/plugins/{plugin['name']}/enable", {})
                bidders = [plant.part(name).pid or 0 for name in plant.names("bidder")]
                self._weights.append(sum(map(pss_bytes, bidders)))
                self._hosts.append(sum(pss_bytes(host) for bidder in bidders for host in _below(bidder)))
                bids = await plant.ledger(what="bid", who="account")
                self._wrong = [
                    f"{self._lots[str(b['lot'])]}: ${b['amount']}" for b in bids if str(b["lot"]) in self._lots and b["amount"] > 5
                ]
            await asyncio.sleep(_AGAIN_S)

    async def found(self) -> dict[str, Any]:
        """Figures."""
        misdeeds = sum(log.read_text("utf-8", "replace").count("plugin.strike") for log in self._logs)
        return {
            "misbehaving plugins": len(ANIMALS),
            "let out of quarantine": sum(self._let_out.values()),
            "bids above a limit": self._wrong,
            "misdeeds that were strikes": misdeeds,
            "both bidders weigh, MiB, first / middle / last / most": _course(self._weights),
            "their hosts weigh, MiB, first / middle / last / most": _course(self._hosts),
        }


def _below(pid: int) -> list[int]:
    """The processes under one, all of them."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in listed.read_text("ascii").split()]
    return found + [grandchild for child in found for grandchild in _below(child)]


def _course(weights: list[int]) -> list[float]:
    mib = [round(weight / 2**20, 1) for weight in weights]
    return [mib[0], mib[len(mib) // 2], mib[-1], max(mib)] if mib else []
