"""nellis-proxy: the only process that speaks to the auction site, and the only one that can unseal its session."""
