"""A strategy dropped into the running system, as its author lives it: listed, allowed real money, bidding, broken, mended, gone."""

import signal
from pathlib import Path

import pytest
from installation import until
from page_scene import House

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(120), pytest.mark.xdist_group("dropin")]
NAME = "dropin:eager.py"
TEXT = '''
from bidwright import Bid, Decision, Hold, LotView, OfferParams, hookimpl

class Eager:
    """Bids at once."""

    name, description, version, params = "eager", "Bids at once.", "1", OfferParams

    def decide(self, lot: LotView, now) -> Decision:
        return Hold(f"you lead at {lot.price} WORD") if lot.leading else lot.params.offer(lot)

@hookimpl
def register_strategies():
    return [Eager()]
'''


class Author:
    """
    Somebody with an editor, a terminal and a running Bidwright.
    """

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.folder = self.house.plugins
        self.house.open()
        self.api, self.verb = self.house.installation.api, self.house.installation.verb

    def write(self, text: str) -> None:
        """Save the file."""
        (self.folder / "eager.py").write_text(text, "utf-8")

    def plugin(self) -> dict:
        """What is known of it; empty when nothing is."""
        return next((one for one in self.api.get("/api/plugins").json()["plugins"] if one["name"] == NAME), {})

    def state(self, wanted: str) -> dict:
        """The plugin, once it is in that state."""
        return until(lambda: self.plugin() if self.plugin().get("state") == wanted else None, 20, lambda: str(self.plugin()))

    def offered(self) -> dict | None:
        """The strategy in the picker."""
        found = self.api.get("/api/strategies").json()["strategies"]
        return next((one for one in found if one["name"] == "eager"), None)

    def lot(self, lot_id: str) -> dict:
        """A watched lot."""
        return next(one for one in self.house.installation.auctions() if one["id"] == lot_id)

    def says(self, lot_id: str, words: str) -> None:
        """Wait for a lot's sentence."""
        until(lambda: words in str(self.lot(lot_id)), 20, lambda: str(self.lot(lot_id)))


@pytest.fixture
def author(tmp_path):
    """Everything up; ended afterwards."""
    made = Author(tmp_path)
    yield made
    made.house.installation.stop(signal.SIGTERM)
    made.house.close()


def test_the_life_of_a_drop_in(author):
    """
    Each step is seen over the API, on the command line and on the lot.
    """
    author.write(TEXT)
    offered = until(author.offered, 20)
    assert NAME == offered["plugin"]
    assert "incrementAmount" in offered["params"]

    lot = str(author.house.lot("Lamp")["id"])
    watched = author.api.post(f"/api/auctions/{lot}/monitor", json={"config": {"maxBid": 30, "strategy": "eager", "autoBid": True}})
    assert watched.is_success, watched.text
    author.says(lot, "was not allowed real money yet")
    assert 0 == len(author.api.get(f"/api/auctions/{lot}/receipts").json()["receipts"])
    traced = author.verb("plugin", "trace", "eager")["traces"]
    assert [(lot, "bid")] == [(one["auctionId"], one["answer"]) for one in traced]
    assert author.state("running")["sha"] == author.verb("plugin", "enable", "eager.py")["sha"]
    receipt = until(lambda: author.api.get(f"/api/auctions/{lot}/receipts").json()["receipts"], 20)[0]
    assert "eager" in str(receipt)
    author.says(lot, "You lead at")

    author.write(TEXT.replace("class Eager:", "class Eager"))
    broken = author.state("previous")
    assert f"{author.folder}/eager.py:4: " in broken["problem"]
    assert broken["problem"] in str(author.verb("plugin", "list"))
    assert author.offered()
    assert "is refused" in author.verb("plugin", "check", str(author.folder / "eager.py"), code=1)["error"]

    author.write(TEXT.replace("WORD", "still"))
    until(lambda: author.plugin()["sha"] not in ("", broken["sha"]), 20)
    assert "running" == author.plugin()["state"]
    assert author.verb("plugin", "disable", "eager", "enough")["success"]
    assert "enough" == author.state("disabled")["disabled"]
    author.says(lot, "is disabled (enough)")

    (author.folder / "eager.py").unlink()
    until(lambda: not author.plugin(), 20)
    author.says(lot, "went with its plugin")
    assert author.house.installation.outcomes() == {}
