"""The public API of a running Bidwright: where it is, who we are to it, and what its refusals mean."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from bidwright_cli.exits import Exit, Stop
from bidwright_cli.folder import Folder, Run, data_root, newest

_TIMEOUT_S = 35.0
"""A bid is followed to its end by the gateway, which takes as long as the site does."""
_UNAUTHORISED, _REFUSED_FROM = 401, 400


@dataclass(frozen=True)
class Where:
    """
    An address and a token; *run* is what `up` wrote about itself, when it was found that way.
    """

    url: str
    token: str
    run: Run | None = None


def find(url: str, token: str) -> Where:
    """
    Where to ask: what was given, else the environment, else what runs from the newest data folder here.

    Raises Stop when nothing says where.
    """
    url, token = url or os.environ.get("BIDWRIGHT_URL", ""), token or os.environ.get("AUTH_TOKEN", "")
    folder = newest(data_root())
    run = folder.running() if folder else None
    if folder and run and (not url or url.rstrip("/") == run.url):
        return Where(run.url, token or _read_token(folder), run)
    if not url:
        raise Stop(
            Exit.UNREACHABLE,
            "Bidwright does not run from this folder. Start it with `make run`, or say where it is: --url or BIDWRIGHT_URL.",
        )
    if urlsplit(url).scheme not in ("http", "https"):
        raise Stop(Exit.USAGE, f"{url!r} is no address; it looks like http://127.0.0.1:3000")
    return Where(url.rstrip("/"), token)


def _read_token(folder: Folder) -> str:
    try:
        return folder.run_token.read_text("utf-8").strip()
    except OSError as error:
        raise Stop(
            Exit.UNAUTHORISED, f"The token in {folder.run_token} cannot be read ({error.strerror}); give --token or AUTH_TOKEN."
        ) from None


class Api:
    """
    One conversation. Every refusal is raised as Stop with its sentence and exit code.
    """

    def __init__(self, where: Where) -> None:
        self.where = where
        self._client = httpx.Client(base_url=where.url, trust_env=False, timeout=_TIMEOUT_S, headers=_headers(where.token))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The answer to a GET."""
        return self._ask("GET", path, params=query)

    def look(self, path: str, **query: Any) -> dict[str, Any]:
        """The answer to a GET as it stands, also when it says that something is wrong."""
        try:
            body = self._client.get(path, params=query).json()
        except (httpx.HTTPError, ValueError) as error:
            raise Stop(Exit.UNREACHABLE, f"Nothing usable answers at {self.where.url} ({error}).") from None
        return body if isinstance(body, dict) else {}

    def post(self, path: str, body: dict[str, Any] | None = None, *, within_s: float = _TIMEOUT_S) -> dict[str, Any]:
        """The answer to a POST."""
        return self._ask("POST", path, json=body or {}, timeout=within_s)

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a PUT."""
        return self._ask("PUT", path, json=body)

    def delete(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a DELETE."""
        return self._ask("DELETE", path, **({} if body is None else {"json": body}))

    def text(self, path: str, **query: Any) -> str:
        """The answer to a GET as it stands; it may be a table."""
        try:
            answer = self._client.get(path, params=query)
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise Stop(Exit.UNREACHABLE, f"Nothing usable answers at {self.where.url} ({why}). Is Bidwright running there?") from None
        if answer.is_success:
            return answer.text
        self._ask("GET", path, params=query)  # the refusal, in the words that all verbs have for it
        raise Stop(Exit.REFUSED, f"It answered {answer.status_code}.")

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **more)
            body = answer.json()
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise Stop(Exit.UNREACHABLE, f"Nothing usable answers at {self.where.url} ({why}). Is Bidwright running there?") from None
        except ValueError:
            raise Stop(
                Exit.UNREACHABLE, f"What answers at {self.where.url} is not Bidwright (no JSON, status {answer.status_code})."
            ) from None
        sentence = str(body.get("error") or f"It answered {answer.status_code}.") if isinstance(body, dict) else ""
        if answer.status_code == _UNAUTHORISED and body.get("code", "UNAUTHORIZED") == "UNAUTHORIZED" and not body.get("errorType"):
            raise Stop(
                Exit.UNAUTHORISED, "Bidwright does not know this token. Give the one it printed at its start: --token or AUTH_TOKEN."
            )
        if answer.status_code >= _REFUSED_FROM or not isinstance(body, dict) or body.get("success") is False:
            raise Stop(Exit.REFUSED, sentence)
        return body


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": token} if token else {}
