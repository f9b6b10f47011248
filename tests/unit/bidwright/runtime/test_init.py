"""The one-shot start of the containers, as a process."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def start(engine, redis, tmp_path):
    """Runs it over an empty store and a folder of its own."""

    def run(**more):
        unset = ("NELLIS_", "BIDWRIGHT_", "AUTH_TOKEN", "REDIS_URL")
        env = {key: value for key, value in os.environ.items() if not key.startswith(unset)}
        env |= {"REDIS_URL": engine.url, "BIDWRIGHT_DATA_DIR": str(tmp_path), **more}
        command = [sys.executable, "-m", "bidwright.runtime.init"]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own command

    return run


def test_makes_keys_token_and_store_and_says_where_the_token_is(start, tmp_path):
    """
    For the owner's eyes only; a folder per service, so that each container sees its own.
    """
    done = start()

    assert 0 == done.returncode, done.stderr
    assert str(tmp_path / "gateway/token") in done.stdout
    assert {0o600} == {(tmp_path / file).stat().st_mode & 0o777 for file in ("gateway/token", "nellis-proxy/secret.key")}
    assert (tmp_path / "gateway/token").read_text().strip() not in done.stdout + done.stderr


def test_a_token_of_the_owners_own_is_named_not_shown(start):
    """
    The one that was made is not used then.
    """
    done = start(AUTH_TOKEN="my-own-word")

    assert "what AUTH_TOKEN says" in done.stdout
    assert "my-own-word" not in done.stdout + done.stderr


async def test_a_second_start_changes_nothing_but_the_limits(start, redis, tmp_path):
    """
    Same token, same key, same epoch; what the environment says applies.
    """
    start()
    files = ("gateway/token", "nellis-proxy/secret.key", "epoch")
    before = [(tmp_path / file).read_text() for file in files]
    done = start(BIDWRIGHT_MAX_BID_DOLLARS="250", BIDWRIGHT_BUDGET_TOTAL_DOLLARS="")

    assert 0 == done.returncode, done.stderr
    assert before == [(tmp_path / file).read_text() for file in files]
    assert "25000" == await redis.hget("bw:limits", "bid")
    assert "200000" == await redis.hget("bw:budget:total", "limit")


@pytest.mark.parametrize(("mode", "live"), [("", "0"), ("dry-run", "0"), ("live", "1")])
async def test_the_service_switch(start, redis, mode, live):
    """
    Dry run unless the owner says live.
    """
    start(BIDWRIGHT_MODE=mode)

    assert live == await redis.hget("bw:kill", "live")


def test_data_of_another_site_is_refused(start):
    """
    One sentence and 78, no traceback.
    """
    start()
    done = start(NELLIS_BASE_URL="https://other.invalid")

    assert 78 == done.returncode
    assert "This data belongs to https://www.nellisauction.com, not to https://other.invalid" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_is_away_is_a_sentence(start):
    """
    Compose starts it after the store is healthy; who starts it by hand is told.
    """
    done = start(REDIS_URL="redis://127.0.0.1:1/0")

    assert 78 == done.returncode
    assert "cannot be made ready" in done.stderr
