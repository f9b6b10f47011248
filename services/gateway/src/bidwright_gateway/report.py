"""Switches, session and money in one report, for ``/api/status`` and for our page."""

from __future__ import annotations

from typing import Any

from bidwright.clock import from_ms
from bidwright_gateway import clean
from bidwright_gateway.board import Board, Service
from bidwright_gateway.shape import iso, number
from bidwright_proto.v1 import site_pb2


def service_report(board: Board, service: Service | None = None) -> dict[str, Any]:
    """Mode, halt, session, exposure and budget (all-in dollars) as they are known now."""
    now = service or board.service
    mode = "live" if now.live else "dry"
    booked = number(now.total.get(mode))
    limit = now.total.get("limit")
    return {
        "mode": "live" if now.live else "dry-run",
        "halted": now.halted,
        "haltedWhy": now.kill.get("why", ""),
        "haltedBy": now.kill.get("by", ""),
        "gen": now.kill.get("gen", "0"),
        "session": now.session.get("state", "missing"),
        "sessionWhy": now.session.get("why", ""),
        "sessionCheckedAt": iso(number(now.session.get("checked_at"))),
        "breaker": {"half": "half-open"}.get(word := now.breaker.get("state", "closed"), word),
        "format": now.format.get("state", "ok"),
        "formatWhy": clean.text(now.format.get("why"), 300),
        "plugins": now.plugins,
        "exposure": booked / 100,
        "budget": number(limit) / 100 if limit and limit != "none" else None,
        "storeUp": board.up,
        "ageSeconds": round(board.age_s, 1),
    }


def breaker_report(seen: site_pb2.GetStatusReply) -> dict[str, Any]:
    """The breaker in the shape of the contract, 3.15. Reads are counted by the nellis-proxy that answered, the rest by all together."""
    breaker = seen.breaker
    total = breaker.ok + breaker.failed
    rate = f"{100 * breaker.ok / total:.2f}%" if total else "100.00%"
    return {
        "enabled": breaker.enabled,
        "state": (breaker.state or "closed").replace("-", "_"),
        "failureCount": breaker.failures if breaker.state not in ("", "closed") else 0,
        "lastFailureTime": from_ms(breaker.opened_at_ms).isoformat() if breaker.opened_at_ms else None,
        "nextAttemptTime": from_ms(breaker.next_attempt_ms).isoformat() if breaker.next_attempt_ms else None,
        "config": {
            "failureThreshold": breaker.failures,
            "timeout": breaker.open_ms,
            "halfOpenRetryDelay": breaker.soon_ms,
            "successThreshold": 1,
        },
        "metrics": {
            "totalRequests": total,
            "successfulRequests": breaker.ok,
            "failedRequests": breaker.failed,
            "circuitOpened": breaker.trips,
            "fastFailures": breaker.refused,
            "halfOpenAttempts": breaker.probes,
            "successfulRecoveries": breaker.recoveries,
            "successRate": rate,
        },
        "why": breaker.why,
        "requestsPerSecond": seen.requests_per_second,
        "blockedUntil": from_ms(seen.blocked_until_ms).isoformat() if seen.blocked_until_ms else None,
    }
