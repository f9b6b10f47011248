"""What `bidwright doctor` looks at: answers of the API and files on this machine, each as one line with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from bidwright_cli.folder import Folder

State = Literal["ok", "warn", "fail"]
PARTS = ("gateway", "nellis-proxy", "poller", "bidder")
_SILENT_MS = 15_000
_EXACT_MS = 300
_NEARLY = 0.9
_POLITE = 2
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_BACKUP_OLD_S = 2 * 24 * 3600
_NEEDED = ("gateway", "nellis-proxy", "poller", "bidder", "redis", "epoch", "bidding", "session", "format")
"""What must be well for a bid to be made now."""
_DISK: dict[str, State] = {"healthy": "ok", "degraded": "warn"}


@dataclass(frozen=True)
class Check:
    """
    One line of the doctor's: *sentence* says what is, and what to do unless it is ok.
    """

    name: str
    state: State
    sentence: str


@dataclass(frozen=True)
class Answers:
    """
    What the API said, by what was asked; each empty when that could not be had.
    """

    status: dict[str, Any]
    health: dict[str, Any]
    site: dict[str, Any]
    budgets: list[dict[str, Any]]
    strategies: dict[str, Any]


def of(found: Answers, *, epoch: str = "", now_s: float = 0) -> Iterator[Check]:
    """Everything that the API tells, and first whether a bid could be made now. *epoch*: the store that the data folder remembers."""
    checks = [*_all(found, epoch, now_s)]
    yield _verdict(checks, found.status.get("service") or {})
    yield from checks


def _all(found: Answers, epoch: str, now_s: float) -> Iterator[Check]:
    service = found.status.get("service") or {}
    live = service.get("mode") == "live"
    yield from _services(found.status.get("services") or [])
    yield _store(found.status, live=live)
    yield _epoch(found.status.get("store") or {}, epoch)
    yield _backup(found.status.get("backup") or {}, now_s)
    yield _versions(found.status.get("services") or [])
    yield _disk((found.health.get("checks") or {}).get("diskSpace") or {})
    yield _mode(service)
    yield from _site(found.site, live=live)
    yield from _budgets(found.budgets, live=live)
    yield from _plugins(found.strategies)


def _verdict(checks: list[Check], service: dict[str, Any]) -> Check:
    ill = [check for check in checks if check.name in _NEEDED and check.state != "ok"]
    if service.get("mode") != "live":  # paper needs no session
        ill = [check for check in ill if check.name != "session" or check.state == "fail"]
    if ill:
        names = ", ".join(dict.fromkeys(check.name for check in ill))
        return Check("can bid", "fail" if any(check.state == "fail" for check in ill) else "warn", f"Not now: {names}; see below.")
    real = service.get("mode") == "live"
    return Check("can bid", "ok", "Yes: armed lots are bid on." if real else "Yes, on paper: dry run. `bidwright mode live` makes it real.")


def _epoch(storage: dict[str, Any], known: str) -> Check:
    epoch = storage.get("epoch")
    if not epoch:
        return Check("epoch", "fail", "The store was not made ready, so nothing is bid. Start Bidwright again; with a backup, restore it.")
    if known and known != epoch:
        return Check("epoch", "fail", "The store is not the one that this data folder knows. Look what stands on the site, then resume.")
    if storage.get("restored"):
        return Check("epoch", "warn", "It was restored from a backup: every lot is read first, then `bidwright resume` lets it go on.")
    return Check("epoch", "ok", f"The store is the one it was, with data of version {storage.get('schema')}.")


def _backup(word: dict[str, Any], now_s: float) -> Check:
    at = word.get("at")
    if word.get("why"):
        return Check("backup", "warn", f"The last one could not be made: {str(word['why']).rstrip('.')}.")
    if at is None:
        return Check("backup", "warn", "None was made yet. `bidwright backup` makes one.")
    hours = max(0.0, now_s - at / 1000) / 3600
    if hours * 3600 > _BACKUP_OLD_S:
        return Check("backup", "warn", f"The last one is {hours / 24:.0f} days old. `bidwright backup` makes one.")
    return Check("backup", "ok", f"Made {hours:.0f} hours ago." if hours >= 1 else "Made within the hour.")


def _versions(entries: list[dict[str, Any]]) -> Check:
    by_release: dict[str, set[str]] = {}
    for entry in entries:
        by_release.setdefault(str(entry.get("release") or "an earlier one"), set()).add(entry["service"])
    if len(by_release) > 1:
        words = "; ".join(f"{release}: {', '.join(sorted(names))}" for release, names in sorted(by_release.items()))
        return Check("versions", "warn", f"Not all are of one version ({words}). Start the older ones again.")
    return Check("versions", "ok", f"All are of version {next(iter(by_release), 'unknown')}.")


def _services(entries: list[dict[str, Any]]) -> Iterator[Check]:
    for part in PARTS:
        ours = [entry for entry in entries if entry["service"] == part]
        silent = min((int(entry.get("silentMs") or 0) for entry in ours), default=0)
        if not ours:
            yield Check(part, "fail", "It is not there. Start it, and look at its log.")
        elif silent > _SILENT_MS:
            yield Check(part, "fail", f"It is there but has done nothing for {silent // 1000} s. Look at its log, start it again.")
        else:
            yield Check(part, "ok", f"There ({len(ours)} running)." if len(ours) > 1 else "There.")


def _store(status: dict[str, Any], *, live: bool) -> Check:
    if not (status.get("storage") or {}).get("connected"):
        return Check("redis", "fail", "It does not answer, so nothing changes and nothing is bid. Start it; all goes on by itself.")
    if complaints := status.get("storeComplaints"):
        return Check("redis", "fail" if live else "warn", ". ".join(complaints) + ".")
    return Check("redis", "ok", "Every change is on disk before it is answered.")


def _disk(check: dict[str, Any]) -> Check:
    if not check:
        return Check("disk", "warn", "How full the disk is could not be asked.")
    return Check("disk", _DISK.get(str(check["status"]), "fail"), str(check["message"]).rstrip(".") + ".")


def _mode(service: dict[str, Any]) -> Check:
    if service.get("halted"):
        why = f" ({service['haltedWhy']})" if service.get("haltedWhy") else ""
        return Check("bidding", "warn", f"Everything is stopped{why}. `bidwright resume` lets it go on.")
    return Check("bidding", "ok", "Live: armed lots are bid on." if service.get("mode") == "live" else "Dry run: nothing real is bid.")


def _site(found: dict[str, Any], *, live: bool) -> Iterator[Check]:
    seen = found.get("status")
    grave: State = "fail" if live else "warn"
    if not seen:
        yield Check("site", "fail", str(found.get("error") or "nellis-proxy does not answer; start it."))
        return
    if seen.get("blockedUntil"):
        yield Check("site", "warn", f"It asked to be left alone until {seen['blockedUntil']}.")
    elif seen.get("lastWay"):
        yield Check("site", "ok", f"It answers, read by {seen['lastWay']}.")
    else:
        yield Check("site", "warn", "No lot was read since nellis-proxy started. Watch one, or run `bidwright doctor --site`.")
    yield _rate(seen, real=bool((found.get("site") or {}).get("real")))
    session = seen.get("session")
    yield (
        Check("session", "ok", "Logged in.")
        if session == "ok"
        else Check(
            "session",
            grave,
            f"It is {session or 'missing'}: log in to the site and sync it from the extension; until then no real bid is made.",
        )
    )
    yield _clock(seen)
    breaker = seen.get("breaker")
    yield (
        Check("breaker", "ok", "Closed.")
        if breaker == "closed"
        else Check("breaker", "warn", f"It is {breaker}: the site failed and is left alone for a moment; it is tried again by itself.")
    )
    yield (
        Check("format", "ok", "The site's pages are understood.")
        if seen.get("format") == "ok"
        else Check("format", grave, f"The site's pages are not understood: {seen.get('formatWhy')} No real bid is made until they are.")
    )
    yield from _probed(found)


def _rate(seen: dict[str, Any], *, real: bool) -> Check:
    rate = float(seen.get("requestsPerSecond") or 0)
    if real and rate > _POLITE:
        return Check("rate", "warn", f"{rate:g} requests a second at most; the real site is asked {_POLITE} a second by default.")
    return Check("rate", "ok", f"{rate:g} requests a second at most, over all replicas.")


def _clock(seen: dict[str, Any]) -> Check:
    width = seen.get("clockWidthMs")
    if width is None:
        return Check("clock", "warn", "The site's clock was not measured yet; it is, with the first reads.")
    if not seen.get("clockTrusted"):
        return Check(
            "clock", "warn", f"The site's answers contradict each other about the time (± {width / 2:.0f} ms): bids are made earlier."
        )
    if width > _EXACT_MS:
        return Check("clock", "ok", f"Known to ± {width / 2:.0f} ms; it is measured better while a timed bid is near.")
    return Check("clock", "ok", f"Known to ± {width / 2:.0f} ms.")


def _probed(found: dict[str, Any]) -> Iterator[Check]:
    probe = found.get("probe")
    if probe is None:
        if (found.get("site") or {}).get("real"):
            yield Check("probe", "warn", "The open points of the real site were never looked at. Run `bidwright doctor --site` once.")
        return
    bad = [finding["name"] for finding in probe["findings"] if finding["state"] in ("warn", "fail")]
    when = str(probe["at"])[:10]
    yield Check(
        "probe", "warn" if bad else "ok", f"Made on {when}; {'see ' + ', '.join(bad) if bad else 'all that it could settle is fine'}."
    )


def _budgets(budgets: list[dict[str, Any]], *, live: bool) -> Iterator[Check]:
    for budget in budgets:
        limit, booked = budget.get("limit"), budget["live" if live else "dryRun"]
        if limit is None:
            continue
        words = f"${booked:,.2f} of ${limit:,.2f} at stake or spent"
        if booked >= limit:
            yield Check(f"budget {budget['scope']}", "warn", f"{words}: nothing more is bid. Raise it, or wait.")
        elif booked >= _NEARLY * limit:
            yield Check(f"budget {budget['scope']}", "warn", f"{words}: nearly used up.")
        else:
            yield Check(f"budget {budget['scope']}", "ok", f"{words}.")
    if not any(budget["scope"] == "total" and budget.get("limit") is not None for budget in budgets):
        yield Check("budget total", "warn", "It has no limit. Set one: PUT /api/budgets/total.")


def _plugins(strategies: dict[str, Any]) -> Iterator[Check]:
    if not strategies:
        yield Check("plugins", "warn", "The bidder could not be asked for its strategies.")
        return
    for problem in strategies.get("problems") or []:
        yield Check(
            "plugins",
            "warn",
            f"{problem['plugin']} is left out: {problem['reason'].rstrip('.')}. Mend it, or name it in BIDWRIGHT_PLUGINS_DISABLE.",
        )
    if not strategies.get("problems"):
        yield Check("plugins", "ok", f"None is left out; strategies: {', '.join(s['name'] for s in strategies.get('strategies') or [])}.")


def port(url: str) -> Check:
    """Whether the address is one that only this machine can reach."""
    host = urlsplit(url).hostname or ""
    if host in _LOOPBACK:
        return Check("port", "ok", f"{url} is for this machine only.")
    secure = urlsplit(url).scheme == "https"
    return Check(
        "port", "ok" if secure else "warn", f"{url} can be reached from the network{'' if secure else '; put TLS in front of it'}."
    )


def files(folder: Folder) -> Iterator[Check]:
    """Whether the files that hold secrets are for their owner's eyes only; those that are not there are not missed."""
    secrets = [path for path in (folder.token, folder.run_token, folder.path / "secret.key") if path.exists()]
    loose = [path for path in (folder.path, *secrets) if _loose(path)]
    for path in loose:
        yield Check("files", "fail", f"Others can read {path}. Take that away: chmod {'700' if path.is_dir() else '600'} {path}")
    if not loose:
        yield Check("files", "ok", f"Token and key are for their owner only ({len(secrets)} files).")


def _loose(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)
