"""The catalogue is as large as it says, each scenario belongs to one domain, and the page lists what there is."""

from collections import Counter

import pytest
from contents import DOMAINS, HERE, LEAST, chapters, page, sentences
from pytest_bdd.steps import step_function_context_registry


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


@pytest.mark.long
def test_every_sentence_is_told_and_means_one_thing():
    """In the shared vocabularies: none is left over, and none is understood in two ways."""
    known = [one for one in step_function_context_registry.values() if one.step_func.__module__.startswith("steps.")]
    told = Counter[str]()
    for kind, sentence in sentences():
        fits = [one for one in known if one.type in (None, kind) and one.parser.is_matching(sentence)]
        told.update({one.parser.name for one in fits})
        assert len({one.step_func for one in fits}) < 2, sentence
    assert [] == [one.parser.name for one in known if one.parser.name not in told]
