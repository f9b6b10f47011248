"""Output: never wider than 80 columns where there is no terminal."""

from bidwright_cli import output
from bidwright_cli.lots import HEADS
from bidwright_cli.verbs.bids import _after


def test_only_the_last_column_is_cut(capsys):
    """A long title ends with an ellipsis; what stands before it is whole."""
    output.table(HEADS, [("70012345", "in doubt", "$1000", "$1000", "sniping", "59m 59s", "Lamp " * 40)])
    lines = capsys.readouterr().out.splitlines()
    assert 80 >= max(map(len, lines))
    assert "70012345  in doubt  $1000  $1000  sniping   59m 59s  Lamp" in lines[1]
    assert lines[1].rstrip().endswith("…")


def test_sentences_are_broken_between_words(capsys):
    """A sentence that may wrap stays within the width; a line that may be copied is left whole."""
    output.line("word " * 40, wrap=True)
    assert 80 >= max(map(len, capsys.readouterr().out.splitlines()))
    output.line("x" * 200)
    assert "x" * 200 + "\n" == capsys.readouterr().out


def test_delays_are_for_people():
    """Milliseconds below a second, seconds above, nothing when it is not known."""
    assert ("  (+203 ms)", "  (+37.7 s)", "") == (_after(203), _after(37_700), _after(None))
