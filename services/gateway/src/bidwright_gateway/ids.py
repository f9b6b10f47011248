"""Lot ids, and the addresses that carry them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bidwright.errors import BadInput

HINT = "A lot id is the number at the end of the lot's address."
_ID = re.compile(r"[0-9]{1,18}")
_PATH = re.compile(r"/(?:p/[^/]+|auction|p)/([0-9]{1,18})/?")


def lot_id(value: object) -> str:
    """
    A lot id as text. Raises BadInput when *value* is none. Whole numbers are taken as well: some clients send them.
    """
    if isinstance(value, float) and value.is_integer():  # JSON knows one kind of number
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        value = str(value)
    if not isinstance(value, str):
        raise BadInput(f'"auctionId" must be a string. {HINT}', "auctionId")
    if not _ID.fullmatch(value):
        raise BadInput(f"Invalid auction ID format. {HINT}", "auctionId")
    return value


def lot_id_or_address(value: object) -> str:
    """A lot id from a number or from the address of a lot's page. Raises BadInput."""
    if isinstance(value, str) and "/" in value:
        try:
            found = _PATH.search(urlsplit(value.strip()).path)
        except ValueError:
            found = None
        if not found:
            raise BadInput(f"That is no address of a lot. {HINT}", "auctionId")
        return found[1]
    return lot_id(value.strip() if isinstance(value, str) else value)
