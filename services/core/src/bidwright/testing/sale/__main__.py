"""
`python -m bidwright.testing.sale`: runs a sale and writes JSON lines, for programs; `bidwright simulate` is its human face.

Each line is one object: ``{"progress": {"strategy", "closed", "lots"}}`` as lots close, then ``{"result": …}``, or ``{"error": "…"}``
in place of it. Exit codes: 0 done, 2 wrong command line, 78 the simulated site is not installed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from bidwright.errors import BadInput, SetupError
from bidwright.testing.sale import MIXES, contestants, mix, run_sale

_USAGE, _SETUP = 2, 78
_STEPS = 100


def main(arguments: list[str] | None = None) -> int:
    """Run the sale that *arguments* ask for and give the exit code."""
    given = _options().parse_args(arguments)
    lines = sys.stdout

    def write(what: dict[str, Any]) -> None:
        lines.write(json.dumps(what) + "\n")
        lines.flush()

    def progress(strategy: str, closed: int) -> None:
        if closed == given.lots or closed % max(1, given.lots // _STEPS) == 0:
            write({"progress": {"strategy": strategy, "closed": closed, "lots": given.lots}})

    random.seed(given.seed)  # a strategy that throws dice throws the same ones each time
    try:
        with redirect_stdout(sys.stderr):  # what a plugin prints is no line of ours
            chosen = contestants(given.strategy, dropins=given.plugins_dir)
            results = run_sale(chosen, lots=given.lots, seed=given.seed, rivals=mix(given.rivals), progress=progress)
    except BadInput as error:
        write({"error": str(error)})
        return _USAGE
    except SetupError as error:
        write({"error": str(error)})
        return _SETUP
    told = [result.document(results) for result in results]
    write({"result": {"seed": given.seed, "lots": given.lots, "rivals": given.rivals, "strategies": told}})
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bidwright.testing.sale", description="Try strategies on a simulated sale.")
    parser.add_argument("--strategy", action="append", default=[], help="may be given several times; all there are when left out")
    parser.add_argument("--lots", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rivals", default="usual", help=f"{', '.join(MIXES)}, or kinds with commas between them")
    parser.add_argument("--plugins-dir", type=Path, default=None, help="a folder of drop-in plugins, or one file")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
