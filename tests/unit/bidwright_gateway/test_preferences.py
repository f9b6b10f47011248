"""The owner's settings: three shapes in, one out."""

import pytest

from bidwright_gateway.preferences import DEFAULTS, Preferences, WrongSettings


@pytest.mark.parametrize(
    "body",
    [
        {"general": {"defaultMaxBid": 70, "defaultStrategy": "auto"}},
        {"settings": {"general": {"defaultMaxBid": 70, "defaultStrategy": "increment"}, "connection": {"backendUrl": "x"}}},
        {"defaultMaxBid": 70, "defaultStrategy": "auto", "pollingInterval": 5000},
    ],
)
async def test_all_three_shapes_are_merged(redis, body):
    """Nested, wrapped and flat bodies change the same nested settings."""
    await Preferences(redis).change(body)
    expected = {**DEFAULTS, "general": {**DEFAULTS["general"], "defaultMaxBid": 70, "defaultStrategy": "increment"}}
    assert expected == await Preferences(redis).read()


@pytest.mark.parametrize(
    "body",
    [
        {"bidding": {"snipeTiming": 31}},
        {"bidding": {"snipeTiming": "10"}},
        {"bidding": {"bidBuffer": -1}},
        {"general": {"defaultMaxBid": 0}},
        {"general": {"autoBidDefault": "yes"}},
        {"defaultStrategy": "magic"},
        {"general": []},
        {"general": {"colour": "red"}},
        {"colour": "red"},
        [],
        None,
        "x",
    ],
)
async def test_what_is_out_of_bounds_changes_nothing(redis, body):
    """A wrong setting is named and none is stored."""
    with pytest.raises(WrongSettings) as caught:
        await Preferences(redis).change(body)
    assert caught.value.details
    assert DEFAULTS == await Preferences(redis).read()


async def test_broken_storage_reads_as_defaults(redis):
    """What cannot be read counts as never set."""
    await redis.set("bw:settings", "{")
    assert DEFAULTS == await Preferences(redis).read()
