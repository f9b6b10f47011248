"""The chain around the polling policy: in force as toggles say, and never a lot without an answer."""

from datetime import timedelta

import pytest

from bidwright import Glance
from bidwright.plugins import load
from bidwright.runtime.toggles import Toggles, declared
from bidwright_poller.chain import Chain
from bidwright_schedule_default import Default

GLANCE = Glance(to_close=timedelta(hours=2), armed=False)
SECONDS = """
from datetime import timedelta
TEN = Toggle(name="ten", env="USE_TEN", default={on}, kind="experiment", description="d", owner="o")

class Ten:
    def next_look(self, glance):
        return {answer}

@hookimpl
def register_toggles():
    return [TEN]

@hookimpl
def wrap_schedule(schedule, around):
    return {made} if around.is_on(TEN) else None
"""


def chain(plugins, clock, transitions=None):
    """Around the default policy."""
    return Chain(Default(), plugins, Toggles(transitions, clock, declared(plugins), env={}), clock)


def text(*, on=True, answer="timedelta(seconds=10)", made="Ten()"):
    """A plugin that wants ten seconds for everything."""
    return SECONDS.format(on=on, answer=answer, made=made)


def test_wrap_schedule_stands_in_for_the_policy(installed, clock):
    """
    While its toggle is on.
    """
    made = chain(installed(mine=text()), clock)

    assert (["mine"], timedelta(seconds=10)) == (made.names, made.next_look(GLANCE))


def test_none_leaves_the_policy_as_it_is(installed, clock):
    """
    Off means as without the plugin.
    """
    made = chain(installed(mine=text(on=False)), clock)

    assert ([], timedelta(minutes=5)) == (made.names, made.next_look(GLANCE))


@pytest.mark.parametrize("made", ["1 / 0", "'no schedule'"])
def test_a_wrapping_that_cannot_be_made_is_left_out(installed, clock, made):
    """
    Raising and nonsense alike.
    """
    found = chain(installed(mine=text(made=made)), clock)

    assert ([], timedelta(minutes=5)) == (found.names, found.next_look(GLANCE))


@pytest.mark.parametrize("answer", ["1 / 0", "10", "None"])
def test_where_the_wrapped_policy_fails_the_plain_one_answers(installed, clock, answer):
    """
    A lot is looked at whatever a plugin does.
    """
    found = chain(installed(mine=text(answer=answer)), clock)

    assert timedelta(minutes=5) == found.next_look(GLANCE)


def test_a_drop_in_file_may_wrap_the_schedule(tmp_path, clock):
    """
    The hook is open to files.
    """
    from bidwright.plugins import load  # noqa: PLC0415 - this test alone loads a file

    (tmp_path / "mine.py").write_text("from bidwright import *\n" + text(), "utf-8")
    made = chain(load(points=[], dropins=tmp_path), clock)

    assert ["dropin:mine.py"] == made.names


async def test_a_toggle_is_followed_while_everything_runs(installed, clock, redis, transitions):
    """
    Flipped by hand in the store, the chain is another one at the next look at the toggles.
    """
    made = chain(installed(mine=text(on=False)), clock, transitions)

    async def look():
        clock.advance(1)  # the last look is old by now
        return await made._toggles.refresh() and made.build() is None

    before, nothing = made.names, await look()
    await redis.set("feature:ten", "true")
    flipped = await look()

    assert ([], False, True, ["mine"]) == (before, nothing, flipped, made.names)


@pytest.mark.parametrize("answer", ["raise ValueError('boom')", "raise SystemExit(1)", "return 5"])
def test_a_chosen_policy_that_fails_looks_all_the_same(clock, answer):
    """
    It may have come as a file: the poller goes on, at a pause that misses nothing for long.
    """
    space: dict = {}
    exec(f"def next_look(self, glance):\n    {answer}", space)  # noqa: S102 - the point of it
    broken = type("Broken", (), {"name": "broken", "description": "", "next_look": space["next_look"]})()
    made = Chain(broken, load(installed=[]), Toggles(None, clock, [], env={}), clock)

    assert timedelta(seconds=15) == made.next_look(GLANCE)
