"""Wrapping: in the order of loading, and whoever fails is left out."""

from bidwright.runtime.wrapping import wrapped

PLUS = "@hookimpl\ndef wrap_site(fetch):\n    return fetch + [{0!r}]\n"


def test_wrappings_stand_around_each_other_in_the_order_of_loading(installed):
    """
    The first loaded is the innermost.
    """
    plugins = installed(a=PLUS.format("a"), b=PLUS.format("b"))

    assert (["plain", "a", "b"], ["a", "b"]) == wrapped(plugins, "wrap_site", ["plain"], None, called="fetch")


def test_none_leaves_it_as_it_is(installed):
    """
    And its name is not in force.
    """
    plugins = installed(a="@hookimpl\ndef wrap_site(fetch): ...\n", b=PLUS.format("b"))

    assert (["plain", "b"], ["b"]) == wrapped(plugins, "wrap_site", ["plain"], None, called="fetch")


def test_whoever_raises_or_gives_something_unusable_is_left_out(installed):
    """
    The others stand.
    """
    plugins = installed(
        a="@hookimpl\ndef wrap_site(fetch):\n    return 1 / 0\n", b="@hookimpl\ndef wrap_site(fetch):\n    return 7\n", c=PLUS.format("c")
    )

    thing, names = wrapped(plugins, "wrap_site", ["plain"], None, called="fetch", unusable=lambda made: "no list" if made == 7 else None)

    assert (["plain", "c"], ["c"]) == (thing, names)
