"""
A simulated auction site: pages, bids with hidden maxima, soft close, rivals, live events, search and graded faults.

Everything follows from the seed and from what is asked of it when, so a run can be repeated exactly.
``site.Site`` is the sale itself, without a socket; ``app.build`` puts HTTP around it; ``inprocess`` a client beside it.
"""

from bidwright_simulator.app import build
from bidwright_simulator.settings import Settings
from bidwright_simulator.site import Site

__all__ = ["Settings", "Site", "build"]
