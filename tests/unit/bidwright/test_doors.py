"""Doors: who may come in by which hook, and for which version of the interface."""

import pytest

import bidwright
from bidwright import plugins
from bidwright.doors import DOORS, PAGE, refusal

HEAD = "from bidwright import hookimpl\n"
CLOSED = sorted(name for name, door in DOORS.items() if not door.dropin)
OPEN = sorted(name for name, door in DOORS.items() if door.dropin)


def dropped(folder, text):
    """What loading says of a folder with this one file."""
    (folder / "mine.py").write_text(HEAD + text, "utf-8")
    return plugins.load(points=[], dropins=folder)


def reasons(loaded):
    """Why plugins are left out."""
    return [problem.reason for problem in loaded.problems]


@pytest.mark.parametrize("hook", CLOSED)
def test_a_file_may_not_use_a_closed_hook(tmp_path, hook):
    """
    It is left out as a whole, and the reason names the file, the hook, why, and who may.
    """
    loaded = dropped(tmp_path, f"@hookimpl\ndef {hook}(): ...\n")

    assert [f"{tmp_path / 'mine.py'}: {refusal(hook)}"] == reasons(loaded)
    assert refusal(hook).startswith(f"{hook} is closed to drop-in files because {DOORS[hook].why_not}")
    assert refusal(hook).endswith("only an installed package named in BIDWRIGHT_PLUGINS may use it")
    assert [] == loaded.names
    assert [] == loaded.implementations(hook)


def test_another_name_for_the_function_opens_no_door(tmp_path):
    """
    What counts is the hook that is answered.
    """
    loaded = dropped(tmp_path, "@hookimpl(specname='wrap_site')\ndef innocent(fetch): ...\n")

    assert ([], 1) == (loaded.names, len(loaded.problems))
    assert "wrap_site is closed" in reasons(loaded)[0]


@pytest.mark.parametrize("hook", OPEN)
def test_a_file_may_use_an_open_hook(tmp_path, hook):
    """
    An empty answer is an answer.
    """
    loaded = dropped(tmp_path, f"@hookimpl\ndef {hook}(): ...\n")

    assert (["dropin:mine.py"], []) == (loaded.names, loaded.problems)


@pytest.mark.parametrize("hook", sorted(DOORS))
def test_a_package_may_use_every_hook(installed, hook):
    """
    It was named by the operator.
    """
    assert ["mine"] == installed(mine=f"@hookimpl\ndef {hook}(): ...\n").names


@pytest.mark.parametrize("said", ["2", "0", "'1'", "None", "True"])
def test_a_plugin_for_another_interface_is_left_out(tmp_path, said):
    """
    The sentence names the page to read.
    """
    loaded = dropped(tmp_path, f"BIDWRIGHT_API = {said}\n@hookimpl\ndef register_strategies(): ...\n")

    assert [] == loaded.names
    assert f"it asks for BIDWRIGHT_API {said} and this Bidwright offers 1; see" in reasons(loaded)[0]
    assert PAGE in reasons(loaded)[0]


@pytest.mark.parametrize("line", ["BIDWRIGHT_API = 1", ""])
def test_a_plugin_for_this_interface_is_taken(tmp_path, line):
    """
    None said counts as the first.
    """
    assert 1 == bidwright.API
    assert ["dropin:mine.py"] == dropped(tmp_path, f"{line}\n@hookimpl\ndef register_strategies(): ...\n").names


def test_an_implementation_with_fewer_arguments_works(tmp_path):
    """
    It is handed those that it names, so that a hook may be given more later.
    """
    loaded = dropped(tmp_path, "@hookimpl\ndef wrap_schedule(schedule):\n    return schedule + 1\n")
    [(name, ask)] = loaded.implementations("wrap_schedule")

    assert ("dropin:mine.py", 2) == (name, ask(schedule=1, around="not asked for"))


def test_an_implementation_with_an_unknown_argument_is_refused(tmp_path):
    """
    With file and reason.
    """
    loaded = dropped(tmp_path, "@hookimpl\ndef wrap_schedule(schedule, weather): ...\n")

    assert [] == loaded.names
    assert reasons(loaded)[0].startswith(f"{tmp_path / 'mine.py'}: ")
    assert "weather" in reasons(loaded)[0]


def test_a_forgotten_mark_is_told(tmp_path):
    """
    A hook that nobody would ever ask is no plugin.
    """
    loaded = dropped(tmp_path, "def register_strategies(): ...\n")

    assert [f"{tmp_path / 'mine.py'}: register_strategies lacks @hookimpl, so it would never be asked"] == reasons(loaded)


def test_no_plugin_wraps_the_answers_of_others(installed):
    """
    Each is asked by itself.
    """
    loaded = installed(mine="@hookimpl(wrapper=True)\ndef wrap_site(fetch, around):\n    return (yield)\n")

    assert [] == loaded.names
    assert "wrap_site is a wrapper in pluggy's sense" in reasons(loaded)[0]


def test_a_plugin_that_raises_is_asked_nothing_more(installed):
    """
    Left out means left out, by every hook.
    """
    loaded = installed(mine="@hookimpl\ndef register_toggles():\n    return 1 / 0\n@hookimpl\ndef wrap_site(fetch): ...\n")

    loaded.collect("register_toggles", lambda _: None)

    assert [] == loaded.implementations("wrap_site")
    assert "ZeroDivisionError" in reasons(loaded)[0]
