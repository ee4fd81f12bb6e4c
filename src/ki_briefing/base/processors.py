"""How many processors we may use."""

from __future__ import annotations

import os


def available() -> int:
    """Return how many processors this process may use; fewer than the machine has if the process is pinned."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
