"""notifier: tells the owner what happened; never in the way of a bid."""
