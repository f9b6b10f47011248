"""The turbo-stream encoding against every checked example of the format's description."""

import math

import pytest
from a_lot import LOT, LOT_VALUE

from bidwright.turbo_stream import (
    HOLE,
    INVALID_DATE,
    UNDEFINED,
    BigInt,
    JsError,
    JsMap,
    JsSet,
    NullProto,
    Opaque,
    Promise,
    RegExp,
    Symbol,
    Url,
    decode,
    encode,
)

SENT = {"z": 1}
SHARED = {"o": {}, "a": [], "s": JsSet(), "m": JsMap()}
KINDS = {
    "b": BigInt(10),
    "u": Url("https://example.invalid/x"),
    "r": RegExp("a+", "gi"),
    "s": Symbol("q"),
    "n": NullProto(k=1),
}
LATER = Promise.resolved
REJECTED = Promise.rejected(JsError("bad", "TypeError"))
SANITIZED = Promise.rejected(Opaque("SanitizedError", ["TypeError", "bad", UNDEFINED]))

# Value, stream: the rows that read back as what was written.
BOTH_WAYS = [
    (UNDEFINED, "-7\n"),
    (None, "-5\n"),
    (42, "[42]\n"),
    ({"a": 1, "b": [1, "x", None, UNDEFINED, True]}, '[{"_1":2,"_3":4},"a",1,"b",[2,5,-5,-7,6],"x",true]\n'),
    (
        {"x": 1, "y": math.inf, "z": -math.inf, "h": [1, HOLE, 2]},
        '[{"_1":2,"_3":-6,"_4":-3,"_5":6},"x",1,"y","z","h",[2,-1,7],2]\n',
    ),
    ([{"a": "p", "b": "q"}, {"c": "r", "a": "p"}], '[[1,6],{"_2":3,"_4":5},"a","p","b","q",{"_7":8,"_2":3},"c","r"]\n'),
    (SHARED, '[{"_1":2,"_3":4,"_5":6,"_7":8},"o",{},"a",[],"s",["S"],"m",["M"]]\n'),
    (JsMap([("k", 1), ("m", JsSet(["k"]))]), '[["M",1,2,3,4],"k",1,"m",["S",1]]\n'),
    (
        KINDS,
        (
            '[{"_1":2,"_3":4,"_5":6,"_7":8,"_9":10},"b",["B","10"],"u",["U","https://example.invalid/x"],"r",["R","a+","gi"],'
            '"s",["Y","q"],"n",["N",{"_11":12}],"k",1]\n'
        ),
    ),
    (
        {"now": "first", "later": LATER({"k": "v", "now": "first"})},
        '[{"_1":2,"_3":4},"now","first","later",["P",4]]\nP4:[{"_6":7,"_1":2},"k","v"]\n',
    ),
    (
        {"obj": SENT, "later": LATER(SENT)},
        '[{"_1":2,"_5":6},"obj",{"_3":4},"z",1,"later",["P",6]]\nP6:[["Z",2]]\n',
    ),
    ({"later": LATER(UNDEFINED)}, '[{"_1":2},"later",["P",2]]\nP2:-7\n'),
    (
        {"p1": LATER({"p2": LATER("deep")})},
        '[{"_1":2},"p1",["P",2]]\nP2:[{"_4":5},"p2",["P",5]]\nP5:["deep"]\n',
    ),
    ({"a": LATER(1), "b": LATER(2)}, '[{"_1":2,"_3":4},"a",["P",2],"b",["P",4]]\nP2:[1]\nP4:[2]\n'),
    ({"later": REJECTED}, '[{"_1":2},"later",["P",2]]\nE2:[["E","bad","TypeError"]]\n'),
    ({"later": SANITIZED}, '[{"_1":2},"later",["P",2]]\nE2:[["SanitizedError",4,5,-7],"TypeError","bad"]\n'),
    (JsError("plain"), '[["E","plain"]]\n'),
    (INVALID_DATE, '[["D",NaN]]\n'),
    ({"later": Promise()}, '[{"_1":2},"later",["P",2]]\n'),
    (["D", "x"], '[[1,2],"D","x"]\n'),
    ([True, 1, False, 0], "[[1,2,3,4],true,1,false,0]\n"),
    ([BigInt(1), 1, BigInt(1)], '[[1,2,1],["B","1"],1]\n'),
    ([{"2": "b", "10": "c", "01": "d"}], '[[1],{"_2":3,"_4":5,"_6":7},"2","b","10","c","01","d"]\n'),
]


