"""Whose live events are listened to: nobody's, unless a plugin says so."""

import pytest

from bidwright_poller.listening import Listening

TEXT = """
@hookimpl
def wrap_listening(listen, around):
    return {made}
"""


@pytest.mark.parametrize(
    ("made", "chosen"),
    [
        ("None", []),
        ("lambda ids: ids[:1]", ["1"]),
        ("lambda ids: ['9', '2', *listen(ids)]", ["2"]),
        ("lambda ids: 1 / 0", []),
        ("lambda ids: 5", []),
        ("1 / 0", []),
        ("'all'", []),
    ],
)
def test_wrap_listening_chooses_among_the_lots(installed, made, chosen):
    """Only lots that were asked about; one that fails listens to nothing, and lots are polled all the same."""
    assert chosen == Listening(installed(mine=TEXT.format(made=made)), None).of(["1", "2"])
