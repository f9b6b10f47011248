"""The site's manners, changed while it runs."""

import pytest

from bidwright_simulator import Settings


def test_a_change_is_checked():
    """
    Known names with allowed values pass; the rest is refused by name.
    """
    assert Settings().changed({"format": "plain", "loader": False}) == Settings(format="plain", loader=False)


@pytest.mark.parametrize("change", [{"format": "xml"}, {"loader": "yes"}, {"loader": 1}, {"colour": "red"}, {"format": True}])
def test_a_wrong_change_is_refused(change):
    """
    The sentence names the setting.
    """
    with pytest.raises(ValueError, match=next(iter(change))):
        Settings().changed(change)
