"""Samples: pages that were not understood, cleaned and kept for the owner, so that somebody can teach the reader."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import unquote

from pydantic import SecretStr

from bidwright import Clock
from bidwright.runtime.logging import get_logger
from bidwright_nellis_proxy.metrics import Metrics

log = get_logger(__name__)
KEPT = 5
LONGEST = 512 * 1024
_AGAIN_S = 600.0
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_KEY = re.compile(r"[A-Za-z0-9+/=_%-]{24,}")
_LETTERS_ONLY = re.compile(r"[A-Za-z]+(?:[-_/][A-Za-z]+)*")
_REMOVED = "[removed]"


def cleaned(text: str, secret: SecretStr | None) -> str:
    """*text* without the session, e-mail addresses, and anything long enough and odd enough to be a key."""
    if secret is not None:
        value = secret.get_secret_value()
        for form in {value, unquote(value)} - {""}:
            text = text.replace(form, _REMOVED)
    text = _EMAIL.sub(_REMOVED, text[:LONGEST])
    return _KEY.sub(lambda match: match[0] if _LETTERS_ONLY.fullmatch(match[0]) else _REMOVED, text)


class Samples:
    """
    The newest five, in a folder for the owner's eyes only; at most one of each way in ten minutes.
    """

    def __init__(self, folder: Path, clock: Clock, metrics: Metrics) -> None:
        self.folder = folder
        self._clock, self._metrics = clock, metrics
        self._kept_at: dict[str, float] = {}

    async def keep(self, way: str, lot_id: str, text: str, why: str, secret: SecretStr | None) -> None:
        """Keep the answer to a read by *way* that was not understood because of *why*."""
        now = self._clock.monotonic()
        if not text or now - self._kept_at.get(way, float("-inf")) < _AGAIN_S:
            return
        self._kept_at[way] = now
        stamp = self._clock.now().strftime("%Y%m%dT%H%M%SZ")
        try:
            path = await asyncio.to_thread(self._write, f"{stamp}-{way}-{lot_id}.txt", f"<!-- {why} -->\n{cleaned(text, secret)}")
        except OSError as error:
            log.warning("sample.not_kept", error=error.strerror)
            return
        self._metrics.samples.inc()
        log.warning("sample.kept", file=path.name, way=way, lot=lot_id)

    def _write(self, name: str, text: str) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / name
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        for old in sorted(self.folder.glob("*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return path
