"""Running a sale: the lots' bidders take turns on a clock moved by hand."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bidwright import Money
from bidwright.clock import from_ms
from bidwright.errors import BadInput, SetupError
from bidwright.testing.clock import HandClock
from bidwright.testing.sale.bidder import Latency, LotBidder
from bidwright.testing.sale.lots import Caps, Wanted, open_lots
from bidwright.testing.sale.offered import Contestant
from bidwright.testing.sale.result import Ending, Result, summary
from bidwright.testing.sale.rivals import USUAL, Mix
from bidwright.testing.sale.tally import Tally

if TYPE_CHECKING:
    from bidwright_simulator.site import Site

MOST_LOTS = 10_000
Progress = Callable[[str, int], None]
"""Told a strategy's name and how many of its lots have closed."""


def _no_progress(_name: str, _closed: int) -> None:
    pass


def run_sale(
    strategies: Sequence[Contestant],
    *,
    lots: int = 200,
    seed: int = 1,
    caps: Caps | None = None,
    rivals: Mix = USUAL,
    latency: Latency | None = None,
    progress: Progress = _no_progress,
) -> list[Result]:
    """
    Let each of *strategies* bid in a sale of its own: the same lots, rivals, caps and delays for all. Results in the same order.

    Raises BadInput when there is nothing to sell, nobody to bid, or no such kind of *rivals*; SetupError when the simulated site is
    not installed.
    """
    if not 1 <= lots <= MOST_LOTS:
        raise BadInput(f"A sale has 1 to {MOST_LOTS} lots, not {lots}.", "lots")
    if not strategies:
        raise BadInput("There is no strategy to try: none is installed.", "strategy")
    return [_one(contestant, lots, seed, caps or Caps(), rivals, latency or Latency(), progress) for contestant in strategies]


def _one(contestant: Contestant, count: int, seed: int, caps: Caps, rivals: Mix, latency: Latency, progress: Progress) -> Result:
    clock = HandClock()
    site = _site(clock, seed)
    wanted = open_lots(site, count=count, seed=seed, caps=caps, rivals=rivals)
    tally = Tally()
    bidders = [LotBidder(contestant, want, site=site, latency=latency, seed=seed, tally=tally) for want in wanted]
    running = [(bidder, bidder.steps()) for bidder in bidders]
    due = [(site.now(), number) for number in range(count)]
    closed = 0
    while due:
        at, number = heapq.heappop(due)
        clock.move_to(from_ms(at))
        site.advance()
        again = next(running[number][1], None)
        if again is None:
            closed += 1
            progress(contestant.name, closed)
        else:
            heapq.heappush(due, (again, number))
    endings = [_ending(site, want, bidder) for want, bidder in zip(wanted, bidders, strict=True)]
    return Result(
        strategy=contestant.name,
        plugin=contestant.plugin,
        version=contestant.strategy.version,
        asked=tally.asked,
        bids_refused=tally.refused,
        held=tally.held,
        failed=tally.failed,
        failures=tally.failures,
        **summary(endings),
    )


def _ending(site: Site, wanted: Wanted, bidder: LotBidder) -> Ending:
    lot = wanted.lot
    hammer = Money.whole(lot.price) if lot.leader == site.demo_user else None
    all_in = wanted.rates.all_in(hammer) if hammer else Money(0)
    return Ending(wanted.cap, wanted.value, hammer, all_in, bidder.bids, bidder.war_s)


def _site(clock: HandClock, seed: int) -> Site:
    try:
        from bidwright_simulator.site import Site  # noqa: PLC0415 - the simulator is no dependency of the library
    except ModuleNotFoundError as error:
        raise SetupError("The simulated site is not installed here: install the package bidwright-simulator.") from error
    return Site(clock, seed=str(seed))
