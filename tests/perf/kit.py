"""What every bench here needs: percentiles, a process's weight and work, a table, a result file."""

import json
import os
import platform
import random
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bidwright.runtime.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench/results"
sys.path.insert(0, str(ROOT / "tests/e2e"))
from contract_client import clean_environment, start  # noqa: E402, F401 - lies beside the test that uses it

_PACKAGES = ("fastapi", "uvicorn", "uvloop", "redis", "httpx", "pluggy", "pybreaker", "prometheus-client", "grpcio", "websockets")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_TIMES_AFTER_NAME = 11  # utime and stime are fields 14 and 15 of /proc/<pid>/stat; the name may contain blanks and ends at ")"


def percentile(values: list[float], percent: float) -> float:
    """The value that *percent* of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def cpu_s(pid: int) -> float:
    """Processor seconds that the process *pid* has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[_TIMES_AFTER_NAME : _TIMES_AFTER_NAME + 2])) / _TICKS_PER_S


def memory_kb(pid: int) -> dict[str, int]:
    """What the process *pid* occupies: ``Rss``, and ``Pss``, which counts shared pages in part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    wanted = (line.split() for line in lines if line.startswith(("Rss:", "Pss:")))
    return {words[0].rstrip(":"): int(words[1]) for words in wanted}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """A real Valkey of our own for as long as the block lasts."""
    made = Engine(folder)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def dice(seed: int) -> random.Random:
    """Chances that fall the same way in every run."""
    return random.Random(seed)


def machine() -> dict[str, Any]:
    """What a figure was measured on and with."""
    info = Path("/proc/cpuinfo").read_text("utf-8")
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "memory GiB": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
        "kernel": platform.release().partition("-")[0],
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def told(name: str, options: Mapping[str, Any], rows: list[dict[str, Any]], **rest: Any) -> None:
    """Print *rows* as a table and what else was found, and keep all of it in ``bench/results/<name>.json``."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(
        json.dumps({"options": dict(options), "machine": machine(), "rows": rows, **rest}, indent=1) + "\n"
    )
    heads = list(rows[0])
    cells = [heads, *([str(row[head]) for head in heads] for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(heads))]
    table = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    more = [f"  {key:<40} {value}" for key, value in rest.items()]
    sys.stdout.write("\n".join([name, *table, *more]) + "\n\n")
