"""Samples of pages that were not understood."""

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from bidwright.testing import HandClock
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.samples import KEPT, Samples, cleaned

SECRET = SecretStr("eyJ1c2VyIjoxMjN9.aB3%2Fx9_kq==")


def test_nothing_secret_is_left():
    """The cookie in both its forms, addresses and keys go; titles and slugs stay."""
    text = (
        f"{SECRET.get_secret_value()} eyJ1c2VyIjoxMjN9.aB3/x9_kq== me.you@example.invalid Cordless-drill-with-battery-and-charger-18 "
        '"tools/cordless/drills/and/more" 3f9a0c8e7b6d5a4c3b2a1908f7e6d5c4'
    )
    left = cleaned(text, SECRET)
    for gone in ("eyJ1c2", "aB3", "example.invalid", "3f9a0c"):
        assert gone not in left
    assert "tools/cordless/drills/and/more" in left


async def test_a_few_are_kept_for_the_owner(tmp_path):
    """One of each way in ten minutes, the newest five, readable by the owner only, with the reason on top."""
    clock = HandClock()
    samples = Samples(tmp_path / "samples", clock, Metrics(CollectorRegistry()))
    for _ in range(2):
        await samples.keep("page", "70012345", "<html>odd</html>", "no lot in the answer", SECRET)
    assert 1 == len(list(samples.folder.iterdir()))
    for _ in range(7):
        clock.advance(601)
        await samples.keep("page", "70012345", "<html>odd</html>", "no lot in the answer", None)
    kept = sorted(samples.folder.iterdir())
    assert KEPT == len(kept)
    assert "<!-- no lot in the answer -->\n<html>odd</html>" == kept[-1].read_text()
    assert 0o600 == kept[-1].stat().st_mode & 0o777


async def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path):
    """Reading goes on."""
    (tmp_path / "samples").write_text("a file")
    await Samples(tmp_path / "samples", HandClock(), Metrics(CollectorRegistry())).keep("page", "1", "text", "why", None)
