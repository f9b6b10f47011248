"""Every reason that a script may refuse with, brought about through the scripts: a file for the cases of each kind of transition."""

from . import installation, intents, orders, queue, reads, reserve, toggles

CASES = reserve.CASES | intents.CASES | reads.CASES | orders.CASES | queue.CASES | installation.CASES | toggles.CASES
