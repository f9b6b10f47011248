import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent))
from storm.run import timed
a=int(sys.argv[1]); b=int(sys.argv[2]); v=sys.argv[3] if len(sys.argv)>3 else ""
rs,t=timed(range(a,b),v)
for r in rs:
    if r.broken: print(r); print()
from collections import Counter
c=Counter()
for r in rs: c.update(r.tally)
print(dict(c), sum(bool(r.broken) for r in rs), "broken of", len(rs), f"{t:.1f}s")
