"""The batch read: what it tells, what leaving a lot out says, and when it is left alone."""

import pytest

from bidwright.errors import UpstreamBusy, UpstreamChanged
from bidwright.records import LotRecord
from bidwright.testing import HandClock
from bidwright_poller.ways import Ways
from bidwright_proto.v1 import site_pb2


class Site:
    """Tells the open ones among those that it is asked for."""

    def __init__(self):
        self.open, self.asked, self.trouble = set(), 0, None

    async def lots(self, ids):
        self.asked += 1
        if self.trouble:
            raise self.trouble
        lots = [site_pb2.Lot(id=one, title="Lamp", close_ms=1, price_cents=500) for one in ids if one in self.open]
        return site_pb2.GetLotsReply(lots=lots, read_started_ms=7)


@pytest.fixture
def site():
    """A site at which three lots are open."""
    made = Site()
    made.open = {"1", "2", "3"}
    return made


@pytest.fixture
def clock():
    """Moved by hand."""
    return HandClock()


@pytest.fixture
def ways(site, clock):
    """The batch read of that site."""
    return Ways(site, clock, lambda way: None)


def lots(*numbers):
    """Records of lots that are only watched."""
    return [LotRecord.from_hash(str(number), {"cap_ver": "1", "watched": "1", "status": "open"}) for number in numbers]


async def test_what_it_told_before_and_leaves_out_is_gone(ways, site):
    """While it tells others."""
    told = await ways.catch(lots(1, 2, 3))
    assert (set(), True) == (told.gone, ways.tells("1"))
    site.open = {"2", "3"}

    assert {"1"} == (await ways.catch(lots(1, 2))).gone


async def test_what_it_never_told_says_nothing_by_being_left_out(ways):
    """It may be a lot that lists never carry."""
    assert set() == (await ways.catch(lots(1, 9))).gone


async def test_an_empty_answer_says_nothing_and_leaves_it_in_use_once(ways, site):
    """All of them may have closed; or it has stopped working, which the next empty answer says."""
    await ways.catch(lots(1, 2))
    site.open = set()
    assert set() == (await ways.catch(lots(1, 2))).gone
    assert ways.open

    await ways.catch(lots(1, 2))
    assert not ways.open


async def test_what_it_told_an_hour_ago_is_forgotten(ways, site, clock):
    """Nobody has asked for it since: it is not watched any more."""
    await ways.catch(lots(1, 2))
    clock.advance(3601)
    await ways.catch(lots(2, 3))

    assert [False, True, True] == [ways.tells(one) for one in "123"]


@pytest.mark.parametrize(("trouble", "seconds"), [(UpstreamBusy("wait", 1.0), 5), (UpstreamChanged("not offered"), 600)])
async def test_it_rests_after_a_failure(ways, site, clock, trouble, seconds):
    """A few seconds when the site is busy, ten minutes where it does not offer this."""
    site.trouble = trouble
    assert await ways.catch(lots(1, 2)) is None
    clock.advance(seconds - 0.1)
    assert not ways.open

    clock.advance(0.2)
    assert ways.open
    assert 1 == site.asked
