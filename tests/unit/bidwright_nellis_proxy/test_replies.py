"""The signs in an answer."""

from datetime import UTC, datetime

import pytest

from bidwright.turbo_stream import Opaque, encode
from bidwright_nellis_proxy.replies import Reply, http_date, kept

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
HTML = {"content-type": "text/html; charset=utf-8"}
LOGIN = '<!doctype html><title>Log in</title><form method="post" action="/login"><input name="email"></form>'
CAPTCHA = "<html><title>Just a moment...</title><p>Verify you are human</p></html>"
REDIRECT = {"redirect": "/login?redirectTo=%2Fp", "status": 302, "revalidate": False, "reload": False, "replace": False}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(401, '{"error":"x"}'),
        Reply(403),
        Reply(403, LOGIN, HTML),
        Reply(302, "", {"location": "/login"}),
        Reply(302, "", {"location": "https://site.test/login?x=1"}),
        Reply(204, "", {"x-remix-redirect": "/login"}),
        Reply(202, encode({"r": Opaque("SingleFetchRedirect", [REDIRECT])})),
        Reply(202, encode(Opaque("SingleFetchRedirect", [REDIRECT]))),
    ],
)
def test_logged_out(reply):
    """Each sign of section 2.2 and 5 that the session is over."""
    assert reply.logged_out


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, "{}"),
        Reply(403, "Unexpected Server Error"),
        Reply(403, CAPTCHA, HTML),
        Reply(302, "", {"location": "/"}),
        Reply(302, "", {"location": "/p/login-table/7"}),
        Reply(204, "", {"x-remix-redirect": "/loginless"}),
        Reply(202, "SingleFetchRedirect garbage"),
        Reply(202, encode({"r": Opaque("SingleFetchRedirect", ["/login"])})),
        Reply(404),
        Reply(429),
    ],
)
def test_not_logged_out(reply):
    """Wrong routes, other redirects and bot checks are no news about the session."""
    assert "" == reply.logged_out


def test_challenge():
    """A bot check stands in place of the site's own page, which may load such scripts itself."""
    assert Reply(403, CAPTCHA, HTML).is_challenge
    assert Reply(200, CAPTCHA).is_challenge
    assert not Reply(200, f"<html><script>window.__remixContext = {{}}</script>{CAPTCHA}", HTML).is_challenge
    assert not Reply(200, '{"title":"captcha"}').is_challenge
    assert not Reply(200, "<html>hello</html>", HTML).is_challenge


def test_login_page():
    """The form or the title tells; a mention of the address does not."""
    assert Reply(200, LOGIN, HTML).is_login_page
    assert Reply(200, '<html><form class="a" action="https://site.test/login"></form>').is_login_page
    assert not Reply(200, '<html><a href="/login">Log in</a>', HTML).is_login_page
    assert not Reply(200, LOGIN.replace("<!doctype html>", "{"), {"content-type": "application/json"}).is_login_page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("-4", 0.0),
        ("Mon, 21 Sep 2026 14:00:07 GMT", 7.0),
        ("Mon, 21 Sep 2026 13:00:00 GMT", 0.0),
        ("99999999", 3600.0),
        ("inf", 3600.0),
        ("nan", None),
        ("later", None),
        ("", None),
    ],
)
def test_retry_after(text, expected):
    """Seconds or a date, never negative, never for ever."""
    assert expected == Reply(429, headers={"retry-after": text}).retry_after_s(NOW)


def test_age():
    """How long a cache kept an answer."""
    assert 12.0 == Reply(200, headers={"age": "12"}).age_s
    assert 0.0 == Reply(200, headers={"age": "x"}).age_s
    assert 0.0 == Reply(200).age_s


def test_kept_headers():
    """Cookies that the site sets are not kept."""
    assert {"date": "d", "location": "/x"} == kept([("Date", "d"), ("Set-Cookie", "__session=canary"), ("LOCATION", "/x")])


def test_http_dates():
    """Aware in any case, None when it is no date."""
    assert NOW == http_date("Mon, 21 Sep 2026 14:00:00 GMT")
    assert NOW == http_date("Mon, 21 Sep 2026 14:00:00 -0000")
    assert http_date("yesterday") is None
    assert http_date("Mon, 21 Sep 99999999999999999999 14:00:00 GMT") is None
    assert http_date("Mon, 21 Sep 2026 14:00:00 +99999999999999999999") is None


def test_a_form_ends_where_the_next_tag_begins():
    """The action of another tag is not the form's, and a page full of forms is read once."""
    assert not Reply(200, '<html><form class=x <b action="/login">', HTML).is_login_page
    assert not Reply(200, "<html>" + "<form action=x " * 100_000, HTML).is_login_page


def test_a_redirect_that_is_no_text():
    """A target of any depth that is no text leads nowhere."""
    deep = ",".join(f"[{slot}]" for slot in range(4, 1500)) + ",[]]"
    assert "" == Reply(202, '[["SingleFetchRedirect",1],{"_2":3},"redirect",' + deep).redirect


def test_a_repeated_secret_is_hidden():
    """Encoded as it was sent or decoded, the value is not in the answer any more; the rest stays."""
    reply = Reply(400, '{"error":"no session a%3Db%2F, a=b/!"}', {"date": "d"})
    assert Reply(400, '{"error":"no session [hidden], [hidden]!"}', {"date": "d"}) == reply.without("a%3Db%2F")
    assert reply == reply.without("a")
