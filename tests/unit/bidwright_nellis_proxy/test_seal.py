"""Sealing of the session."""

import base64

import pytest

from bidwright_nellis_proxy.seal import Seal, Unreadable, new_key


def test_there_and_back():
    """What was sealed opens again, and looks different every time."""
    seal = Seal([new_key()])
    first, second = seal.close("canary"), seal.close("canary")
    assert "canary" == seal.open(*first)
    assert first[0] != second[0]
    assert first[1] == seal.kid
    assert "canary" not in first[0] + base64.b64decode(first[0]).decode("latin-1")


def test_keys_can_be_exchanged():
    """The newest key seals, older ones still open."""
    old = Seal(["old"])
    both = Seal(["new", "old"])
    assert "x" == both.open(*old.close("x"))
    assert both.kid == Seal(["new"]).kid


@pytest.mark.parametrize("spoil", [lambda s: s[:-4] + "AAAA", lambda _: "", lambda _: "no base64!", lambda _: "AAAA"])
def test_changed_text(spoil):
    """A text that was changed does not open."""
    seal = Seal(["key"])
    sealed, kid = seal.close("x")
    with pytest.raises(Unreadable):
        seal.open(spoil(sealed), kid)


def test_wrong_key():
    """Nor does one of another key."""
    with pytest.raises(Unreadable):
        Seal(["other"]).open(*Seal(["key"]).close("x"))
