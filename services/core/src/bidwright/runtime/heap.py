"""The heap: large blocks go back to the system as soon as they are free, where the C library can be told so."""

from __future__ import annotations

import ctypes

LARGE = 2 << 20
"""From so many bytes on a block is mapped by itself: a list of thousands of lots, not the answer that is made a hundred times a second."""
_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of mallopt(3)."""


def give_large_blocks_back() -> bool:
    """
    Fix the size from which blocks are mapped by themselves; False where the C library knows no such thing.

    glibc raises that size to the largest block that was ever freed, up to 32 MiB (mallopt(3)): later ones of that size then come from the
    heap, between others that stay, and a process that once sent large lists to many clients keeps several times their size for good.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE))
    except (AttributeError, OSError, TypeError):
        return False
