"""Frames that are made once for all clients are those that the server would make for each."""

import pytest
from websockets.frames import Frame, Opcode

from bidwright_gateway.line import framed, line_of, unframed


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_the_same_bytes(length):
    """At each length at which the head changes."""
    text = b"x" * length
    assert Frame(Opcode.TEXT, text).serialize(mask=False) == framed(text)
    assert text == unframed(framed(text))


@pytest.mark.parametrize("scope", [{}, {"extensions": None}, {"extensions": {"bidwright.line": object()}}])
def test_under_another_server_there_is_none(scope):
    """Then each frame takes the long way."""
    assert line_of(scope) is None
