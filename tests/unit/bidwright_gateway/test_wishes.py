"""The normaliser of what clients ask for: every wrong cap gets its sentence, every known word its strategy."""

import pytest

from bidwright.errors import BadInput
from bidwright_gateway import wishes
from bidwright_gateway.wishes import Wish

LIMIT = 1000


@pytest.mark.parametrize(
    ("cap", "sentence"),
    [
        (None, "Max bid is required: give the most you will pay in whole dollars, such as 40."),
        ("", "Max bid is required: give the most you will pay in whole dollars, such as 40."),
        (0, "Max bid must be positive."),
        (-5, "Max bid must be positive."),
        (0.5, "Max bid must be at least $1: the site takes whole dollars."),
        ("forty", "Max bid must be a number of dollars, such as 40."),
        (float("nan"), "Max bid must be a number of dollars, such as 40."),
        (float("inf"), "Max bid must be a number of dollars, such as 40."),
        ("NaN", "Max bid must be a number of dollars, such as 40."),
        (True, "Max bid must be a number of dollars, such as 40."),
        ([40], "Max bid must be a number of dollars, such as 40."),
        (1001, "Max bid of $1,001 is above your limit of $1,000 for a single bid (BIDWRIGHT_MAX_BID_DOLLARS)."),
        (1_000_000, "Max bid cannot exceed $999,999."),
        ("1e400", "Max bid cannot exceed $999,999."),
    ],
)
def test_wrong_cap_gets_its_sentence(cap, sentence):
    """A cap that is missing, zero, negative, no number or too high never becomes a watch."""
    with pytest.raises(BadInput) as caught:
        wishes.start({"maxBid": cap, "strategy": "auto"}, limit=LIMIT)
    assert sentence == str(caught.value)


@pytest.mark.parametrize(("cap", "dollars"), [(40, 40), (40.99, 40), ("40", 40), ("$1,000", 1000), ("40.5", 40)])
def test_cap_is_floored_to_whole_dollars(cap, dollars):
    """Numbers and numeric text are taken, and never rounded up."""
    assert dollars == wishes.start({"maxBid": cap, "strategy": "auto"}, limit=LIMIT).cap


@pytest.mark.parametrize(
    ("word", "canonical"),
    [
        ("auto", "auto"),
        ("increment", "auto"),
        ("Incremental", "auto"),
        ("aggressive", "auto"),
        ("sniping", "sniping"),
        ("SNIPE", "sniping"),
        ("last-second", "sniping"),
        ("manual", "manual"),
    ],
)
def test_every_known_word_has_its_strategy(word, canonical):
    """The names of all existing clients are accepted in any case."""
    assert canonical == wishes.start({"maxBid": 1, "strategy": word}, limit=LIMIT).strategy


def test_unknown_strategy_names_the_known_ones():
    """The sentence lists what may be chosen, plugins included."""
    with pytest.raises(BadInput, match=r"^Strategy must be one of: auto, sniping, manual, patient\.$"):
        wishes.start({"maxBid": 1, "strategy": "magic"}, limit=LIMIT, plugins={"patient", "auto"})


def test_plugin_strategy_is_accepted():
    """A strategy that a plugin brought may be chosen by its name."""
    assert "patient" == wishes.start({"maxBid": 1, "strategy": "patient"}, limit=LIMIT, plugins={"patient"}).strategy


def test_start_is_disarmed_unless_told():
    """`enabled` does not arm; only autoBid true does."""
    assert False is wishes.start({"maxBid": 1, "strategy": "auto", "enabled": True}, limit=LIMIT).armed
    assert True is wishes.start({"maxBid": 1, "strategy": "auto", "autoBid": True}, limit=LIMIT).armed


@pytest.mark.parametrize("flag", ["yes", 1, 0, [], "true"])
def test_auto_bid_must_be_a_boolean(flag):
    """Nothing that is not exactly true arms a lot."""
    with pytest.raises(BadInput, match='"autoBid" must be true or false'):
        wishes.start({"maxBid": 1, "strategy": "auto", "autoBid": flag}, limit=LIMIT)


def test_manual_is_never_armed():
    """Manual forces autoBid off, on start and on update."""
    assert False is wishes.start({"maxBid": 1, "strategy": "manual", "autoBid": True}, limit=LIMIT).armed
    assert False is wishes.update({"strategy": "manual", "autoBid": True}, limit=LIMIT).armed


@pytest.mark.parametrize("cap", [0, None, "", "0", 0.0])
def test_update_with_an_empty_cap_leaves_it(cap):
    """The extension sends 0 when its box is empty; that changes nothing."""
    assert Wish(strategy="sniping", armed=True) == wishes.update({"maxBid": cap, "strategy": "sniping", "autoBid": True}, limit=LIMIT)


@pytest.mark.parametrize("cap", [-1, "x", float("nan"), 1001, False])
def test_update_refuses_a_wrong_cap(cap):
    """A cap that is named on update must be right."""
    with pytest.raises(BadInput):
        wishes.update({"maxBid": cap}, limit=LIMIT)


def test_update_takes_wrapped_and_flat_bodies():
    """Both shapes of PUT mean the same."""
    assert wishes.update({"maxBid": 7}, limit=LIMIT) == wishes.update({"config": {"maxBid": 7}}, limit=LIMIT)


@pytest.mark.parametrize("config", [None, [], "x", 3])
def test_config_must_be_an_object(config):
    """Anything else is told so."""
    with pytest.raises(BadInput, match='"config" is required'):
        wishes.start(config, limit=LIMIT)


def test_unknown_keys_are_ignored():
    """Old clients send keys that mean nothing here."""
    assert Wish(5, "auto", armed=False) == wishes.start({"maxBid": 5, "strategy": "auto", "dailyLimit": 9, "x": 1}, limit=LIMIT)


@pytest.mark.parametrize(
    ("name", "value"), [("snipeSeconds", 0), ("snipeSeconds", 61), ("snipeSeconds", 1.5), ("buffer", -1), ("minBidAmount", "x")]
)
def test_strategy_settings_have_bounds(name, value):
    """A setting out of bounds is refused by name."""
    with pytest.raises(BadInput, match=f'"{name}" must be'):
        wishes.start({"maxBid": 5, "strategy": "sniping", name: value}, limit=LIMIT)


def test_fields_keep_settings_that_are_not_mentioned():
    """Changing one strategy setting leaves the others."""
    wish = wishes.update({"snipeSeconds": 8}, limit=LIMIT)
    assert {"params": '{"snipeSeconds":8,"buffer":2}'} == wishes.fields(wish, '{"snipeSeconds": 10, "buffer": 2}')


def test_fields_hold_only_what_was_asked():
    """What is absent does not become a field."""
    assert {"armed": 0} == wishes.fields(wishes.update({"autoBid": False}, limit=LIMIT), "{}")


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_unreadable_settings_are_empty(text):
    """A record that cannot be read is no reason to fail."""
    assert {} == wishes.settings_of(text)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"strategy": " Bargain "}, "bargain"),
        ({"config": {"strategy": "bargain"}}, "bargain"),
        ({"strategy": "auto", "config": {"maxBid": 4}}, ""),
        ({"config": "bargain", "strategy": "auto"}, "auto"),
        ({"strategy": 3}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_the_word_for_a_strategy_is_found_where_a_change_has_it(body, word):
    """At the top or within ``config``: by it the gateway knows whether to ask for strategies that are not built in."""
    assert word == wishes.named(body)
