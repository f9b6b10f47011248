"""The strategy of a drop-in file."""

import pytest

from bidwright.errors import PluginError
from bidwright.testing import strategy_in

TWO = """
from bidwright import Hold, Params, hookimpl

class Calm:
    description, version, params = "Never bids.", "1", Params

    def __init__(self, name):
        self.name = name

    def decide(self, lot, now):
        return Hold("calm")

@hookimpl
def register_strategies():
    return [Calm("calm"), Calm("calmer")]
"""


@pytest.fixture
def file(tmp_path):
    """A drop-in that offers two."""
    made = tmp_path / "calm.py"
    made.write_text(TWO)
    return made


def test_the_one_strategy_needs_no_name(file):
    """
    A file that offers one gives it.
    """
    file.write_text(TWO.replace(', Calm("calmer")', ""))

    assert "calm" == strategy_in(file).name


def test_one_of_several_is_chosen_by_name(file):
    """
    Without a name the several are told.
    """
    assert "calmer" == strategy_in(file, "calmer").name
    with pytest.raises(PluginError, match=r"calm\.py: does not offer one strategy; it offers: calm, calmer"):
        strategy_in(file)
    with pytest.raises(PluginError, match="'cold'; it offers: calm, calmer"):
        strategy_in(file, "cold")


@pytest.mark.parametrize(
    ("text", "said"), [("def (\n", r"calm\.py:1: "), ("", "it offers: none"), (TWO.replace("1", "").replace('"",', "3,"), "version")]
)
def test_what_the_bidder_would_leave_out_is_told(file, text, said):
    """
    With file, line and reason.
    """
    file.write_text(text)

    with pytest.raises(PluginError, match=said):
        strategy_in(file)
