"""Run seeds or ablations from the command line; see README.md."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # storm, beside this file
from storm.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
