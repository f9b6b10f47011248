"""The store as an operator meets it: its settings, whose data it holds, and that it may be away."""

import pytest
from books import LOT, RATES
from pytest_bdd import given, parsers, step, then
from redis.exceptions import ConnectionError as RedisConnectionError

from bidwright.errors import SetupError, StoreDown
from bidwright.runtime.init import initialise
from bidwright.runtime.store import complaints
from bidwright.transitions import Transitions

FIT = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


@pytest.fixture
def settings(books):
    """The engine's settings, put back afterwards: it serves other scenarios, too."""
    before = {name: books.do(books.redis.config_get(name))[name] for name in FIT}
    yield books
    for name, value in before.items():
        books.do(books.redis.config_set(name, value))


@given(parsers.re(r"a store with (?P<name>\S+) set to (?P<value>\S+)"))
@given(parsers.re(r"a store that writes each change to disk(?P<name>)(?P<value>)"))
def _a_store(settings, name, value):
    for setting, wanted in ({**FIT, name: value} if name else FIT).items():
        settings.do(settings.redis.config_set(setting, wanted))


@step("it is checked")
def _checked(settings, story):
    story.told = settings.do(complaints(settings.redis))


@then(parsers.parse('it is told: "{sentence}"'))
def _told(story, sentence):
    assert [sentence] == story.told


@then("there is nothing to tell")
def _nothing(story):
    assert [] == story.told


# ---- whose data it is ------------------------------------------------------------------------------------------------------------


def _start(books, story, site, folder):
    given = {"data_dir": folder, "site": site, "live": "1", "max_bid_cents": 100_000, "total_limit_cents": 200_000}
    try:
        story.epoch = books.do(initialise(books.redis, **given))
        story.error = None
    except SetupError as error:
        story.error = error


@given(parsers.parse('an installation for "{site}"'))
def _installation(books, story, site, tmp_path):
    _start(books, story, site, tmp_path)
    books.do(books.t.session("ok", ""))
    story.was = story.epoch


@step(parsers.parse('it is started for "{site}"'))
def _started(books, story, site, tmp_path):
    _start(books, story, site, tmp_path)


@given(parsers.parse("its data has version {version:d}"))
def _version(books, version):
    books.do(books.redis.hset("bw:meta", "schema", version))


@given("the store is emptied behind its back")
def _emptied(books):
    books.do(books.redis.flushall())


@given("all bidding was stopped")
def _stopped(books):
    books.do(books.t.halt("owner", "enough"))


@given("the record of the installation is gone from Redis")
def _meta_gone(books):
    books.do(books.redis.delete("bw:meta"))


@then(parsers.parse('the start is refused: "{sentence}"'))
def _refused(story, sentence):
    assert sentence in str(story.error)


@then(parsers.parse('bidding is stopped because "{why}"'))
def _stopped_because(books, why):
    kill = books.do(books.records.kill())
    assert ("halt", why) == (kill["state"], kill["why"])


@then("the installation is the same")
def _same(story):
    assert story.was == story.epoch


# ---- away ------------------------------------------------------------------------------------------------------------------------


@step("the server forgets its scripts")
def _flushed(books):
    books.do(books.redis.script_flush())


@step("the server is gone and the owner watches a lot")
def _gone(books, story, tmp_path):
    from bidwright.runtime.store import connect  # noqa: PLC0415 - a door that nobody stands behind

    async def watch():
        redis = connect(f"unix://{tmp_path}/nobody")
        try:
            await Transitions(redis).watch(LOT, {"cap": 4000, **RATES})
        except StoreDown as error:
            return error
        finally:
            await redis.aclose()

    story.error = books.do(watch())


@then("the change is told as not known")
def _not_known(story):
    assert isinstance(story.error, StoreDown)
    assert "Redis did not answer (watch)" in str(story.error)


class _Away:
    """A store that does not answer."""

    async def lot(self, lot_id):
        raise RedisConnectionError(lot_id)


@step("the store is away during a look")
def _away(system):
    reconciler = system.bidder.worker._reconciler
    records, reconciler._records = reconciler._records, _Away()
    system.run(system.bidder.worker.run_due())
    reconciler._records = records


@then("nobody counted it as a lot that kills its workers")
def _not_counted(system, lot):
    assert 0 == system.events("lot.retaken", lot)


@given("the store is found to have appendfsync everysec")
def _unfit(system):
    conditions = system.bidder.worker._conditions
    conditions.complaints, conditions._checked = ["Redis has appendfsync everysec"], float("inf")
