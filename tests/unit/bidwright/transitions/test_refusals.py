"""Every reason that a script may refuse with, brought about through the scripts; the cases are compared with the scripts."""

import re

import pytest
from house import House
from refusals import CASES

from bidwright.transitions import SCRIPTS
from bidwright.transitions.scripts import body, head


@pytest.mark.parametrize(("script", "why"), sorted(CASES), ids=lambda part: part)
async def test_refuses(house: House, script: str, why: str) -> None:
    """
    The transition says why it refuses, in the word that the rest of the product knows.
    """
    assert why == await CASES[script, why](house)


_WORD = re.compile(r"""(?:\{'(?:no|refused)',\s*|no\(|why = |return |\{)'([a-z][a-z-]+:?)'""")
_NOT_REFUSALS = {"ok", "no", "send", "simulate", "cancel", "refused", "exists", "again", "poll", "bid", "total", "go", "probe"}


def _code(text: str) -> str:
    return re.sub(r"--.*", "", text)


def test_every_refusal_has_a_case() -> None:
    """
    A refusal that is added to a script shows up here until a case brings it about.
    """
    found = {("_common", word) for word in _WORD.findall(_code(head()))}
    found |= {(script, word) for script in SCRIPTS for word in _WORD.findall(_code(body(script)))}

    assert set() == {(script, word) for script, word in found if word not in _NOT_REFUSALS and (script, word) not in CASES}
