"""Real questions to a child: does it do what it is there for?"""

from __future__ import annotations

import ssl

import httpx
from redis.exceptions import RedisError

from bidwright.runtime.store import connect
from bidwright.runtime.telemetry import heard
from bidwright_cli.children import Check

_TIMEOUT_S = 2.0


def http(url: str) -> Check:
    """Ready when a GET of *url* is answered with 200."""

    async def ask(_pid: int) -> str:
        try:
            async with httpx.AsyncClient(verify=_nobody(), trust_env=False, timeout=_TIMEOUT_S) as client:
                answer = await client.get(url)
        except httpx.HTTPError as error:
            return str(error) or type(error).__name__
        return "" if answer.status_code == httpx.codes.OK else f"it answers {answer.status_code}"

    return ask


def _nobody() -> ssl.SSLContext:
    """Plain addresses on this machine only: no authority has to be read, which would take 40 ms of a processor for each question."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def redis(url: str) -> Check:
    """Ready when it answers PING, which it does once its data is loaded."""

    async def ask(_pid: int) -> str:
        client = connect(url, timeout_s=_TIMEOUT_S)
        try:
            await client.ping()
        except RedisError as error:
            return str(error)
        finally:
            await client.aclose()
        return ""

    return ask


def beat(url: str, service: str) -> Check:
    """Ready when the store has a heartbeat of that very process: its loops run, behind a server that listens."""

    async def ask(pid: int) -> str:
        client = connect(url, timeout_s=_TIMEOUT_S)
        try:
            there = await heard(client, service, pid)
        except RedisError as error:
            return str(error)
        finally:
            await client.aclose()
        return "" if there else "it has not been heard of yet"

    return ask
