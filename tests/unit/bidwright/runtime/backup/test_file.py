"""The file: the same in and out, whole or refused, sealed or not."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright.errors import SetupError
from bidwright.runtime.backup import file
from bidwright.runtime.backup.file import Backup, Head, is_sealed, pack, unpack
from bidwright.runtime.backup.rows import Row

HEAD = Head("1", "http://site", "0.1.0", 1_790_000_000_000)
BACKUP = Backup(HEAD, [Row("lot:1", "hash", {"armed": "1", "x:title": "Bohrer\n„groß“"}), Row("lots", "zset", [["1", "2"]], 5)])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXTS, st.dictionaries(TEXTS, TEXTS)), max_size=5))
def test_what_goes_in_comes_out(rows):
    """
    Whatever the texts are.
    """
    backup = Backup(HEAD, [Row(key, "hash", value) for key, value in rows])

    assert backup == unpack(pack(backup))


def test_counts_its_lots():
    """
    For those who look at it.
    """
    assert (1, 1) == (BACKUP.lots, BACKUP.armed)


def test_sealed_is_read_with_its_passphrase_only():
    """
    Nothing of it shows without; a wrong one is told from none.
    """
    content = pack(BACKUP, "a long passphrase")

    assert is_sealed(content)
    assert not is_sealed(pack(BACKUP))
    assert b"nellis" not in content
    assert BACKUP == unpack(content, "a long passphrase")
    with pytest.raises(SetupError, match="is sealed"):
        unpack(content)
    with pytest.raises(SetupError, match="does not open"):
        unpack(content, "another")


@pytest.mark.parametrize("passphrase", ["", "secret words"])
def test_every_damaged_byte_is_noticed(passphrase, monkeypatch):
    """
    One bit anywhere, or an end that is missing: refused with one sentence, never half believed.
    """
    monkeypatch.setitem(file._SCRYPT, "n", 16)  # what makes guessing dear would make hundreds of trials so, too
    content = pack(BACKUP, passphrase)
    for at in range(0, len(content), 7):
        damaged = content[:at] + bytes([content[at] ^ 0x40]) + content[at + 1 :]
        try:
            found = unpack(damaged, passphrase)
        except SetupError:
            continue
        assert BACKUP == found, "a bit that changes nothing, such as gzip's note of the system"
    with pytest.raises(SetupError):
        unpack(content[:-9], passphrase)


def test_rows_that_are_missing_are_noticed():
    """
    Packed properly, but not all of it.
    """
    lines = gzip.decompress(pack(BACKUP)).splitlines(keepends=True)

    with pytest.raises(SetupError, match="not whole"):
        unpack(gzip.compress(lines[0] + lines[2] + lines[3]))


def test_a_later_form_is_refused():
    """
    Rather than misread.
    """
    later = Backup(Head("1", "http://site", "9.0", 0, version=2), [])

    with pytest.raises(SetupError, match="a later Bidwright wrote"):
        unpack(pack(later))
