"""The dashboard's files: every text is there once and used, both surfaces use the same words, nothing comes from elsewhere or as markup."""

import json
import re
import subprocess
import sys
from pathlib import Path

from bidwright.runtime.notices.wishes import KINDS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "services/gateway/src/bidwright_gateway/static"
APP = STATIC / "app"
_TEXT = re.compile(r"^  '?([A-Za-z0-9_-]+)'?: '((?:[^'\\]|\\.)*)',$", re.MULTILINE)
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*['"]([^'"]+)['"]""")
_ELSEWHERE = re.compile(
    r"""https?://(?!www\.nellisauction\.com)[a-z]|innerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|\beval\(|new Function\("""
)


def catalogue():
    """Every text by its key; those that are there twice."""
    found, twice = {}, []
    for file in sorted((APP / "texts").glob("*.js")):
        for key, text in _TEXT.findall(file.read_text("utf-8")):
            twice += [key] if key in found else []
            found[key] = text.replace("\\'", "'").replace("\\u00a0", "\u00a0")
    return found, twice


def modules():
    """Every module of ours, with its text."""
    return {
        path: path.read_text("utf-8")
        for path in (*sorted(STATIC.glob("*.js")), *sorted(APP.rglob("*.js")), *sorted((STATIC / "shared").glob("*.js")))
    }


def test_every_text_is_there_once_and_used():
    """None is asked for that is not there, and none is kept that nobody asks for."""
    texts, twice = catalogue()
    code = "\n".join(text for path, text in modules().items() if path.parent.name != "texts")
    asked = {*re.findall(r"(?<![A-Za-z])t\('([A-Za-z0-9_-]+)'", code)}
    counted = {*re.findall(r"many\('([A-Za-z0-9_-]+)'", code)}
    families = tuple(re.findall(r"`([a-z_]+_)\$\{", code))
    words = {*re.findall(r"'([A-Za-z][A-Za-z0-9_-]+)'", code)}
    assert [] == twice
    assert set() == asked - set(texts)
    assert set() == {f"{key}_{end}" for key in counted for end in ("one", "many")} - set(texts)
    assert [] == [
        key for key in texts if re.sub(r"_(one|many)$", "", key) not in words and key not in words and not key.startswith(families)
    ]


def test_both_surfaces_use_the_same_words():
    """What the extension says too, it says in the same words."""
    texts, _ = catalogue()
    extension = json.loads((ROOT / "extension/_locales/en/messages.json").read_text("utf-8"))
    both = {key: (texts[key], extension[key]["message"]) for key in texts.keys() & extension.keys()}
    assert len(both) > 50
    assert {} == {key: pair for key, pair in both.items() if pair[0] != pair[1]}


def test_every_kind_of_notice_can_be_chosen():
    """In the rules of notices, each with its word."""
    texts, _ = catalogue()
    named = re.search(r"KINDS = \[([^\]]+)\]", (APP / "pages/settings/rules.js").read_text("utf-8"))[1]
    assert sorted(KINDS) == sorted(re.findall(r"'([a-z]+)'", named))
    assert [] == [kind for kind in KINDS if f"kind_{kind}" not in texts]


def test_every_module_is_reached_and_nothing_comes_from_elsewhere():
    """Each import leads to a file here, and each file is imported; no address, no markup out of text."""
    there = modules()
    wanted = {STATIC / "docs.js", APP / "boot.js"}
    for path, text in there.items():
        for name in _IMPORT.findall(re.sub(r"/\*\*.*?\*/", "", text)):  # not what remarks speak of
            if name.startswith("."):
                target = (path.parent / name).resolve()
                assert target.is_file(), f"{path}: {name}"
                wanted.add(target)
    assert set() == set(there) - wanted
    assert [] == [str(path.relative_to(STATIC)) for path, text in there.items() if _ELSEWHERE.search(text)]


def test_what_is_vendored_is_as_it_was_fetched():
    """To the byte, with its licences."""
    done = subprocess.run([sys.executable, ROOT / "tools/vendor.py", "--check"], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (0, "") == (done.returncode, done.stderr)
    licences = (STATIC / "vendor/LICENSES.txt").read_text("utf-8")
    for name in json.loads((ROOT / "services/gateway/vendor/package.json").read_text("utf-8"))["dependencies"]:
        assert name in licences
