"""One file per group of verbs; each speaks only the public API."""
