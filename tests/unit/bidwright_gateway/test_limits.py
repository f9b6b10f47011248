"""Rate limits."""

from bidwright_gateway.limits import Limit


def test_one_too_many_is_over_until_the_window_ends(clock):
    """The limit counts, refuses, and forgets."""
    limit = Limit(2, 60_000, clock)
    assert [False, False, True] == [limit.hit("a").over for _ in range(3)]
    clock.advance(60)
    assert not limit.hit("a").over


def test_keys_do_not_share(clock):
    """One address cannot use up another's share."""
    limit = Limit(1, 60_000, clock)
    limit.hit("a")
    assert not limit.hit("b").over


def test_headers_follow_draft_6(clock):
    """Retry-After comes only with a refusal."""
    limit = Limit(1, 60_000, clock)
    clock.advance(0)
    first = dict(limit.hit("a").headers())
    clock.advance(20)
    second = dict(limit.hit("a").headers())
    assert {b"ratelimit-policy": b"1;w=60", b"ratelimit-limit": b"1", b"ratelimit-remaining": b"0", b"ratelimit-reset": b"60"} == first
    assert (b"40", b"40") == (second[b"retry-after"], second[b"ratelimit-reset"])


def test_memory_is_bounded(clock):
    """Many addresses cannot fill the memory."""
    limit = Limit(1, 60_000, clock)
    for number in range(10_050):
        limit.hit(str(number))
    assert len(limit._counts) <= 10_000
