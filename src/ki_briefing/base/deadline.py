"""Work that may hang -> its result in time, or the news that it is too late.

No socket's time limit covers a slow name server, or an answer that drips. What hangs is left to itself, and does not
keep the process.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


class TooLate(Exception):
    """The work has not ended in time."""


def within(seconds: float, work: Callable[[], R]) -> R:
    """Return what a function returns, called in a thread of its own.

    Raises:
        TooLate: It has not ended within so many seconds.
        BaseException: Whatever it raised.
    """
    outcome: queue.SimpleQueue[tuple[R | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except BaseException as error:  # it is raised in the thread that waits for it
            outcome.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = outcome.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise TooLate(f"no whole answer within {seconds:g} seconds") from None
    if error is not None:
        raise error
    return cast("R", result)
