"""Writes the tables that are generated: settings, commands, metrics, events of the log and alerts, each from where it is declared."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

sys.path.insert(0, str(Path(__file__).parent))
import env_file
import events
import metrics

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {
    "every service": "bidwright.runtime.settings",
    "gateway": "bidwright_gateway.settings",
    "poller": "bidwright_poller.settings",
    "nellis-proxy": "bidwright_nellis_proxy.settings",
    "bidder": "bidwright_bidder.settings",
    "notifier": "bidwright_notifier.settings",
    "backups": "bidwright.runtime.backup.settings",
    "bidwright up": "bidwright_cli.settings",
    "compose's init": "bidwright.runtime.init",
}


def settings_table() -> str:
    """One row per variable: its default, what it means, who reads it."""
    rows: dict[str, tuple[str, str, list[str]]] = {}
    for who, name in SETTINGS.items():
        module = importlib.import_module(name)
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, BaseSettings) and thing.__module__ == name:
                for variable, field in _fields(thing):
                    row = rows.setdefault(variable, (_default(field), field.description or "", []))
                    if who not in row[2] and "every service" not in row[2]:
                        row[2].append(who)
    lines = ["| Variable | Default | Meaning | Read by |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {default} | {meaning} | {', '.join(who)} |" for name, (default, meaning, who) in sorted(rows.items())]
    return "\n".join(lines)


def _fields(settings: type[BaseSettings]) -> list[tuple[str, FieldInfo]]:
    return [(field.validation_alias, field) for field in settings.model_fields.values() if isinstance(field.validation_alias, str)]


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None or str(value) == "" or ("Secret" in type(value).__name__ and not value.get_secret_value()):
        return "unset"
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def targets_table() -> str:
    """One row per make target."""
    found = re.findall(r"^([a-z0-9-]+):.*## (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    return "\n".join(["| Command | Does |", "|---|---|", *(f"| `make {name}` | {does} |" for name, does in found)])


def alerts_table() -> str:
    """One row per alert, with its severity and what to do."""
    rules = yaml.safe_load((ROOT / "observability/prometheus/rules/alerts.yml").read_text("utf-8"))
    lines = ["| Alert | Severity | After | Says |", "|---|---|---|---|"]
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        name, after, says = rule["alert"], rule.get("for", "at once"), rule["annotations"]["summary"]
        says = re.sub(r"\{\{[^}]*\$labels\.(\w+)[^}]*\}\}", r"*\1*", re.sub(r"\{\{ \$value[^}]*\}\}", "…", says))
        lines.append(f"| [{name}](#{name.lower()}) | {rule['labels']['severity']} | {after} | {says} |")
    return "\n".join(lines)


FILES = {".env.example": env_file.example}
"""Files that are written as a whole."""
PAGES = {
    "README.md": {"settings": settings_table, "targets": targets_table},
    "docs/metrics.md": {"metrics": metrics.our_metrics, "known-metrics": metrics.known_metrics},
    "docs/logs.md": {"events": events.catalogue},
    "docs/runbooks.md": {"alerts": alerts_table},
}


def main(*, check: bool) -> int:
    """Write the pages anew, or with *check* only say whether one would change."""
    stale = 0
    for file, tables in PAGES.items():
        page = ROOT / file
        old = new = page.read_text("utf-8")
        for name, table in tables.items():
            begin, end = f"<!-- {name}: written by tools/docs -->", f"<!-- /{name} -->"
            if begin not in new:
                raise SystemExit(f"{file} has no place for the table {name!r}: {begin} … {end}")
            pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
            new = pattern.sub(lambda _m, b=begin, t=table, e=end: f"{b}\n{t()}\n{e}", new)  # type: ignore[misc]
        if check and old != new:
            sys.stderr.write(f"{file} is out of date; run tools/docs\n")
            stale = 1
        elif not check:
            page.write_text(new, "utf-8")
    for file, write in FILES.items():
        page = ROOT / file
        text = write()
        if not check:
            page.write_text(text, "utf-8")
        elif not page.exists() or page.read_text("utf-8") != text:
            sys.stderr.write(f"{file} is out of date; run tools/docs\n")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
