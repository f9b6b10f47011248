"""Only `make compose-test` runs these: they need a container engine and minutes."""

import os

collect_ignore_glob = [] if os.environ.get("BIDWRIGHT_COMPOSE_TEST") else ["test_*.py"]
