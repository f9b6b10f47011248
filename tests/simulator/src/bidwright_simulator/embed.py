"""How a page carries its data: streamed as since August 2026, or as one plain object as before."""

from __future__ import annotations

import json
from random import Random
from typing import Any, NamedTuple

from bidwright.turbo_stream import encode

_ESCAPES = str.maketrans({"&": "\\u0026", "<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_CONTEXT = {"basename": "/", "future": {"v3_singleFetch": True, "v3_fetcherPersist": True}, "isSpaMode": False}


class Embedded(NamedTuple):
    """
    Scripts for a page: inside the body, and after the end of the document.
    """

    inside: str
    behind: str


def script_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def streamed(root: Any, seed: str, *, shifting: bool = True) -> Embedded:
    """
    *root* in several enqueue calls. Chunk borders are anywhere, drawn from *seed*; most calls stand after the document.
    """
    text = encode(root)
    rng = Random(seed)
    cuts = sorted(rng.sample(range(1, len(text)), min(len(text) - 1, rng.randint(2, 6)))) if shifting else [len(text) // 2]
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    calls = [f"<script>window.__remixContext.streamController.enqueue({script_json(part)});</script>" for part in parts]
    opening = (
        f"<script>window.__remixContext = {script_json(_CONTEXT)};"
        "window.__remixContext.stream = new ReadableStream({start(controller){window.__remixContext.streamController = controller;}})"
        ".pipeThrough(new TextEncoderStream());</script>"
    )
    behind = "".join(f"<!--$-->{call}<!--/$-->\n" for call in calls[1:])
    return Embedded(
        f"{opening}\n{calls[0]}", f"\n{behind}<!--$--><script>window.__remixContext.streamController.close();</script><!--/$-->\n"
    )


def plain(root: Any) -> Embedded:
    """*root* as the state of the older pages; it must be JSON."""
    return Embedded(f"<script>window.__remixContext = {script_json({'url': '', 'state': root, **_CONTEXT})};</script>", "\n")
