"""`python -m bidwright_cli` and the `bidwright` command."""

from __future__ import annotations

import sys

from bidwright_cli import app


def main() -> None:
    """Run the command line and end the process with its code."""
    sys.exit(app.main())


if __name__ == "__main__":
    main()
