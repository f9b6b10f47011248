"""Health checks of plugins: what each answer means, and that none holds anything up."""

import asyncio
import sys
import threading

import pytest

from bidwright.runtime.checkups import Checkups

CHECK = """
import asyncio
import time

async def coroutine():
    return "the VPN is down"

async def raising():
    1 / 0

async def forever():
    await asyncio.Event().wait()

@hookimpl
def register_health_checks():
    return [HealthCheck("one", {check})]
"""

HANGS = """
@hookimpl
def register_health_checks():
    return [HealthCheck("one", hang)]
"""


def made(installed, clock, check, **more):
    """The checkups of one plugin with this check."""
    return Checkups(installed(mine=CHECK.format(check=check)), clock, **more)


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("lambda: None", ""),
        ("lambda: 'the VPN is down'", "the VPN is down"),
        ("coroutine", "the VPN is down"),
        ("lambda: 1 / 0", "ZeroDivisionError"),
        ("lambda: exit(3)", "SystemExit"),
        ("lambda: next(iter(()))", "StopIteration"),
        ("raising", "ZeroDivisionError"),
        ("lambda: 7", "it gave 7 in place of a sentence"),
        ("lambda: ''", "it gave '' in place of a sentence"),
    ],
)
async def test_what_an_answer_means(installed, clock, check, reason):
    """
    None is well; a sentence, raising and nonsense are not, each with its reason.
    """
    checkups = made(installed, clock, check)

    await checkups.make()

    assert [("mine", "one", True)] == [(f.plugin, f.check, reason in f.reason) for f in checkups.findings]
    assert bool(reason) == bool(checkups.findings[0].reason) == bool(checkups.problems)


async def test_a_coroutine_that_takes_too_long_is_given_up(installed, clock):
    """
    Its second is over, and the next round asks anew.
    """
    checkups = made(installed, clock, "forever", within_s=0.01)

    await checkups.make()
    await checkups.make()

    assert ["mine, one: it did not answer within 0.01 s"] == checkups.problems


async def test_a_thread_that_hangs_is_not_begun_again(installed, clock):
    """
    One thread is the most that a check can cost; it is not well until it answers.
    """
    gate, began = threading.Event(), []
    plugins = installed(mine=HANGS)
    sys.modules["installed_mine"].hang = lambda: (began.append(1), gate.wait(), None)[-1]
    checkups = Checkups(plugins, clock, within_s=0.01)
    await checkups.make()
    await checkups.make()
    hung = list(checkups.problems)
    gate.set()
    while checkups._under_way:  # noqa: ASYNC110 - the thread's answer is on its way
        await asyncio.sleep(0.001)
    await checkups.make()

    assert ["mine, one: it did not answer within 0.01 s"] == hung
    assert [] == checkups.problems
    assert 2 == len(began)


async def test_what_is_no_check_leaves_its_plugin_out(installed, clock):
    """
    Its other hooks are not asked either.
    """
    plugins = installed(mine="@hookimpl\ndef register_health_checks():\n    return ['disk']\n@hookimpl\ndef on_event(event): ...\n")

    checkups = Checkups(plugins, clock)
    await checkups.make()

    assert ([], []) == (checkups.findings, plugins.implementations("on_event"))
    assert ["'disk' is no HealthCheck"] == [problem.reason for problem in plugins.problems]
