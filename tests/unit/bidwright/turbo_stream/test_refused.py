"""What is no stream, what is too large for one, and what has no place in it."""

import json
from datetime import datetime

import pytest

from bidwright.turbo_stream import HOLE, Limits, Promise, TurboStreamError, decode, encode

LATER = Promise.resolved


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "7",
        "0",
        "-1",
        "-8",
        "true",
        "null",
        '"x"',
        "{}",
        "[]",
        "[null]",
        "[[1]]",
        "[[true],1]",
        "[[1.5],1]",
        '[[1,"x"],1]',
        "[[-8]]",
        "[[[1]]]",
        '[{"_9":-5}]',
        '[{"_x":-5},"a"]',
        '[{"1":-5},"a"]',
        '[{"_1":"a"},"a"]',
        '[{"_1":true},"a"]',
        '[{"_1":-1},"a"]',
        '[{"_1":2},"a"]',
        '[{"_1":-5},3]',
        '[{"_99999999999999999999":-5},3]',
        '[["D"]]',
        '[["D","x"]]',
        '[["D",true]]',
        '[["D",[1]]]',
        "[NaN]",
        "[Infinity]",
        '[["B","x"]]',
        '[["B",1]]',
        f'[["B","{"9" * 5000}"]]',
        '[["U"]]',
        '[["R","a"]]',
        '[["Y",1]]',
        '[["E"]]',
        '[["E","a","b","c"]]',
        '[["N"]]',
        '[["N",1]]',
        '[["M",1],1]',
        '[["S",-1]]',
        '[["P"]]',
        '[["P",-1]]',
        '[["P","0"]]',
        '[["Z",0]]',
        '[["Z"]]',
        '[["Z",7]]',
        '[["Z",true]]',
        '[["Z",1],["Z",0]]',
        '[["Other","x"]]',
        "[1]\nP0:[2]",
        '[["P",0]]\nP0:[1]\nP0:[1]',
        '[["P",0]]\nP0:[["P",1]]',
        '[["P",0]]\nP0:',
        '[["P",0]]\nP0:[]',
        '[["P",0]]\nX0:[1]',
        '[["P",0]]\nP0:[[7]]',
        '[["P",0]]\nP99999999999:[1]',
        '[["P",0]]\nrest',
        "[1",
        "[" * 100_000,
        f"[{'9' * 5000}]",
    ],
)
def test_malformed_text_is_one_error(text):
    """
    Whatever is wrong, the one error type says so.
    """
    with pytest.raises(TurboStreamError):
        decode(text)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("[1]    ", Limits(text=5)),
        ("[[1,2],1,2]", Limits(slots=2)),
        ('[["P",0]]\nP0:[1]', Limits(slots=1)),
        ("[[1],[2],[3],[]]", Limits(depth=3)),
    ],
)
def test_limits_are_kept(text, limits):
    """
    Too much text, too many slots or too deep a value is refused, and passes under the limits we start with.
    """
    with pytest.raises(TurboStreamError):
        decode(text, limits=limits)

    decode(text)


def test_depth_is_no_recursion():
    """
    A chain of a hundred thousand arrays is refused by the limit, or read where the limit allows it.
    """
    chain = json.dumps([[n + 1] for n in range(100_000)] + [[]])

    with pytest.raises(TurboStreamError):
        decode(chain)
    assert [] != decode(chain, limits=Limits(depth=200_000))


def test_a_deep_value_is_written():
    """
    The encoder needs no recursion either.
    """
    value = []
    for _ in range(50_000):
        value = [value]

    assert encode(value).startswith("[[1],[2],[3]")


@pytest.mark.parametrize("value", [object(), {1: "x"}, HOLE, {"a": HOLE}, datetime(2026, 1, 1), b"x", LATER(LATER(1))])  # noqa: DTZ001 - naive on purpose
def test_what_cannot_be_written(value):
    """
    A value without a place in a stream is refused.
    """
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize(
    "text",
    [
        '[["S","' + "x" * 100_000 + '"]]',
        "[[" + "9" * 4000 + "]]",
        '[["S",' + "9" * 4000 + "]]",
        *(f"[[{'[' * depth}{']' * depth}],1]" for depth in range(900, 1000, 3)),
    ],
)
def test_the_sentence_is_short_whatever_the_text(text):
    """
    A stranger decides neither how long an error is nor how deep its making goes.
    """
    with pytest.raises(TurboStreamError) as caught:
        decode(text)

    assert len(str(caught.value)) <= 200
