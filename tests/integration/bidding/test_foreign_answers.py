"""Whatever code that is not ours does or answers, nothing comes of it that should not."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bidwright import Bid, Hold, Wait
from bidwright.runtime.host.messages import Decide
from bidwright.runtime.host.process import HostError, Nursery
from bidwright.versions import plugin_at
from bidwright_bidder.strategies import decision_of

sys.path.insert(0, str(Path(__file__).parents[2] / "unit/bidwright/transitions"))  # house.py, which brings a lot into any state
from guests import LOT, NOW, PATIENT_S
from house import House

PLUGIN = """
from datetime import datetime
from bidwright import Bid, Hold, Money, Params, Wait, hookimpl
class Odd:
    name, description, version, params = "odd", "Odd.", "1", Params
    def decide(self, lot, now):
BODY
@hookimpl
def register_strategies():
    return [Odd()]
"""

MISDEEDS = [
    "return None",
    "return 5",
    "return float('nan')",
    "return Bid(5)",
    "return Bid(Money(-100))",
    "return Bid(Money(0))",
    "return Bid(float('inf'))",
    "return Wait('soon')",
    "return Wait(datetime(2026, 1, 1))",
    "return Hold(None)",
    "return Odd",
    "raise ValueError('boom')",
    "raise SystemExit(3)",
    "raise StopIteration",
    "raise KeyboardInterrupt",
    "return self.decide(lot, now)",
    "return Bid(Money(1.5))",
    "return 1 / 0",
    "return 'x' * 10**9",
    "import os; os._exit(7)",
    "import os; os.fork()",
    "import os; os.kill(os.getppid(), 9)",
    "import subprocess; subprocess.run(['true'])",
    "import socket; socket.create_connection(('127.0.0.1', 6379))",
    "open('/tmp/bidwright-was-here', 'w')",
    "import ctypes; ctypes.string_at(0)",
    "import sys; sys.setrecursionlimit(10**9); f = lambda n: f(n + 1) + 1; f(0)",
]


async def test_whatever_it_does_nothing_comes_of_it(tmp_path):
    """
    Each misdeed is a failure with a reason, or the end of its process; the next question is answered as if nothing had been.
    """
    text = "".join(f"        if lot.lot_id == '{n}':\n            {body}\n" for n, body in enumerate(MISDEEDS))
    file, nursery, host = tmp_path / "odd.py", Nursery(), None
    file.write_text(PLUGIN.replace("BODY", text + "        return Hold('other')\n"), "utf-8")
    tame = []
    for n, body in enumerate(MISDEEDS):
        if host is None or not host.alive:
            host = await nursery.host(plugin_at(file))
        try:
            said = await host.ask(Decide("odd", replace(LOT, lot_id=str(n), params=None), "", NOW), PATIENT_S)
            tame += [] if said.kind == "failed" and said.why else [body]
        except HostError as error:
            tame += [] if "process ended" in str(error) else [body]
            host = await nursery.host(plugin_at(file))
        said = await host.ask(Decide("odd", replace(LOT, params=None, lot_id="other"), "", NOW), PATIENT_S)
        assert Hold("other") == decision_of(said), body
    await host.end()
    await nursery.close()

    assert [] == tame


FUZZ = '''
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from bidwright import Bid, Hold, Money, Params, Wait, hookimpl

def forged(kind, **fields):
    """An object of a frozen class that its own checks never saw."""
    made = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made

class Sly(int):
    def __gt__(self, other): return True
    def __lt__(self, other): return False

NUMBERS = [float("nan"), float("inf"), -float("inf"), -1, 0, 1, 99, 199, 250, 901, 10**6, 10**12, 2**63, 10**30, True, False, None,
           "900", b"900", Decimal("9e99"), 1j, Sly(500), Sly(10**9), [900], {}, 1e300, 3.5]
TIMES = [None, "soon", 5, datetime(2026, 9, 21), datetime.min, datetime.max, datetime(1, 1, 1, tzinfo=timezone.utc),
         datetime(9999, 12, 31, tzinfo=timezone.utc)]

def odd(n, now):
    dice = random.Random(n)
    number, when = dice.choice(NUMBERS), dice.choice(TIMES)
    return dice.choice([
        lambda: forged(Bid, amount=forged(Money, cents=number), why=""),
        lambda: forged(Bid, amount=number, why=""),
        lambda: forged(Bid, amount=forged(Money, cents=number), why=number),
        lambda: forged(Wait, until=when, why=number),
        lambda: forged(Wait, until=now - timedelta(days=dice.randint(0, 10**5)), why=""),
        lambda: forged(Hold, why=number),
        lambda: forged(Bid),
        lambda: (Bid, 900),
        lambda: {"kind": "bid", "cents": 900},
        lambda: number,
        lambda: when,
        lambda: Bid(Money.whole(dice.randint(-5, 10**7))),
        lambda: [Bid(Money(900))],
        lambda: Bid,
        lambda: Bid(Money(200), "x" * dice.choice([1, 10**6])),
        lambda: forged(Bid, amount=Money(200), why="\\ud800"),
    ])()

class Odd:
    name, description, version, params = "odd", "Odd.", "1", Params
    def decide(self, lot, now):
        return odd(int(lot.lot_id), now) if lot.title == "Drill" else Hold("fine")

@hookimpl
def register_strategies():
    return [Odd()]
'''


async def test_of_a_thousand_odd_answers_none_gets_past_the_guards(transitions, clock, records, redis, tmp_path):
    """
    What is not a proper answer is a hold; a proper one is a proposal, which the store refuses above the owner's limit.
    """
    house, nursery, file = House(transitions, clock, records), Nursery(), tmp_path / "odd.py"
    file.write_text(FUZZ, "utf-8")
    kinds, passed, host = Counter(), [], None
    for n in range(1000):
        if host is None or not host.alive:
            host = await nursery.host(plugin_at(file))
        try:
            decision = decision_of(await host.ask(Decide("odd", replace(LOT, lot_id=str(n), params=None), "", NOW), PATIENT_S))
        except HostError:
            decision = Hold("it fell")
        kinds[type(decision)] += 1
        if isinstance(decision, Bid):
            assert type(decision.amount.cents) is int
            await redis.flushall()
            ticket = await house.ready(cap=4000)
            if (await house.reserve(amount=decision.amount.cents, ticket=ticket)).ok:
                passed.append(decision.amount.cents)
    await host.end()
    await nursery.close()

    assert {Bid, Hold, Wait} == set(kinds)
    assert [] == [cents for cents in passed if not 1500 <= cents <= 4000 or cents % 100]
