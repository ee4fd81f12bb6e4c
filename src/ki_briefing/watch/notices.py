"""What somebody is told, and what becomes of it: the values, and the time limit of every way to tell it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, Exit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ki_briefing.show.notify import Event

PAUSES = (1.0, 5.0)
"""Between the attempts to tell somebody [s]."""

_DEADLINE = 60.0  # seconds for all attempts together


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that somebody is told.

    Attributes:
        about: Path or address of what it is about.
        text: In one or more sentences.
        since: When it happened or began.
    """

    event: Event
    about: str
    text: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Untold:
    """A way to tell somebody that failed.

    Attributes:
        is_news: It did not fail the last time.
    """

    way: str
    message: str
    hint: str
    is_news: bool = True


class NotifyError(BriefingError):
    """A mail server or an address did not take what somebody should be told."""

    exit_code = Exit.UNAVAILABLE
    passing = True


def with_patience(attempt: Callable[[], None], way: str) -> None:
    """Try to tell somebody, again after a passing failure, and give up at the deadline, whatever the other side does.

    Raises:
        BriefingError: The last attempt's.
    """
    failures: list[BaseException] = [NotifyError(f"{way}: no answer within {_DEADLINE:.0f} s")]

    def work() -> None:
        for pause in (*PAUSES, None):
            try:
                attempt()
                failures.clear()
            except BriefingError as error:
                failures[:] = [error]
                if error.passing and pause is not None:
                    time.sleep(pause)
                    continue
            except Exception as bug:
                failures[:] = [bug]
            return

    worker = threading.Thread(target=work, daemon=True)  # one that hangs does not keep the process
    worker.start()
    worker.join(_DEADLINE)
    if failures:
        raise failures[0]
