"""A site whose every answer takes longer than an answer in a war should be old."""


def test_a_slow_site_is_still_bid_at(system):
    """
    A fresh read is insisted on once, then the newest there is decides: the outbid is answered.
    """
    lot = system.open_lot(200)
    system.watch(lot, strategy="auto", cap=5000)
    system.go(8)
    before = len(system.bids(lot))
    assert before >= 1
    system.site.faults.add({"kind": "slow", "on": ["page", "data", "loader"], "params": {"ms": 800}}, system.site.now())
    system.site.bid(9001, system.at_site(lot), 20, who="hand")
    system.go(30)

    assert len(system.bids(lot)) > before
