"""What Compose itself makes of the hardened stack's files."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from make_secrets import make  # noqa: E402 - beside the path that leads to it


@pytest.fixture(scope="session")
def merged(tmp_path_factory):
    """Both files as one; skipped where Compose is not installed."""
    if not shutil.which("docker"):
        pytest.skip("docker is not on this machine")
    secrets = tmp_path_factory.mktemp("s") / "secrets"
    make(secrets)
    line = ["docker", "compose", "-f", "compose.yml", "-f", "compose.prod.yml", "config", "--format", "json"]
    env = {"PATH": "/usr/bin:/bin:/usr/local/bin", "BIDWRIGHT_SECRETS": str(secrets)}
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        pytest.skip(f"Compose is not to be had: {done.stderr[-200:]}")
    return json.loads(done.stdout)
