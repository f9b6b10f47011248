"""Writes `.env.example`: every variable that the compose files hand on or use themselves, explained."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

ROOT = Path(__file__).resolve().parent.parent
MODULES = (
    "bidwright.runtime.settings", "bidwright.runtime.backup.settings", "bidwright.runtime.init", "bidwright_gateway.settings",
    "bidwright_nellis_proxy.settings", "bidwright_poller.settings", "bidwright_bidder.settings", "bidwright_notifier.settings",
)  # fmt: skip
COMPOSE = {
    "COMPOSE_FILE": ("compose.yml:compose.prod.yml", "Files that `docker compose` reads without being told: the hardened stack."),
    "BIDWRIGHT_PUBLISH": (
        "127.0.0.1",
        "Address of this machine that ports are published on; with another set BIDWRIGHT_ALLOWED_HOSTS.",
    ),
    "BIDWRIGHT_GATEWAY_PORTS": ("3000-3009", "Port of the gateway, or a range for several; else PORT. Not with compose.prod.yml."),
    "BIDWRIGHT_SIMULATOR_PORT": ("9900", "Port of the simulated site."),
    "BIDWRIGHT_PROMETHEUS_PORT": ("9090", "Port of Prometheus, with --profile observability."),
    "BIDWRIGHT_ALERTMANAGER_PORT": ("9093", "Port of Alertmanager, with --profile observability."),
    "BIDWRIGHT_GRAFANA_PORT": ("3001", "Port of Grafana, with --profile observability."),
    "BIDWRIGHT_METRICS_DAYS": ("30", "How long Prometheus keeps what it measured."),
    "BIDWRIGHT_ALERT_EMAIL": ("you@example.com", "Where Alertmanager sends alerts."),
    "BIDWRIGHT_ALERT_SMTP": ("mail.example.com:587", "Mail server that it sends by."),
    "BIDWRIGHT_ALERT_FROM": ("bidwright@example.com", "Sender of those mails."),
    "BIDWRIGHT_ALERT_USER": ("bidwright", "User at the mail server."),
    "BIDWRIGHT_ALERT_PASSWORD_FILE": ("/run/secrets/mail", "File in its container with the password."),
    "BIDWRIGHT_ALERT_WEBHOOK": ("https://example.com/hook", "Or an address that alerts are posted to."),
}
PROD = {
    "BIDWRIGHT_DOMAIN": ("bid.example.com", "Name that the page has; localhost unless set."),
    "BIDWRIGHT_TLS": (
        "you@example.com",
        "Where its certificate comes from: a mail address for Let's Encrypt, or `internal`.",
    ),
    "BIDWRIGHT_HTTPS_PORT": ("443", "Port with TLS."),
    "BIDWRIGHT_HTTP_PORT": ("80", "Port that leads to it; Let's Encrypt asks there."),
    "BIDWRIGHT_SECRETS": ("./secrets", "Folder that `make secrets` writes."),
    "BIDWRIGHT_IMAGES": ("ghcr.io/you/bidwright", "Where the images of a release are; without it those built here."),
    "BIDWRIGHT_VERSION": ("0.1.0", "Which release."),
    "BIDWRIGHT_CADDY_IMAGE": ("caddy:2.8-alpine", "Image of Caddy."),
}
PLUGINS = {
    "USE_SSE": ("true", "Live events of the site bring reads forward. Like each toggle it can be thrown live as well: docs/toggles.md."),
    "USE_POLLING_QUEUE": ("false", "Off: every lot each six seconds, within the request budget."),
    "USE_MINIMAL_POLLING": ("true", "The sparse polling plan."),
    "USE_CIRCUIT_BREAKER": ("false", "Off: a site that fails is not left alone."),
    "USE_SMART_BIDDING": ("true", "The strategy `smart`."),
    "USE_CHALLENGER": ("20%", "Share of lots that another strategy decides on, to compare."),
    "BIDWRIGHT_CHALLENGER": ("sniping", "That strategy."),
    "ENABLE_PERFORMANCE_METRICS": ("true", "Histograms of how long reads, looks and decisions take."),
    "ENABLE_DISTRIBUTED_TRACING": ("true", "Traces from the click to the site."),
    "BIDWRIGHT_DISK_FREE_MIB": ("512", "Less than this free means: not well."),
    "BIDWRIGHT_HOLD_ABOVE_RETAIL_PERCENT": ("80", "Bids above this share of the retail price are held back."),
    "BIDWRIGHT_JOURNAL_FILE": ("/tmp/journal.jsonl", "File that the plugin `journal` writes events to."),  # noqa: S108 - in the container
    "BIDWRIGHT_JOURNAL_MIB": ("16", "How large it may grow."),
}
_INSIDE = frozenset({"REDIS_URL", "NELLIS_PROXY_ADDR", "BIDDER_ADDR", "POLLER_ADDR", "BIDWRIGHT_PLUGINS_DIR",
    "BIDWRIGHT_GATEWAY_METRICS_PORT",
                     "BIDWRIGHT_SIMULATED", "BIDWRIGHT_URL"})  # fmt: skip
"""What the compose files settle themselves."""


def handed_on() -> set[str]:
    """Variables that compose.yml hands on to a service when they are set, but for what it settles itself."""
    found: set[str] = set()
    for service in yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"].values():
        given: dict[str, Any] = service.get("environment") or {}
        found |= {name for name in given if not name.startswith("GF_")}
    return found - _INSIDE


def used() -> set[str]:
    """Variables that the compose files put in themselves."""
    texts = [(ROOT / name).read_text("utf-8") for name in ("compose.yml", "compose.prod.yml", "tests/simulator/compose.yml")]
    return {name for text in texts for name in re.findall(r"\$\{([A-Z_]+)", text)} | set(re.findall(r"([A-Z_]+): ,", texts[1]))


def example() -> str:
    """The whole file."""
    rows = _settings()
    named = [*COMPOSE, *PROD, *PLUGINS]
    blocks = [
        "# Settings of the containers. Copy this file to .env, take the # away from what you change; what it is here is its default",
        "# or an example. Written by tools/docs from the settings themselves.",
        *_block("Compose: addresses and ports, and what watches", COMPOSE),
        *_block("The hardened stack (compose.prod.yml). Secrets are not here but in files: make secrets", PROD),
        *_block("Services", {name: rows[name] for name in sorted((handed_on() | used()) - {*named}) if name in rows}),
        *_block("Plugins and toggles", PLUGINS),
    ]
    return "\n".join(blocks) + "\n"


def _block(title: str, rows: dict[str, tuple[str, str]]) -> list[str]:
    lines = ["", "# " + "-" * 100, f"# {title}"]
    for name, (value, says) in rows.items():
        lines += ["", f"# {says}", f"#{name}={value}"]
    return lines


def _settings() -> dict[str, tuple[str, str]]:
    """Default and sentence of every setting, by its variable."""
    rows: dict[str, tuple[str, str]] = {}
    for module in MODULES:
        for name, field in settings_of(module):
            value = field.default
            value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
            text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
            rows.setdefault(name, (text, field.description or ""))
    return rows


def settings_of(module: str) -> Iterator[tuple[str, FieldInfo]]:
    """Variables that the settings classes of *module* read."""
    for thing in vars(importlib.import_module(module)).values():
        if isinstance(thing, type) and issubclass(thing, BaseSettings) and thing.__module__ == module:
            for field in thing.model_fields.values():
                yield str(field.validation_alias), field
