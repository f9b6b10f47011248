"""The two plans, and which of them is in force."""

from datetime import timedelta

import pytest

from bidwright import Glance
from bidwright_feature_polling import MINIMAL_POLLING, POLLING_QUEUE, register_toggles, wrap_schedule
from bidwright_feature_polling.plans import Even, Minimal
from bidwright_schedule_default import Default

MINUTE, HOUR = 60, 3600


class Around:
    """
    A poller whose switches stand as told.
    """

    def __init__(self, *on):
        self._on = on

    def is_on(self, toggle, subject=""):
        return toggle in self._on or (toggle.name, subject) in self._on

    def may_be_on(self, toggle):
        return any(one == toggle or one[0] == toggle.name for one in self._on if one == toggle or isinstance(one, tuple))


def glance(to_close, **more):
    """A glance so many seconds before the close."""
    return Glance(to_close=None if to_close is None else timedelta(seconds=to_close), **{"armed": False, **more})


@pytest.mark.parametrize(
    ("on", "plan"),
    [
        ((POLLING_QUEUE,), Default()),
        ((POLLING_QUEUE, MINIMAL_POLLING), Minimal(Default())),
        ((), Even()),
        ((MINIMAL_POLLING,), Even()),
    ],
)
def test_wrap_schedule_goes_by_the_switches(on, plan):
    """
    By default nothing is put around the schedule; without the queue there is no plan of few looks.
    """
    made = wrap_schedule(Default(), Around(*on)) or Default()

    assert [plan.next_look(glance(left)) for left in (20, 200, HOUR)] == [made.next_look(glance(left)) for left in (20, 200, HOUR)]


def test_by_default_nothing_is_put_around_the_schedule():
    """
    So that it costs nothing.
    """
    assert wrap_schedule(Default(), Around(POLLING_QUEUE)) is None


def test_a_share_decides_lot_by_lot():
    """
    One lot may be under another plan than the next.
    """
    made = wrap_schedule(Default(), Around(("polling_queue", "1"), ("polling_queue", "2"), ("minimal_polling", "2")))
    paused = [made.next_look(glance(HOUR, lot_id=lot)).total_seconds() for lot in ("1", "2", "3")]

    assert [Default().next_look(glance(HOUR)).total_seconds(), 5 * MINUTE, 6] == paused


def test_the_switches_are_the_contracts():
    """
    Names and defaults.
    """
    assert {"USE_POLLING_QUEUE": True, "USE_MINIMAL_POLLING": False} == {t.env: t.default for t in register_toggles()}


@pytest.mark.parametrize(("to_close", "pause"), [(None, 6), (9 * HOUR, 6), (31, 6), (30, 2), (0, 2), (-299, 2), (-300, 6)])
def test_every_lot_alike(to_close, pause):
    """
    6 s, and 2 s in the last half minute and while the close is to be confirmed.
    """
    assert timedelta(seconds=pause) == Even().next_look(glance(to_close))


@pytest.mark.parametrize(
    ("to_close", "more", "pause"),
    [
        (30, {}, 1),
        (1, {}, 1),
        (120, {}, 2),
        (37, {}, 2),
        (36, {}, 1),  # wakes 5 s before the 30 s mark
        (300, {}, 5),
        (128, {}, 3),  # wakes 5 s before the 2 min mark
        (1800, {}, MINUTE),
        (350, {}, 45),  # wakes 5 s before the 5 min mark
        (2 * HOUR, {}, 5 * MINUTE),
        (9 * HOUR, {}, 10 * MINUTE),
        (9 * HOUR, {"armed": True}, 10 * MINUTE),
        (9 * HOUR, {"armed": True, "decides_in": timedelta(seconds=60)}, 10),
        (9 * HOUR, {"armed": True, "decides_in": timedelta(seconds=61)}, 10 * MINUTE),
        (1800, {"armed": True, "extended": True}, 10),
        (1800, {"extended": True}, MINUTE),
        (20, {"armed": True, "extended": True}, 1),
        (None, {}, 10),  # as the schedule that it stands in for
        (-10, {}, 1.5),
        (-301, {}, 15),
    ],
)
def test_few_looks(to_close, more, pause):
    """
    Each row of the table in the plugin's page.
    """
    assert timedelta(seconds=pause) == Minimal(Default()).next_look(glance(to_close, **more))
