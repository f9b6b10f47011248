"""How the site behaves as a whole; every field can be changed while it runs, for one request by a fault or for all."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints

LoggedOut = Literal["redirect", "401", "403", "login"]


@dataclass(frozen=True)
class Settings:
    """
    The site's manners. Defaults are what the site did last.
    """

    format: Literal["streamed", "plain"] = "streamed"
    """How pages carry their data: since August 2026, or before."""
    dates: Literal["auto", "native", "iso", "wrapped", "ms"] = "auto"
    """auto: native in streams, wrapped in JSON. native means ISO where JSON has no dates."""
    loader: bool = True
    """Whether `?_data=` answers with JSON; off: the page."""
    data: bool = True
    """Whether `.data` answers; off: 404."""
    listings: bool = True
    """Whether `POST /api/listings` exists."""
    listings_user_state: bool = False
    """Whether the batch read says who leads."""
    dashboard: bool = True
    """Whether the account's lists exist."""
    nested_auctions: bool = False
    """`data.myAuctions` in place of `myAuctions`."""
    logged_out: LoggedOut = "redirect"
    """What a loader behind the login answers without a session."""
    logged_out_bids: LoggedOut = "401"
    """What `/api/bids` answers without a session."""
    refusals: Literal["2026", "2025"] = "2026"
    """Which wording a refused bid is given."""
    bid_status: Literal["200", "201"] = "200"
    """The status of an accepted bid."""
    soft_close: Literal["inclusive", "strict"] = "inclusive"
    """Whether a bid exactly `extensionInterval` before the close extends it."""
    shifting: bool = True
    """Whether the shape of the stream (chunk borders) varies from page to page."""

    def changed(self, changes: dict[str, Any]) -> Settings:
        """These settings with *changes*. Raises ValueError naming what is unknown or not allowed."""
        hints = get_type_hints(Settings)
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"there is no setting {name!r}; there are {', '.join(field.name for field in fields(Settings))}")
            allowed = (True, False) if hints[name] is bool else get_args(hints[name])
            if value not in allowed or isinstance(value, bool) != (hints[name] is bool):
                raise ValueError(f"{name} is one of {', '.join(map(str, allowed))}, not {value!r}")
        return replace(self, **changes)
