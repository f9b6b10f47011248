"""
A simulated sale for strategy authors: each strategy bids in a sale of its own, on the same lots against the same rivals.

Everything follows from the seed. Needs the package bidwright-simulator, which is imported only when a sale is run.
"""

from bidwright.testing.sale.bidder import Latency
from bidwright.testing.sale.lots import Caps
from bidwright.testing.sale.offered import Contestant, contestants
from bidwright.testing.sale.result import Difference, Result, paired
from bidwright.testing.sale.rivals import MIXES, Mix, mix
from bidwright.testing.sale.run import run_sale

__all__ = ["MIXES", "Caps", "Contestant", "Difference", "Latency", "Mix", "Result", "contestants", "mix", "paired", "run_sale"]