@pytest.mark.parametrize(("value", "stream"), [*BOTH_WAYS, (LOT_VALUE, LOT)])
def test_value_and_stream_agree(value, stream):
    """
    A checked example is written as the library writes it, and reads back as it was.
    """
    assert stream == encode(value)
    assert value == decode(stream)


def test_special_numbers():
    """
    NaN, the infinities, minus zero and a hole are references of their own, in both directions.
    """
    stream = '[{"_1":-2,"_2":-6,"_3":-3,"_4":-4,"_5":6},"x","y","z","w","h",[7,-1,8],1,2]\n'
    value = decode(stream)

    assert stream == encode({"x": math.nan, "y": math.inf, "z": -math.inf, "w": -0.0, "h": [1, HOLE, 2]})
    assert math.isnan(value.pop("x"))
    assert math.copysign(1, value["w"]) == -1
    assert {"y": math.inf, "z": -math.inf, "w": 0, "h": [1, HOLE, 2]} == value


def test_minus_zero_is_lost_after_zero():
    """
    Lossy row: zero came first, so minus zero shares its slot and reads back as zero.
    """
    stream = '[{"_1":2,"_3":2,"_4":2},"x",0,"y","z"]\n'

    assert stream == encode({"x": 0, "y": 0, "z": -0.0})
    assert math.copysign(1, decode(stream)["z"]) == 1


def test_a_cycle_below_the_root():
    """
    A child that refers to itself is one object again.
    """
    child = {}
    child["back"] = child
    stream = '[{"_1":2},"child",{"_3":2},"back"]\n'
    read = decode(stream)["child"]

    assert stream == encode({"child": child})
    assert read["back"] is read


def test_the_root_is_written_twice():
    """
    Lossy row: a reference to the root becomes a second copy, which refers to itself.
    """
    root = {"name": "root"}
    root["self"] = root
    stream = '[{"_1":2,"_3":4},"name","root","self",{"_1":2,"_3":4}]\n'
    read = decode(stream)

    assert stream == encode(root)
    assert read["self"] is not read
    assert read["self"]["self"] is read["self"]


def test_a_promise_of_what_was_sent_is_the_same_object():
    """
    The tag Z gives back the very object, not a copy.
    """
    read = decode('[{"_1":2,"_5":6},"obj",{"_3":4},"z",1,"later",["P",6]]\nP6:[["Z",2]]\n')

    assert read["obj"] is read["later"].value


def test_promises_may_settle_in_any_order():
    """
    Later lines append to the one slot table in the order in which they stand.
    """
    read = decode('[{"_1":2,"_3":4},"a",["P",2],"b",["P",4]]\nP4:[{"_6":1},"k"]\nE2:[{"_8":4},"j"]\n')

    assert Promise.resolved({"k": "a"}) == read["b"]
    assert Promise.rejected({"j": Promise.resolved({"k": "a"})}) == read["a"]


def test_one_promise_in_two_places():
    """
    A promise that is referred to twice is one promise.
    """
    later = Promise.resolved("v")
    stream = encode({"a": later, "b": later})

    assert '[{"_1":2,"_3":2},"a",["P",2],"b"]\nP2:["v"]\n' == stream
    assert (read := decode(stream))["a"] is read["b"]


def test_unknown_tags_are_kept():
    """
    A value of an unknown extension stays an opaque pair, and the rest is read.
    """
    assert {"a": Opaque("SingleFetchRedirect", [{"status": 302}]), "b": 1} == decode(
        '[{"_1":2,"_6":7},"a",["SingleFetchRedirect",3],{"_4":5},"status",302,"b",1]'
    )
    assert Opaque("SingleFetchFallback") == decode('[["SingleFetchFallback"]]')


def test_text_of_every_sort():
    """
    Quotes, line separators, half surrogates and names with a meaning elsewhere pass unharmed, on one line.
    """
    value = {"__proto__": '21.5" (new)\n', "sep": "\u2028\u2029\u0085", "half": "\ud83d", "pair": "\U0001f600"}

    assert value == decode(encode(value))
    assert encode(value).count("\n") == 1
    assert "\\ud83d" in encode(value)


def test_names_read_well_in_a_log():
    """
    The marks print as their names.
    """
    assert "[HOLE, UNDEFINED, INVALID_DATE]" == repr([HOLE, UNDEFINED, INVALID_DATE])
