"""How many processors we may use."""

from __future__ import annotations

import os

_most = 0  # of them; 0: as many as there are


def available() -> int:
    """Return how many processors this process may use; fewer than the machine has if the process is pinned."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, _most) if _most else found


def use_at_most(count: int) -> None:
    """Let this process use no more: it is one of several that share the machine."""
    global _most
    _most = count
