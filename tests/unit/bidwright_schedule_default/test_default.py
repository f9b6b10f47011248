"""When to look next."""

from datetime import timedelta

import pytest

from bidwright import Glance
from bidwright_schedule_default import register_schedules

(DEFAULT,) = register_schedules()
DAY, HOUR, MINUTE = 86400, 3600, 60


@pytest.mark.parametrize(
    ("to_close", "more", "pause"),
    [
        (None, {}, 10),
        (25 * HOUR, {}, 30 * MINUTE),
        (DAY, {}, 5 * MINUTE),
        (2 * HOUR, {"armed": True}, 5 * MINUTE),
        (HOUR, {}, MINUTE),
        (11 * MINUTE, {}, MINUTE),
        (10 * MINUTE, {}, 15),
        (121, {}, 15),
        (120, {}, 5),
        (31, {}, 5),
        (30, {}, 2),
        (120, {"armed": True}, 5),
        (5, {"armed": True}, 5),
        (25, {"armed": True, "extended": True}, 2),
        (25, {"live": True}, 10),
        (0, {}, 1.5),
        (-100, {"armed": True}, 1.5),
        (-301, {}, 15),
    ],
)
def test_the_pause_follows_from_the_time_to_close(to_close, more, pause):
    """
    Each row of the table in the plugin's page.
    """
    glance = Glance(to_close=None if to_close is None else timedelta(seconds=to_close), **{"armed": False, **more})

    assert timedelta(seconds=pause) == DEFAULT.next_look(glance)
