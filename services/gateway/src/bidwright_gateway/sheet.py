"""Tables as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi.responses import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """*text*, with an apostrophe in front when a spreadsheet would take it for a formula, also behind blanks."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table with a line of heads, each line ended as RFC 4180 wants it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([cell(text) for text in row] for row in rows)
    return out.getvalue()


def download(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The table as a file for a browser to keep."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_text(heads, rows), media_type="text/csv", headers=headers)
