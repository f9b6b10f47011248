"""The catalogue is as large as it says, each scenario belongs to one domain, and the page lists what there is."""

from collections import Counter

from contents import DOMAINS, HERE, LEAST, chapters, page


def test_the_page_lists_what_there_is():
    """If not: .venv/bin/python tests/features/contents.py writes it anew."""
    text = (HERE / "README.md").read_text("utf-8")
    assert page(text) == text


def test_there_are_enough():
    """In all, and some in every domain."""
    counts = Counter[str]()
    for chapter in chapters():
        counts[chapter.domain] += chapter.scenarios
    assert DOMAINS.keys() == counts.keys()
    assert LEAST <= counts.total()


def test_each_scenario_has_its_domain():
    """One tag of a domain, that of its folder, and one of its part at least: so that it runs with them."""
    assert [] == [(chapter.path, name) for chapter in chapters() for name in chapter.untagged]
    assert [] == [chapter.path for chapter in chapters() if not chapter.tags]


def test_no_two_tell_the_same():
    """Neither by their names nor by their steps; and each feature says what it is for."""
    found = chapters()
    told = [one for chapter in found for one in chapter.told]
    assert all(len(chapter.sentence) > 20 for chapter in found)
    assert [] == [name for name, count in Counter(name for name, _ in told).items() if count > 1]
    assert [] == [steps for steps, count in Counter(steps for _, steps in told).items() if count > 1]
