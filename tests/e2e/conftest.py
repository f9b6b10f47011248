"""What both runs of the whole system stand on lies beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
