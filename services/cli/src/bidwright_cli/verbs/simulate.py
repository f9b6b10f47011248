"""`bidwright simulate`: strategies tried on a simulated sale, which runs as a program of its own and tells us in JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Self

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.progress import console
from bidwright_cli.verbs.options import Json

_SALE = "bidwright.testing.sale"
_SIDE_BY_SIDE = 4
"""So many strategies fit into 80 columns."""


def simulate(
    strategy: Annotated[list[str] | None, typer.Option(help="A strategy to try; may be given several times. Else all there are.")] = None,
    *,
    lots: Annotated[int, typer.Option(help="How many lots each strategy bids on.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sale, to the byte.")] = 1,
    rivals: Annotated[
        str,
        typer.Option(help="Who bids against it: usual, snipers, proxies, steppers, wars or quiet; or kinds, such as sniper,sniper,proxy."),
    ] = "usual",
    plugins_dir: Annotated[
        str, typer.Option("--plugins-dir", help="A folder of drop-in plugins, or one file, to try as well.", show_default=False)
    ] = "",
    as_json: Json = False,
) -> None:
    """Try strategies on a simulated sale, in seconds and without anything running: each on the same lots, rivals and limits."""
    options = [*(f"--strategy={name}" for name in strategy or ()), f"--lots={lots}", f"--seed={seed}", f"--rivals={rivals}"]
    if plugins_dir:
        options.append(f"--plugins-dir={plugins_dir}")
    if as_json:
        output.document({"success": True} | _run(options, lambda _step: None))
        return
    with _Shown() as shown:
        result = _run(options, shown.step)
    _print(result)


class _Shown:
    """A bar for each strategy on a terminal, else a line when its sale is over."""

    def __init__(self) -> None:
        out = console()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("lots closed"), TimeElapsedColumn())
        self._bars = Progress(*columns, console=out, transient=True) if out.is_terminal else None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    def step(self, told: dict[str, Any]) -> None:
        name, closed, lots = told["strategy"], told["closed"], told["lots"]
        if self._bars:
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(name, total=lots)
            self._bars.update(self._tasks[name], completed=closed)
        elif closed == lots:
            output.line(f"{name}: {lots} of {lots} lots have closed")
            sys.stdout.flush()


def _run(options: Sequence[str], step: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Run the sale and give its result. Raises Stop with its sentence when it gives none."""
    command = [sys.executable, "-P", "-m", _SALE, *options]
    environment = os.environ | {"PYTHONHASHSEED": "0"}  # the order of a plugin's sets repeats as well
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as sale:
        try:
            for told in _lines(sale):
                if "progress" in told:
                    step(told["progress"])
                elif "result" in told:
                    result: dict[str, Any] = told["result"]
                    return result
                else:
                    raise Stop(Exit.SETUP if sale.wait() == Exit.SETUP else Exit.USAGE, told["error"])
        finally:
            sale.kill()
    raise Stop(Exit.REFUSED, "The sale broke off without a result.")


def _lines(sale: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    for line in sale.stdout or ():
        yield json.loads(line)


def _print(result: dict[str, Any]) -> None:
    found: list[dict[str, Any]] = result["strategies"]
    sale = f"A simulated sale of {result['lots']} lots, seed {result['seed']}, rivals {result['rivals']}"
    output.line(f"{sale}: the same lots, rivals and limits for each strategy.")
    for first in range(0, len(found), _SIDE_BY_SIDE):
        some = found[first : first + _SIDE_BY_SIDE]
        cells = [_figures(one) for one in some]
        output.line("")
        output.table(["", *(one["strategy"] for one in some)], [[name, *(one[name] for one in cells)] for name in cells[0]])
    _print_differences(found)
    output.line("")
    output.line("Surplus is value minus all-in price; a lot's value is taken to be the all-in price of its limit.", wrap=True)
    for one in found:
        for why in one["failures"]:
            output.line(f"{one['strategy']} failed: {why}", wrap=True)


def _print_differences(found: list[dict[str, Any]]) -> None:
    """A line for each two strategies, the one that had more surplus first."""
    rows = []
    for one in found:
        for other in one["against"]:
            more, interval = other["perLotCents"], other["intervalCents"]
            if more > 0 or (more == 0 and one["strategy"] < other["strategy"]):
                cells = [_dollars(more), f"{_dollars(interval[0])} .. {_dollars(interval[1])}" if interval else "-"]
                rows.append([f"{one['strategy']} - {other['strategy']}", *cells])
    if rows:
        output.line("")
        output.table(["difference, lot by lot", "surplus per lot", "95 % interval"], rows)


def _figures(one: dict[str, Any]) -> dict[str, str]:
    interval, percent = one["surplusPerLotIntervalCents"], one["paidPercentOfCap"]
    war = round(one["longestWarS"])
    return {
        "won": str(one["won"]),
        "lost": str(one["lost"]),
        "bids sent": str(one["bidsSent"]),
        "refused by the site": str(one["bidsRefused"]),
        "held by a guard": str(sum(one["held"].values())),
        "failed answers": str(one["failed"]),
        "spent, hammer": _dollars(one["hammerCents"]),
        "spent, all-in": _dollars(one["allInCents"]),
        "surplus": _dollars(one["surplusCents"]),
        "surplus per lot": _dollars(one["surplusPerLotCents"]),
        "  95 % interval": f"{_dollars(interval[0])} .. {_dollars(interval[1])}" if interval else "-",
        "paid, of the limit": f"{percent:.1f} %" if percent is not None else "-",
        "longest war": f"{war // 60}m {war % 60:02}s",
    }


def _dollars(cents: float) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) / 100:,.2f}"
