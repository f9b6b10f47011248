"""What goes with a release: images by digest, notes by kind."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import release  # noqa: E402 - beside the path that leads to it
from plugins_of import plugins_of  # noqa: E402

SERVICES = ("gateway", "poller", "nellis-proxy", "bidder", "notifier", "cli")


def digests(folder, reference="ghcr.io/me/bidwright-{name}@sha256:" + "a" * 64):
    """A file per service, as the build leaves them."""
    for name in SERVICES:
        (folder / name).write_text(f"{name} {reference.format(name=name)}\n")
    return folder


def test_every_service_runs_what_was_built(tmp_path):
    """
    Also those that run another one's image.
    """
    text = release.compose(digests(tmp_path)).replace("!reset null", "null")
    made = yaml.safe_load(text)["services"]

    assert {*SERVICES, "init", "keeper", "caddy-data"} - {"cli"} == set(made)
    assert made["init"]["image"] == made["poller"]["image"]
    assert "bidwright-cli@" in made["keeper"]["image"]


def test_a_tag_is_no_digest(tmp_path):
    """
    Nothing that can change under its name goes into a release.
    """
    with pytest.raises(SystemExit, match="names no digest"):
        release.compose(digests(tmp_path, "ghcr.io/me/{name}:v1"))


def test_notes_have_every_fragment():
    """
    By kind, each once.
    """
    text = release.notes("v1.0.0")

    assert text.startswith("# v1.0.0\n\n## New\n")
    assert text.count("\n- ") == len(list((ROOT / "docs/changes").glob("*.*.md")))


def test_images_get_the_plugins_that_compose_gives_them():
    """
    One list for both.
    """
    built = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]

    for name in ("gateway", "poller", "nellis-proxy", "bidder", "notifier"):
        assert built[name]["build"]["args"]["PLUGINS"] == plugins_of(name)
    assert "" == plugins_of("cli")
    assert 0 != subprocess.run([sys.executable, str(ROOT / "tools/plugins_of.py"), "nothing"], check=False, capture_output=True).returncode  # noqa: S603 - ours
