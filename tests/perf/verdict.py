"""What the site's own record of an evening says: who was served how well, by how many requests, and how few would have done."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain as joined
from itertools import pairwise
from math import inf
from typing import Any

from evening import FIRST_S, Evening, Story, following, newest
from kit import percentile
from stabbing import Steps, Window, apart, chain, stabs, waits

from bidwright import Glance
from bidwright.records import LotRecord
from bidwright_nellis_proxy.gate import Rate
from bidwright_poller.ways import MOST
from bidwright_schedule_default import Default

_FROM_S = FIRST_S - 300
"""What was asked before belongs to the first reads of everything."""
_JITTER = 1.1
"""A pause may be so many times as long as its plan says."""
_LEFT_ALONE_S = 1.0
"""So long before its close a lot that is only watched is left alone by plan."""
_DECIDES_S = 2.0
"""A bid in the last minute needs a read no older than this."""
_TOLD_S = 60.0
"""An end that was not told by then was not told."""
DECISIONS, ENDS, PRICES = "decisions, lots of ours", "ends", "prices"
_PERCENTS = (50, 95, 99, 100)


class Verdict:
    """
    Judges one evening from 300 s before the first close to *until_s*. *bare*: there were pages only; *live*: there were live events.
    """

    def __init__(self, evening: Evening, records: Mapping[str, LotRecord], *, bare: bool, live: bool, until_s: float = inf) -> None:
        self._evening, self._records, self._bare = evening, records, bare
        self._steps = {armed: allowed(armed=armed, live=live) for armed in (False, True)}
        self._until_s = until_s
        self._since = [one for one in evening.asked if _FROM_S <= one.t <= until_s]
        self._closes = {number: close for number in evening.lots if (close := evening.close_s(number)) + _TOLD_S <= until_s}

    def rows(self) -> list[dict[str, Any]]:
        """The requests that were made beside the fewest that would have done. Bids are in neither."""
        used, least = self._used(), self.needed()
        used["all"], least["all"] = used.total(), sum(least.values())
        return [
            {"for": name, "requests": used[name], "at least": number, "ratio": round(used[name] / max(1, number), 2)}
            for name, number in least.items()
        ]

    def needed(self) -> dict[str, int]:
        """
        The fewest requests for the same bids, an end told by one page, and prices never older than the plan allows.

        No request serves two of the three: a decision needs a page of its lot within two seconds before it (later ones on a lot may share
        the account's list), an end a page after the close, as lists carry open lots only; prices are counted until such a page may serve.
        """
        stories = self._evening.stories
        bids = [[at for at in story.bids if at <= self._until_s] for story in stories.values()]
        answers = [  # what was read before the last bid decides nothing
            apart((max(before, at - _DECIDES_S), at) for before, at in pairwise(times)) for times in bids
        ]
        windows = joined.from_iterable(self._price_windows(number, story) for number, story in stories.items())
        return {
            DECISIONS: sum(map(bool, bids)) + stabs(joined.from_iterable(answers), 1 if self._bare else inf),
            ENDS: len(self._closes),
            PRICES: stabs(windows, 1 if self._bare else MOST),
        }

    def _price_windows(self, number: str, story: Story) -> Iterator[Window]:
        first, close = newest(story.reads, _FROM_S), self._evening.close_s(number)
        if first is None:
            return
        last = min([close - _LEFT_ALONE_S, self._until_s, *(at - _DECIDES_S for at in story.bids[:1])])
        for begin, end in chain(first, last, close, self._steps[story.armed]):
            if end > _FROM_S:
                yield max(begin, _FROM_S), end

    def _used(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for one in self._since:
            ours = one.kind == "list" or (one.kind == "page" and one.why != "poll")
            found[ENDS if one.ended or one.kind == "connect" else DECISIONS if ours else PRICES] += one.kind != "bid"
        return found

    def requests(self) -> dict[str, Any]:
        """What was asked for, and how densely."""
        seats = [one.lots for one in self._since if one.kind == "batch"]
        times = sorted(one.t for one in self._evening.asked)
        most = first = 0
        for n, t in enumerate(times):
            while t - times[first] >= 1:
                first += 1
            most = max(most, n + 1 - first)
        words = Counter(f"{one.kind}, {one.why}{', ended' * one.ended}" for one in self._since)
        return {
            "requests by kind": dict(sorted(words.items())),
            "lots told by a batch": round(sum(seats) / len(seats), 1) if seats else "-",
            "most requests in one second": most,
        }

    def ends(self, rate: Rate) -> dict[str, Any]:
        """How late ends were told, and how late at best if nothing but one page for each of them went through the gate."""
        told = {number: record.ended_at for number, record in self._records.items() if record.final}
        late = [(told[number] - self._evening.began_ms) / 1000 - close for number, close in self._closes.items() if number in told]
        return {
            "closes": len(self._closes),
            "closes not told": len(self._closes) - len(late),
            "ends told before the close": sum(one < 0 for one in late),
            "end told after the close, s": _spread(late),
            "the same at best, s": _spread(waits(self._closes.values(), rate.interval_us / 1_000_000, rate.burst)),
        }

    def decisions(self, caps: Mapping[str, int]) -> dict[str, Any]:
        """How old what was known was when a bid arrived; *caps* are the limits in cents of armed lots."""
        stories, lots = self._evening.stories, self._evening.lots
        ages = [at - read for story in stories.values() for at in story.bids if (read := newest(story.full, at)) is not None]
        missed = [
            number
            for number, cap in caps.items()
            if number in self._closes and lots[number].price * 100 + 100 <= cap and not stories[number].bids
        ]
        return {
            "armed": len(caps),
            "bids": len(ages),
            "armed, below the limit, no bid": missed,
            "age of the newest read when a bid arrives, s": _spread(ages),
        }

    def prices(self) -> dict[str, Any]:
        """How old the prices are that are shown, over time and lots, and how long one that has changed is shown as it was."""
        ages: list[Window] = []
        lags: list[float] = []
        late_s = all_s = 0.0
        for number, story in self._evening.stories.items():
            close = self._evening.close_s(number)
            for read, later in pairwise([*story.reads, inf]):
                begin, end = max(read, _FROM_S), min(later, close, self._until_s)
                if begin < end:
                    ages.append((begin - read, end - read))
                    all_s += end - begin
                    may_s = next((pause for beyond, pause in self._steps[story.armed] if close - read > beyond), inf)
                    late_s += max(0.0, end - max(begin, read + may_s)) if read + may_s < close - _LEFT_ALONE_S else 0.0
            lags += [read - at for at in story.changes if at >= _FROM_S and (read := following(story.reads, at)) is not None]
        return {
            "age of a shown price, s": {f"p{percent}": round(_age(ages, percent), 1) for percent in _PERCENTS[:3]},
            "share of the time that it is older than planned": f"{late_s / all_s:.1%}",
            "a changed price read after, s": _spread(lags),
        }


def allowed(*, armed: bool, live: bool, within_s: int = 36 * 3600) -> Steps:
    """
    How old the price of a lot may grow by the schedule's own plan, jitter included.

    With live events that of a lot whose events arrive: whoever chooses what to listen to may choose any lot.
    """

    def pause(left: int) -> float:
        return Default().next_look(Glance(to_close=timedelta(seconds=left), armed=armed, live=live)).total_seconds() * _JITTER

    pauses = [(left, pause(left)) for left in range(within_s, 0, -1)]
    steps = [(float(nearer), before) for (_, before), (nearer, after) in pairwise(pauses) if after != before]
    return [*steps, (0.0, pauses[-1][1])]


def _age(stretches: list[Window], percent: float) -> float:
    """The age below which a price is for *percent* of the time: in each stretch it goes from one age to another."""
    total = sum(end - begin for begin, end in stretches) * percent / 100
    passed, under_way, before = 0.0, 0, 0.0
    for age, step in sorted([*((begin, 1) for begin, _ in stretches), *((end, -1) for _, end in stretches)]):
        if under_way and passed + under_way * (age - before) >= total:
            return before + (total - passed) / under_way
        passed += under_way * (age - before)
        under_way, before = under_way + step, age
    return before


def _spread(values: list[float]) -> dict[str, float]:
    return {f"p{percent}" if percent < 100 else "max": round(percentile(values, percent), 2) for percent in _PERCENTS} if values else {}
