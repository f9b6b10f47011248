"""Every reason not to bid has its words."""

import re
from importlib.resources import files

from bidwright.records import LotRecord
from bidwright_bidder.refusals import PASSING, READ_AGAIN, TABLE, explain

LOT = LotRecord.from_hash("7", {"cap_ver": "1", "next_bid": "1200"})


def test_every_refusal_of_the_script_is_in_the_table():
    """
    The script and the table are kept in step.
    """
    folder = files("bidwright.transitions")
    reserve = folder.joinpath("reserve.lua").read_text("utf-8")
    common = folder.joinpath("_common.lua").read_text("utf-8")
    over_cap = common[common.index("local function over_cap") : common.index("local function picture")]
    words = (
        set(re.findall(r"no\('([a-z-]+)'\)", reserve)) | set(re.findall(r"return '([a-z-]+)'", over_cap)) | {"budget:none", "group-full"}
    )

    assert set() == words - set(TABLE)
    assert words > {"no-cap", "over-limit", "halted", "leading"}
    assert PASSING | READ_AGAIN < set(TABLE)


def test_a_budget_is_named():
    """
    The owner set it, so its name means something.
    """
    assert "it would go over the budget 'day:2026-11-23'" == explain("budget:day:2026-11-23", LOT).because


def test_amounts_are_said_where_they_help():
    """
    Below the next bid: which is how much?
    """
    assert explain("below-next", LOT).because.endswith("$12")


def test_a_word_nobody_knows_is_shown():
    """
    Never silently.
    """
    assert "a guard refused it (brand-new)" == explain("brand-new", LOT).because
    assert TABLE["halted"] == explain("halted", LOT)
