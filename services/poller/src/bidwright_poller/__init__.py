"""poller: keeps every watched lot fresh within the request budget."""
