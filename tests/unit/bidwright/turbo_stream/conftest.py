"""What the tests of the page encoding read lies beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # a_lot.py, the page of a lot
