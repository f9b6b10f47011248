"""What `up` starts, and which secrets each child may see."""

import pytest

from bidwright_cli.folder import Folder
from bidwright_cli.plan import NOTIFIER, make
from bidwright_cli.settings import settings_for


@pytest.fixture
def plan(monkeypatch, tmp_path):
    """Makes the plan for an environment, on free ports."""

    def planned(**environment):
        monkeypatch.delenv("NELLIS_BASE_URL", raising=False)
        for name, value in {"PORT": "0", "BIDWRIGHT_SIMULATOR_PORT": "0", **environment}.items():
            monkeypatch.setenv(name, value)
        settings, site = settings_for("sim")
        return make(settings, site, Folder(tmp_path), "word")

    return planned


def test_no_notifier_unless_a_channel_is_named(plan):
    """
    It costs memory, and without a channel it would only write a log.
    """
    assert NOTIFIER not in plan().specs
    assert NOTIFIER not in plan(BIDWRIGHT_NOTIFY_URLS="").specs
    assert NOTIFIER in plan(BIDWRIGHT_NOTIFY_URLS="log:").specs


def test_addresses_of_channels_are_for_the_notifier_alone(plan):
    """
    They may hold passwords.
    """
    specs = plan(BIDWRIGHT_NOTIFY_URLS="pager://secret@host", BIDWRIGHT_SECRET_KEY="k").specs

    assert [NOTIFIER] == [name for name, spec in specs.items() if "BIDWRIGHT_NOTIFY_URLS" in spec.env]
    assert ["nellis-proxy"] == [name for name, spec in specs.items() if "BIDWRIGHT_SECRET_KEY" in spec.env]
