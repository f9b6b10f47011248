"""The kill switch and the service's own switch, as the books keep them."""

from pytest_bdd import given, parsers, step, then

_INSTALLATION = {"known": "", "site": "http://site", "schema": "1", "total_limit": 200_000, "max_bid": 100_000}


@step("all bidding is stopped")
def _stopped(books, story):
    story.first = books.do(books.t.halt("owner", "enough"))


@step("all bidding is stopped once more by somebody else")
def _stopped_again(books):
    books.do(books.t.halt("somebody", "me too"))


@step("a file on a host says stop")
def _file(books):
    assert books.do(books.t.halt_here("file", "/data/HALT", ttl_ms=3000))


@step("somebody deletes the kill record in Redis")
def _deleted(books):
    books.do(books.redis.delete("bw:kill"))


@step("the first one lets bidding go on")
def _first_resumes(books, story):
    story.answer = books.do(books.t.resume("owner", story.first))


@step("the owner who saw it lets bidding go on")
def _resumes(books, story):
    story.answer = books.do(books.t.resume("owner", books.do(books.records.kill())["gen"]))


@given("the session of the site has expired")
def _expired(books):
    books.do(books.t.session("expired", "logged out"))


@step("the owner takes the service live")
def _live(books):
    assert books.do(books.t.mode("owner", live=True)).ok


@step("the service is put in dry run")
def _dry(books):
    assert books.do(books.t.mode("owner", live=False)).ok


@step(parsers.re(r"the services start again(?P<locked> with BIDWRIGHT_MODE=dry-run)?"))
def _start_again(books, locked):
    assert books.do(books.t.init(epoch="e2", live="0" if locked else "", **_INSTALLATION)).ok


@then(parsers.re(r"bidding (?P<word>is stopped|goes on)"))
def _bidding(books, word):
    assert ("halt" if word == "is stopped" else "run") == books.do(books.records.kill())["state"]


@then(parsers.re(r"the service is (?P<word>live|in dry run)"))
def _service(books, word):
    assert ("1" if word == "live" else "0") == books.do(books.records.kill())["live"]


@then(parsers.parse("it is refused as {why}"))
def _refused(story, why):
    assert (False, why) == (story.answer.ok, story.answer.why)
