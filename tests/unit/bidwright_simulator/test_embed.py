"""How pages carry their data."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from bidwright.turbo_stream import decode
from bidwright_simulator import embed

CALL = re.compile(r'streamController\.enqueue\(("(?:[^"\\]|\\.)*")\)')


def read(embedded):
    html = f"<body>{embedded.inside}</body></html>{embedded.behind}"
    return decode("".join(json.loads(literal) for literal in CALL.findall(html)))


@given(st.dictionaries(st.text(), st.text()), st.integers())
def test_any_chunk_borders_read_back(value, seed):
    """
    Wherever the stream was cut, its parts put together give the value.
    """
    assert value == read(embed.streamed(value, str(seed)))


def test_the_scripts_stand_behind_the_document():
    """
    Several calls, most of them after the end, between suspense comments, and the stream is closed.
    """
    embedded = embed.streamed({"title": '21.5" (new) <b>x</b> </script> & \u2028'}, "1")

    assert embedded.behind.count("enqueue(") >= 2
    assert "<!--$--><script>window.__remixContext.streamController.enqueue(" in embedded.behind
    assert "streamController.close();</script>" in embedded.behind
    assert "<b>" not in embedded.inside + embedded.behind
    assert "\u2028" not in embedded.inside + embedded.behind


def test_the_plain_state_is_json_after_the_equals_sign():
    """
    The older form is one object that a JSON decoder reads.
    """
    inside = embed.plain({"loaderData": {"x": "</script>"}}).inside
    state = json.JSONDecoder().raw_decode(inside.split("window.__remixContext = ")[1])[0]

    assert {"loaderData": {"x": "</script>"}} == state["state"]
