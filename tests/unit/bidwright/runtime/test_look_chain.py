"""The chain around looks: each look is made once, whatever a plugin does there."""

import pytest
from structlog.testing import capture_logs

from bidwright.runtime.look_chain import LookChain

TEXT = """
@hookimpl
def wrap_look(look_at, around):
    async def wrapped(look):
        around.append((look.service, *look.lot_ids))
        {before}
        await look_at(look)
        {after}
    return {made}
"""


def chain(installed, around, *, before="pass", after="pass", made="wrapped"):
    """With one plugin that does *before* and *after* the look."""
    return LookChain("poller", installed(mine=TEXT.format(before=before, after=after, made=made)), around)


class Work:
    """A look that is counted."""

    def __init__(self, error=None):
        self.times, self.error = 0, error

    async def __call__(self):
        self.times += 1
        if self.error:
            raise self.error
        return 7


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"before": "raise ValueError('no')"},
        {"after": "raise ValueError('no')"},
        {"after": "await look_at(look)"},
        {"before": "return"},
        {"made": "None"},
        {"made": "1 / 0"},
        {"made": "'no look'"},
    ],
)
async def test_wrap_look_is_around_a_look_that_is_made_once(installed, odd):
    """Raising before or after, asking twice, not asking at all: once, and its answer comes back."""
    work, around = Work(), []

    assert 7 == await chain(installed, around, **odd).make(["1", "2"], work)
    assert 1 == work.times
    assert (not around) is ("made" in odd)
    assert around in ([], [("poller", "1", "2")])


async def test_what_the_look_raises_comes_back(installed):
    """Also where the plugin swallows it, or raises something of its own in its place."""
    for odd in ({}, {"before": "import contextlib\n        with contextlib.suppress(Exception): await look_at(look)"}):
        with pytest.raises(KeyError):
            await chain(installed, [], **odd).make(["1"], Work(KeyError("gone")))


async def test_a_failing_wrapping_is_said_once(installed):
    """And once when it works again."""
    made = chain(installed, [], before="raise ValueError('no')")
    with capture_logs() as logs:
        for _ in range(3):
            await made.make(["1"], Work())

    assert ["wrapping.failed"] == [line["event"] for line in logs]
