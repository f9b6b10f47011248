"""Properties of the turbo-stream encoding: what is written reads back, and any stranger's text is read or refused."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from a_lot import LOT
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
