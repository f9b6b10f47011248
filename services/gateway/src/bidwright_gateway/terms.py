"""What a person is asked before real money moves for the first time: the site's terms, and what nobody could settle beforehand."""

from __future__ import annotations

QUESTION = "Did you read the terms of nellisauction.com, and do they allow you to bid with a program?"
OPEN_POINTS = (
    "Whether the site still answers reads of its data as it did when this was written.",
    "What its live events carry; without them lots are polled.",
    "How it answers once your session has expired; in doubt nothing is bid.",
    "Whether it limits bids per minute.",
    "What exactly moves a close; Bidwright believes only what a read says.",
    "Whether it will ask for a captcha with each bid; then bids are refused.",
    "Whether a page read with your session says who leads; without it nothing is bid.",
)
"""Each is settled by reading, as far as reading can, by ``bidwright doctor --site``."""
