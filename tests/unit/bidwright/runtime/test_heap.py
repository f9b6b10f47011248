"""Large blocks that are free are the system's again."""

import platform
import subprocess
import sys

import pytest

_PROGRAM = """
import os, sys
from bidwright.runtime import heap

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE") >> 20

if sys.argv[1] == "told":
    assert heap.give_large_blocks_back()
bytes(12 << 20)  # freed: by itself the library now takes such blocks from the heap
before, kept = resident(), []
for _ in range(20):
    large = bytearray(b"x") * (12 << 20)
    kept.append(bytearray(b"y") * (100 << 10))  # stays behind it
    large = None
    kept.append(bytearray(b"z") * (13 << 20))
kept = [one for one in kept if len(one) < 1 << 20]
print(resident() - before)
"""


def _grown(how: str) -> int:
    found = subprocess.run([sys.executable, "-c", _PROGRAM, how], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return int(found.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library decides this by itself")
def test_what_is_free_is_given_back() -> None:
    """
    Lists come and go while small things stay between them: a few megabytes are left, where otherwise most of it would be.
    """
    assert _grown("told") < 8
    assert _grown("untold") > 8
