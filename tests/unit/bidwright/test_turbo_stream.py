"""The turbo-stream encoding against every checked example of the format's description, and against strangers' text."""

import json
import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright.turbo_stream import (
    HOLE,
    INVALID_DATE,
    UNDEFINED,
    BigInt,
    JsError,
    JsMap,
    JsSet,
    Limits,
    NullProto,
    Opaque,
    Promise,
    RegExp,
    Symbol,
    TurboStreamError,
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

LOT = (
    '[{"_1":2,"_37":-5,"_38":-5},"loaderData",{"_3":4},"routes/p.$title.$productId._index",{"_5":6,"_24":25},'
    '"product",{"_7":8,"_9":10,"_11":12,"_13":14,"_15":16,"_17":18,"_19":20,"_21":-5,"_22":23},"id",70012345,'
    '"title","Cordless lamp","currentPrice",14,"nextBid",15,"bidCount",3,"isClosed",false,"closeTime",'
    '["D",1790000030000],"notes","extensionInterval",30,"bidHistory",[26,33],{"_27":28,"_29":30,"_31":32},"name",'
    '"Bidder #2","amount","$14","type","Winning",{"_27":34,"_29":35,"_31":36},"Bidder #1","$13","Outbid",'
    '"actionData","errors"]\n'
)
LOT_VALUE = {
    "loaderData": {
        "routes/p.$title.$productId._index": {
            "product": {
                "id": 70012345,
                "title": "Cordless lamp",
                "currentPrice": 14,
                "nextBid": 15,
                "bidCount": 3,
                "isClosed": False,
                "closeTime": datetime.fromtimestamp(1790000030, UTC),
                "notes": None,
                "extensionInterval": 30,
            },
            "bidHistory": [
                {"name": "Bidder #2", "amount": "$14", "type": "Winning"},
                {"name": "Bidder #1", "amount": "$13", "type": "Outbid"},
            ],
        }
    },
    "actionData": None,
    "errors": None,
}


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


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (94.0, "94"),
        (0.5, "0.5"),
        (-1.25, "-1.25"),
        (69.99, "69.99"),
        (0.00001, "0.00001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (1e21, "1e+21"),
        (-2.5e22, "-2.5e+22"),
        (1e20, "100000000000000000000"),
        (123456789.125, "123456789.125"),
        (0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (2**53, "9007199254740992"),
    ],
)
def test_numbers_are_printed_as_javascript_prints_them(number, printed):
    """
    94.0 is 94, and exponents begin where JavaScript begins them.
    """
    assert f"[{printed}]\n" == encode(number)
    assert number == decode(f"[{printed}]\n")


@pytest.mark.parametrize(("text", "value"), [("[1e400]", math.inf), ("[-1e400]", -math.inf), (f"[{'9' * 400}]", math.inf)])
def test_numbers_past_the_largest_are_infinite(text, value):
    """
    A number that JavaScript cannot hold reads as JavaScript reads it.
    """
    assert value == decode(text)


def test_integers_past_the_exact_ones_are_rounded():
    """
    Above 2**53 a number is a float, as it is in JavaScript; below zero too.
    """
    assert float(2**60 + 1) == decode(f"[{2**60 + 1}]")
    assert -math.inf == decode(f"[-{'9' * 400}]")


@pytest.mark.parametrize("slot", ['["D",NaN]', '["D","invalid"]', '["D",1e300]', '["D",9e15]'])
def test_no_date(slot):
    """
    A date that is none, or that Python cannot hold, is the invalid date and no error.
    """
    assert INVALID_DATE is decode(f"[{slot}]")
    assert not decode(f"[{slot}]")


def test_dates_are_in_utc_and_whole_milliseconds():
    """
    Any time zone goes in; what comes out is UTC, cut to the millisecond.
    """
    moment = datetime(2026, 9, 21, 9, 0, 0, 1999, tzinfo=timezone(timedelta(hours=-5)))

    assert '[["D",1789999200001]]\n' == encode(moment)
    assert datetime(2026, 9, 21, 14, 0, 0, 1000, tzinfo=UTC) == decode(encode(moment))


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


def test_integers_that_javascript_cannot_hold_are_refused():
    """
    An id past 2**53 would be rounded in silence.
    """
    with pytest.raises(ValueError, match="BigInt"):
        encode(2**53 + 1)


def test_names_read_well_in_a_log():
    """
    The marks print as their names.
    """
    assert "[HOLE, UNDEFINED, INVALID_DATE]" == repr([HOLE, UNDEFINED, INVALID_DATE])


texts = st.text(max_size=12)
simple = st.one_of(
    st.none(),
    st.just(UNDEFINED),
    st.just(INVALID_DATE),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False).filter(lambda x: x != 0),
    texts,
    st.builds(BigInt, st.integers()),
    st.builds(Url, texts),
    st.builds(RegExp, texts, texts),
    st.builds(Symbol, texts),
    st.builds(JsError, texts, texts),
    st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=d.microsecond // 1000 * 1000)),  # noqa: DTZ001 - the strategy adds the zone
)
tags = st.text(min_size=3, max_size=8)
values = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(st.one_of(inner, st.just(HOLE)), max_size=5),
        st.dictionaries(texts, inner, max_size=5),
        st.dictionaries(texts, inner, max_size=3).map(NullProto),
        st.lists(inner, max_size=4).map(JsSet),
        st.lists(st.tuples(inner, inner), max_size=3).map(JsMap),
        st.builds(Opaque, tags, st.lists(inner, max_size=3)),
        st.builds(Promise.resolved, inner.filter(lambda v: not isinstance(v, Promise))),
        st.builds(Promise.rejected, inner.filter(lambda v: not isinstance(v, Promise))),
    ),
    max_leaves=20,
)


@given(values)
def test_what_is_written_reads_back(value):
    """
    decode(encode(x)) is x, for anything the format holds without loss.
    """
    assert value == decode(encode(value))


refs = st.integers(-9, 12)
slots = st.one_of(
    refs,
    texts,
    st.booleans(),
    st.none(),
    st.floats(),
    st.lists(refs, max_size=4),
    st.dictionaries(refs.map(lambda n: f"_{n}"), refs, max_size=3),
    st.tuples(st.sampled_from("DUBRYSMNEPZX"), st.one_of(refs, texts)).map(list),
    st.tuples(st.sampled_from("SMNEZX"), refs, refs).map(list),
)
streams = st.builds(
    lambda first, rest: "\n".join([json.dumps(first), *(f"{kind}{ref}:{json.dumps(chunk)}" for kind, ref, chunk in rest)]),
    st.lists(slots, max_size=8),
    st.lists(st.tuples(st.sampled_from("PE"), st.integers(0, 12), st.one_of(refs, st.lists(slots, max_size=4))), max_size=3),
)


@given(st.one_of(st.text(), streams))
def test_any_text_is_read_or_refused(text):
    """
    A stranger's text gives a value or the one error, never another.
    """
    with suppress(TurboStreamError):
        decode(text)


@given(st.data())
def test_a_spoilt_lot_is_read_or_refused(data):
    """
    A true page with some characters cut or changed gives a value or the one error.
    """
    start = data.draw(st.integers(0, len(LOT)))
    end = data.draw(st.integers(start, min(len(LOT), start + 20)))
    text = LOT[:start] + data.draw(st.text(alphabet='[]{}",:_-0123456789PEDZ\n', max_size=6)) + LOT[end:]
    with suppress(TurboStreamError):
        decode(text)


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
