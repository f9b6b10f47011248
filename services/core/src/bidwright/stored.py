"""Stored numbers: texts of the store read as numbers; what is none counts as nothing, so that one odd field hides no record."""

from __future__ import annotations


def whole(text: str | None, default: int = 0) -> int:
    """*text* as a whole number; *default* when it is none."""
    try:
        return int(float(text)) if text else default
    except (ValueError, OverflowError):  # no number, or one without end
        return default


def real(text: str | None) -> float | None:
    """*text* as a number; None when it is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None
