"""Letters: cookies sealed so that only nellis-proxy reads them."""

from dataclasses import replace

import pytest

from bidwright.errors import BadInput
from bidwright_nellis_proxy.letters import Letters, seal_for

COOKIES = "__session=hush-hush; a=b"


def test_what_is_sealed_is_opened_by_every_replica():
    """The keys follow from the session's key: a letter sealed for one replica is read by another."""
    one, other = Letters(["key"]), Letters(["key"])
    letter = seal_for(one.key_id, one.public_key, COOKIES, b"n" * 12)
    assert COOKIES == other.open(letter)
    assert b"hush" not in letter.ciphertext


def test_an_exchanged_key_still_opens_old_letters():
    """With the old key behind the new one both open, and the new one is offered."""
    old, both = Letters(["old"]), Letters(["new", "old"])
    assert COOKIES == both.open(seal_for(old.key_id, old.public_key, COOKIES, b"n" * 12))
    assert Letters(["new"]).key_id == both.key_id


def test_what_was_changed_or_meant_for_another_is_refused():
    """One sentence, whatever is wrong, and nothing of the content in it."""
    letters = Letters(["key"])
    good = seal_for(letters.key_id, letters.public_key, COOKIES, b"n" * 12)
    stranger = Letters(["other"])
    for bad in (
        replace(good, ciphertext=good.ciphertext[:-1] + b"x"),
        replace(good, nonce=b"m" * 12),
        replace(good, nonce=b"short"),
        replace(good, public_key=b"\x04" + bytes(64)),
        replace(good, public_key=b""),
        replace(good, key_id="gone"),
        seal_for(stranger.key_id, stranger.public_key, COOKIES, b"n" * 12),
    ):
        with pytest.raises(BadInput, match="sync once more") as caught:
            letters.open(bad)
        assert "hush" not in str(caught.value)
