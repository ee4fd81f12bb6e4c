"""Native libraries that print: what they tell of a broken file helps nobody, and cron would send it by mail."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDERR = 2
_one_at_a_time = threading.RLock()  # two threads would restore each other's silence


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Let nothing through to the process's stderr while the block runs, from any thread; other blocks wait."""
    with _one_at_a_time, contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # it is closed, and so silent already
            kept = os.dup(_STDERR)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, _STDERR)
            nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
            stack.callback(os.close, nowhere)
            os.dup2(nowhere, _STDERR)
        yield
