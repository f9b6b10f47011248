"""Writes Grafana's dashboards from observability/grafana/panels.py."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "observability/grafana"
_ACROSS, _HIGH = 24, {"stat": 4, "timeseries": 8}
_SOURCE = {"type": "prometheus", "uid": "bidwright"}


def dashboard(board: Any) -> dict[str, Any]:
    """One dashboard as Grafana stores it: panels from left to right, row by row."""
    panels, x, y, row = [], 0, 0, 0
    for number, panel in enumerate(board.panels, 1):
        high = _HIGH[panel.kind]
        if x + panel.wide > _ACROSS or (row and high != row):
            x, y, row = 0, y + row, 0
        panels.append(_panel(number, panel, {"x": x, "y": y, "w": panel.wide, "h": high}))
        x, row = x + panel.wide, high
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.says,
        "tags": ["bidwright"],
        "timezone": "browser",
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "schemaVersion": 39,
        "version": 1,
        "links": [{"type": "dashboards", "tags": ["bidwright"], "title": "Bidwright", "asDropdown": False, "keepTime": True}],
        "panels": panels,
    }


def _panel(number: int, panel: Any, place: dict[str, int]) -> dict[str, Any]:
    asks = [
        {"refId": chr(65 + i), "datasource": _SOURCE, "expr": expr, "legendFormat": legend or "__auto", "instant": panel.kind == "stat"}
        for i, (expr, legend) in enumerate(panel.asks.items())
    ]
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red_above is not None:
        steps.append({"color": "red", "value": panel.red_above})
    if panel.red_below is not None:
        steps = [{"color": "red", "value": None}, {"color": "green", "value": panel.red_below}]
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.says,
        "gridPos": place,
        "datasource": _SOURCE,
        "targets": asks,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}, "overrides": []},
    }


def main(*, check: bool) -> int:
    """Write the files anew, or with *check* only say whether one would change."""
    stale = 0
    for board in runpy.run_path(str(FOLDER / "panels.py"), run_name="panels")["BOARDS"]:
        file = FOLDER / "dashboards" / f"{board.uid.removeprefix('bidwright-')}.json"
        text = json.dumps(dashboard(board), indent=1) + "\n"
        if check and (not file.exists() or file.read_text("utf-8") != text):
            sys.stderr.write(f"{file.relative_to(ROOT)} is out of date; run tools/dashboards\n")
            stale = 1
        elif not check:
            file.write_text(text, "utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
