"""The poller's plan is another one when a toggle is flipped, while everything runs."""


def looked(system, seconds):
    """How many looks were made in so many seconds."""
    before = system.poller.looks.total
    system.go(seconds, step=1)
    return system.poller.looks.total - before


def flip(system, value):
    """Somebody sets the live key by hand; the poller's loop comes round."""
    key = "feature:polling_queue"
    system.run(system.redis.delete(key) if value is None else system.redis.set(key, value))
    system._with_time(system.poller.follow_toggles())


def test_wrap_schedule_is_asked_again_and_lots_come_forward(system):
    """
    Two hours before its close a lot is looked at each 5 minutes; without the queue each 6 s, beginning now; then each 5 minutes again.
    """
    system.watch(system.open_lot(7200), armed="0")
    looked(system, 10)

    quiet = looked(system, 30)
    flip(system, "false")
    names, busy = list(system.poller.chain.names), looked(system, 30)
    flip(system, None)
    looked(system, 8)  # the look that was planned before
    again = looked(system, 30)

    assert (0, ["feature-polling"], []) == (quiet, names, system.poller.chain.names)
    assert 4 <= busy <= 6
    assert 0 == again


def test_the_plan_of_few_looks(system):
    """
    Three quarters of an hour before the close a lot is looked at each 5 minutes, where the usual plan makes a look each minute.
    """
    system.run(system.redis.set("feature:minimal_polling", "1"))
    system._with_time(system.poller.follow_toggles())
    system.watch(system.open_lot(2700), armed="0")
    looked(system, 10)

    assert ["feature-polling"] == system.poller.chain.names
    assert looked(system, 300) <= 2
