"""The data inside a page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright.turbo_stream import Opaque, Promise, encode
from bidwright_nellis_proxy.embedded import NotUnderstood, literals, plain, plain_json, refusal, stream, streamed, values


def call(text: str) -> str:
    """A script as the framework writes it."""
    safe = json.dumps(text, ensure_ascii=False)
    for char in "&<>\u2028\u2029":
        safe = safe.replace(char, f"\\u{ord(char):04x}")
    return f"<script>window.__remixContext.streamController.enqueue({safe});</script>"


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_literals_come_back(texts):
    """Whatever a piece contains, it comes back whole and in order."""
    page = "<html><body>x</body></html><!--$-->" + "\n<!--/$-->".join(call(text) for text in texts)
    assert texts == list(literals(page))


@pytest.mark.parametrize(
    "title", ['Shelf 12")', 'x");', "\\", '\\"', "streamController.enqueue(", 'enqueue("a")', "</script>", "$&<>\u2028"]
)
def test_awkward_titles(title):
    """Inch marks, parentheses, backslashes and the call itself inside a title end nothing early."""
    root = {"loaderData": {"r": {"product": {"id": 1, "title": title}}}}
    assert root == streamed(call(encode(root)))


@given(st.data())
def test_chunk_borders_are_arbitrary(data):
    """The stream is put together before it is split into lines."""
    root = {"now": 1, "later": Promise.resolved({"k": "v\nw"})}
    text = encode(root)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    found = streamed("".join(call(piece) for piece in pieces))
    assert found is not None
    assert {"k": "v\nw"} == found["later"].value


def test_blanks_before_the_literal():
    """Blanks may stand before the argument; a call without a literal is passed over."""
    page = 'streamController.enqueue(x); streamController.enqueue( \n "[1]\\n");'
    assert ["[1]\n"] == list(literals(page))


@pytest.mark.parametrize("page", ['streamController.enqueue("abc', 'streamController.enqueue("a\\'])
def test_a_piece_without_end(page):
    """A literal that does not end is an error, not the end of the page."""
    with pytest.raises(NotUnderstood):
        list(literals(page))


def test_a_piece_that_is_no_json_text():
    """Escapes that JSON does not know are refused."""
    with pytest.raises(NotUnderstood):
        list(literals(r'streamController.enqueue("\x41")'))


def test_no_stream():
    """A page without calls is none of this kind; one with garbage inside is not understood."""
    assert streamed("<html></html>") is None
    with pytest.raises(NotUnderstood):
        streamed(call("garbage"))


@pytest.mark.parametrize("name", ["__remixContext", "__reactRouterContext"])
def test_plain_state(name):
    """The older pages, under both names, whatever follows the state."""
    state = {"loaderData": {"r": {"product": {"id": 1, "title": 'a};"</script'}}}, "actionData": None}
    page = f"<title>window.{name} = {{ nonsense</title><script>window.{name} = {json.dumps({'state': state})};window.x=1;</script>"
    assert state == plain(page)


@pytest.mark.parametrize(
    "page", ["", "window.__remixContext = {};", 'window.__remixContext = {"state":{"loaderData":3}};', "window.__remixContext = {" * 3]
)
def test_no_plain_state(page):
    """A context without route data is none."""
    assert plain(page) is None


def test_plain_json_too_deep():
    """Nesting without end is refused, not a crash."""
    with pytest.raises(NotUnderstood):
        plain_json("[" * 200_000)
    with pytest.raises(NotUnderstood):
        stream("{")


def test_values_look_into_everything_once():
    """Kept promises and class instances are looked into, cycles end, other extensions are left alone."""
    root: dict = {
        "a": [Promise.resolved({"in": "promise"})],
        "b": Opaque("SingleFetchClassInstance", [{"in": "class"}]),
        "c": Opaque("Other", [{"in": "x"}]),
    }
    root["self"] = root
    assert [root, {"in": "class"}, {"in": "promise"}] == list(values(root))


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ({"r": {"error": Opaque("ErrorResponse", [None, 404, "Not Found"])}}, 404),
        ({"r": {"error": Opaque("SanitizedError", ["Error", "x"])}}, None),
        ({"r": {"data": {}}}, None),
        ([], None),
        ({"r": 3}, None),
    ],
)
def test_refusals_inside_a_stream(root, expected):
    """A loader's status inside a 200 is found."""
    assert expected == refusal(root)


@pytest.mark.parametrize(("before", "found"), [(19, True), (20, False)])
def test_plain_state_is_tried_only_so_often(before, found):
    """A page that names the state again and again is given up, since each try may read the rest of it."""
    page = "window.__remixContext = {x" * before + 'window.__remixContext = {"state":{"loaderData":{}}}'
    assert found == (plain(page) is not None)


def test_references_in_a_circle_are_followed_once():
    """A class instance or promise that contains itself a thousand times costs one look."""
    assert [] == list(values(stream('[["SingleFetchClassInstance"' + ",0" * 1000 + "]]")))
    later = Promise.resolved([])
    later.value += [later] * 1000
    assert [] == list(values(later))
