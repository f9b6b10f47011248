"""What the features stand on, and the vocabularies that they are told in."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # system.py and the others beside the features, and the steps
VOCABULARIES = [f"steps.{file.stem}" for file in sorted((HERE / "steps").glob("*.py"))]
pytest.register_assert_rewrite(*VOCABULARIES)

FIXTURE = type(pytest.fixture(lambda: None))
for name in VOCABULARIES:
    __import__(name)
    # pytest-bdd makes a fixture of each step, which pytest looks for in a conftest and not in what that imports
    globals().update({thing: value for thing, value in vars(sys.modules[name]).items() if isinstance(value, FIXTURE)})

from system import System  # noqa: E402 - beside the features


@pytest.fixture
def story():
    """
    What a scenario remembers.

    *world* is where it plays, *lot* the lot it talks of, *lots* all of them, *answer* the newest answer, *wires* who is connected.
    """
    return SimpleNamespace(world=None, lot="", lots=[], answer=None, wires={})


@pytest.fixture
def system(engine, tmp_path, story):
    """Everything, started and empty."""
    made = story.world = System(engine.url, tmp_path)
    yield made
    made.close()
