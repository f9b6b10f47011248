"""
Errors are named by what the reader does next.

BidwrightError
├─ BadInput             ask differently; .field says where
├─ NotFound             there is no such thing here
├─ Conflict             it is already so, or somebody was faster; look and ask again
├─ BidHeld              a guard, a plugin or a switch said no; nothing was bid; .reason
├─ SetupError           the operator must change something before this can start
├─ StoreDown            Redis is away; nothing was changed; ask again when it is back
├─ PluginError          a plugin cannot be used; .plugin and the reason
└─ UpstreamError        the auction site did not do what we asked
   ├─ UpstreamBusy      ask again after .retry_after seconds; nothing was bid
   ├─ UpstreamDown      it could not be reached or failed; reads may be tried again
   │  └─ UpstreamCached a cache answered in its place; it says nothing about now
   ├─ UpstreamChanged   a page no longer parses; stop on that lot and tell a human
   ├─ LotGone           the site does not know the lot
   └─ SessionLost       the site took us for logged out; the owner must log in again
"""

from __future__ import annotations


class BidwrightError(Exception):
    """
    Anything Bidwright raises on purpose; its text is a sentence for a person.
    """

    code = "INTERNAL_ERROR"


class BadInput(BidwrightError):
    """
    Ask differently: *field* is wrong in the way the sentence says.
    """

    code = "VALIDATION_ERROR"

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class NotFound(BidwrightError):
    """
    There is no such thing here.
    """

    code = "NOT_FOUND"


class Conflict(BidwrightError):
    """
    It is already so, or somebody was faster; look at the present state and ask again.
    """

    code = "CONFLICT"


class BidHeld(BidwrightError):
    """
    A guard, a plugin or a switch said no. Nothing was bid. *reason* is a short machine word.
    """

    code = "POLICY_DENIED"

    def __init__(self, sentence: str, reason: str = "held") -> None:
        super().__init__(sentence)
        self.reason = reason


class SetupError(BidwrightError):
    """
    The operator must change something before this can start; the sentence says what.
    """

    code = "SETUP_ERROR"


class StoreDown(BidwrightError):
    """
    Redis is away. Nothing was changed; ask again when it is back.
    """

    code = "STORE_DOWN"


class PluginError(BidwrightError):
    """
    A plugin cannot be used; the service goes on without it.
    """

    code = "PLUGIN_ERROR"

    def __init__(self, plugin: str, reason: str) -> None:
        super().__init__(f"{plugin}: {reason}")
        self.plugin = plugin
        self.reason = reason


class UpstreamError(BidwrightError):
    """
    The auction site did not do what we asked.
    """

    code = "UPSTREAM_ERROR"


class UpstreamBusy(UpstreamError):
    """
    Ask again after *retry_after* seconds. Nothing was bid.
    """

    code = "UPSTREAM_BUSY"

    def __init__(self, sentence: str, retry_after: float = 1.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class UpstreamDown(UpstreamError):
    """
    The site could not be reached or failed. A read may be tried again.
    """

    code = "UPSTREAM_DOWN"


class UpstreamCached(UpstreamDown):
    """
    A cache answered in the site's place, which says nothing about now. A read may be tried again.
    """


class UpstreamChanged(UpstreamError):
    """
    A page no longer has the shape we know. Stop on that lot and tell a human.
    """

    code = "UPSTREAM_CHANGED"


class LotGone(UpstreamError):
    """
    The site does not know this lot.
    """

    code = "LOT_GONE"


class SessionLost(UpstreamError):
    """
    The site took us for logged out: bidding halts until the owner logs in and syncs again.
    """

    code = "SESSION_LOST"
