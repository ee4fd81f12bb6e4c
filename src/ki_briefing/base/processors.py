"""How much of the machine is ours."""

from __future__ import annotations

import os


def available() -> int:
    """Return how many processors this process may use: fewer than there are where it is pinned to some."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
