"""What is written down, and how hard the site was pressed."""

from bidwright_simulator.ledger import Ledger


def test_entries_are_numbered_in_one_count_and_filtered():
    """
    Requests and bids share the numbering; a reader goes on after the last number it saw.
    """
    ledger = Ledger()
    ledger.request(kind="page", lot=7)
    ledger.bid(lot=7, amount=3)
    ledger.request(kind="bids", lot=8)

    assert [1, 2] == [entry["n"] for entry in ledger.read(lot="7")]
    assert [3] == [entry["n"] for entry in ledger.read(since=2)]
    assert ["bid"] == [entry["what"] for entry in ledger.read(what="bid", kind=None)]
    assert [1] == [entry["n"] for entry in ledger.read(limit=1)]


def test_the_busiest_second_slides():
    """
    Any second counts, not only those of the clock; exactly one second later is another second.
    """
    ledger = Ledger()
    for moment in (0.0, 0.6, 1.0, 1.2, 1.59, 5.0):
        ledger.arrived(moment)

    assert ledger.busiest == 4
    assert ledger.requests == 6
