"""The `bidwright` command: runs the whole system on this machine, and speaks to a running one through its public API."""
