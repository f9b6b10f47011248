"""Settings: read from the environment, refused with the name of the variable."""

import pytest

from bidwright.errors import SetupError
from bidwright.runtime.settings import CommonSettings, read


def test_reads_the_names_that_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The variables of the configuration table reach the fields.
    """
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:1")
    monkeypatch.setenv("BIDWRIGHT_PLUGINS_DISABLE", "a, b ,")
    monkeypatch.setenv("NELLIS_BASE_URL", "http://127.0.0.1:9900/")
    settings = read(CommonSettings)

    assert "redis://elsewhere:1" == settings.redis_url.get_secret_value()
    assert ["a", "b"] == settings.disabled_plugins
    assert "http://127.0.0.1:9900" == settings.site


@pytest.mark.parametrize(("name", "value"), [("BIDWRIGHT_MODE", "LIVE!"), ("NELLIS_BASE_URL", "nellis"), ("BIDWRIGHT_LOG_LEVEL", "loud")])
def test_says_which_setting_is_wrong(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """
    The sentence names the variable, never the value (it may be a secret).
    """
    monkeypatch.setenv(name, value)

    with pytest.raises(SetupError, match=name):
        read(CommonSettings)


def test_an_empty_folder_turns_dropins_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Off is off, not the current folder.
    """
    monkeypatch.setenv("BIDWRIGHT_PLUGINS_DIR", "")

    assert read(CommonSettings).dropins is None
