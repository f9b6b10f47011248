"""
Coverage-guided fuzzing of everything that reads the site's text: page to data to Lot, the stream's decoder, the headers.

``make fuzz``, or ``python tests/fuzz/decoder.py --seconds 300``. An input that raises anything but NotUnderstood or
TurboStreamError, takes longer than five seconds or more than 2 GiB ends the run with its file in .fuzz/.
"""

import argparse
import hashlib
import resource
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bidwright.turbo_stream", "bidwright_nellis_proxy"]):
    from bidwright.turbo_stream import TurboStreamError, decode
    from bidwright_nellis_proxy.embedded import NotUnderstood, plain_json
    from bidwright_nellis_proxy.lots import lot_in, lots_in, my_lots_in
    from bidwright_nellis_proxy.replies import Reply, http_date
    from bidwright_nellis_proxy.ways import Way, decoded

from seeds import DATA, HEADERS, LOADER, ROOT, STREAM, WANTED, WORDS, seeds

SITE = "https://www.example.invalid"
MEMORY = 2 * 1024**3
INPUT_S = 5
LONGEST = 65_536
NOW = datetime(2026, 9, 21, tzinfo=UTC)
WAYS = {DATA: ("text/x-script", Way.DATA), LOADER: ("application/json", Way.LOADER)}


def one(data: bytes) -> None:
    """Read one input as its first character says."""
    text = data.decode("utf-8", "replace")  # as the proxy does
    kind, text = text[:1], text[1:]
    if kind == STREAM:
        with suppress(TurboStreamError):
            decode(text)
    elif kind == HEADERS:
        headers(text)
    else:
        answer(text, *WAYS.get(kind, ("text/html", Way.PAGE)))


def headers(text: str) -> None:
    """A header of an answer that we look at."""
    http_date(text)
    reply = Reply(200, "", {"retry-after": text, "age": text, "location": text, "content-type": text})
    _ = (reply.retry_after_s(NOW), reply.age_s, reply.is_html)
    _ = (Reply(302, "", {"location": text}).logged_out, Reply(204, "", {"x-remix-redirect": text}).logged_out)


def answer(text: str, content_type: str, way: Way) -> None:
    """A whole answer, through all that is asked of it."""
    reply = Reply(200, text, {"content-type": content_type})
    _ = (reply.is_challenge, reply.is_login_page, reply.redirect, reply.logged_out)
    try:
        root = decoded(reply, way).root if way is not Way.LOADER else plain_json(text)
    except NotUnderstood:
        return
    with suppress(NotUnderstood):
        lot_in(root, WANTED, SITE)
    with suppress(NotUnderstood):
        lots_in(root, SITE)
    with suppress(NotUnderstood):
        my_lots_in(root, SITE)


def prepare(folder: Path) -> tuple[Path, Path]:
    """The corpus with all seeds in it, and the list of words."""
    corpus, words = folder / "corpus", folder / "words"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        raw = seed.encode("utf-8", "replace")
        (corpus / hashlib.sha256(raw).hexdigest()[:16]).write_bytes(raw)
    quoted = (word.encode() for word in WORDS)
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in quoted))
    return corpus, words


def main() -> None:
    """Fuzz until the time is over or something is found."""
    ask = argparse.ArgumentParser(description="Coverage-guided fuzzing of the page reader.")
    ask.add_argument("--seconds", type=int, default=60)
    ask.add_argument("files", nargs="*", help="inputs to run once, such as a finding, instead of fuzzing")
    asked = ask.parse_args()
    folder = ROOT / ".fuzz"
    corpus, words = prepare(folder)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limits = [f"-timeout={INPUT_S}", f"-rss_limit_mb={MEMORY // 1024**2}", f"-max_len={LONGEST}", f"-artifact_prefix={folder}/finding-"]
    more = asked.files or [f"-max_total_time={asked.seconds}", f"-dict={words}", "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *limits, *more], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
