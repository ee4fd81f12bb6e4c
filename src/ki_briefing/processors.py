"""How much of the machine is ours, and work spread over it."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection

    Item = TypeVar("Item")
    Result = TypeVar("Result")


def available() -> int:
    """Return how many processors this process may use: fewer than there are where it is pinned to some."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield what a function returns for each item, in order, found by as many processes as we may use processors.

    A process that is killed loses nothing: its work is done here. If we are killed, all of them end.

    Args:
        function: Pure, of a module's own level.
        items: Taken one by one, as the processes get ready; large enough to be worth sending.
    """
    from multiprocessing import Pipe, Process  # 20 ms

    helpers: list[Process] = []
    asked: deque[tuple[Connection, Item]] = deque()
    try:
        for item in items:
            if len(helpers) < available():
                ours, theirs = Pipe()
                helper = Process(target=_help, args=(function, ours, theirs), daemon=True)
                helper.start()
                helpers.append(helper)
                theirs.close()  # so that we see when it ends
                _ask(ours, item)
            else:
                ours, earlier = asked.popleft()
                result = _answer(ours, function, earlier)
                _ask(ours, item)
                yield result
            asked.append((ours, item))
        for ours, earlier in asked:
            yield _answer(ours, function, earlier)
    finally:
        for helper in helpers:
            helper.kill()


def _ask(helper: Connection, item: object) -> None:
    with suppress(ConnectionError):  # seen when its answer does not come
        helper.send(item)


def _answer(helper: Connection, function: Callable[[Item], Result], item: Item) -> Result:
    try:
        answer: Result = helper.recv()
    except (EOFError, ConnectionError):
        return function(item)
    return answer


def _help(function: Callable[[Item], Result], theirs: Connection, asking: Connection) -> None:
    """Answer until nobody asks."""
    import signal

    theirs.close()  # else we would wait for ourselves to ask
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks ends us
    with suppress(EOFError, ConnectionError):
        while True:
            asking.send(function(asking.recv()))
