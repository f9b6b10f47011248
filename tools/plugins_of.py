"""Prints the plugins that compose.yml puts into a service's image: `python3 tools/plugins_of.py bidder`. Needs nothing but Python."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def plugins_of(service: str) -> str:
    """Names with spaces between; empty for a service without any. Raises SystemExit for a service that compose.yml does not build."""
    found = re.search(rf"args: \{{SERVICE: {re.escape(service)}(?:, PLUGINS: ([^}}]*))?\}}", (ROOT / "compose.yml").read_text("utf-8"))
    if found is None:
        raise SystemExit(f"compose.yml builds no {service}")
    return (found[1] or "").strip()


if __name__ == "__main__":
    print(plugins_of(sys.argv[1]))
