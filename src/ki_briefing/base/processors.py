"""How much of the machine is ours, and work spread over it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    Item = TypeVar("Item")
    Result = TypeVar("Result")

_AHEAD = 4  # items for each process: so far the slowest may fall behind


def available() -> int:
    """Return how many processors this process may use: fewer than there are where it is pinned to some."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield what a function returns for each item, in order, found by as many processes as we may use processors.

    A process that is killed loses nothing: its work is done here. If we are killed, all of them end. Where none may be
    begun, all is done here. An error, of the function or the items, is raised in its turn.

    Args:
        function: Pure.
        items: Taken one by one, as the processes get ready; large enough to be worth sending.
    """
    if not _others_may_help():
        yield from map(function, items)
        return
    early: dict[int, Callable[[], Result]] = {}
    expected = 0
    for number, outcome in _as_found(function, items):
        early[number] = outcome
        while expected in early:
            yield early.pop(expected)()
            expected += 1


def _as_found(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[int, Callable[[], Result]]]:
    """Yield the numbers of the items with what returns their results, none much earlier than its turn."""
    from multiprocessing import get_context
    from multiprocessing.connection import wait

    fork = get_context("fork")  # the other ways run the main program's file again, even if it does not expect that
    helpers: list[ForkProcess] = []
    asked: dict[Connection, tuple[int, Item]] = {}  # the earliest item first
    found: list[tuple[int, Callable[[], Result]]]
    failures: list[Exception] = []
    try:
        for number, item in enumerate(_until_failure(items, failures)):
            if len(helpers) < available():
                ours, theirs = fork.Pipe()
                helper = fork.Process(target=_help, args=(function, ours, theirs), daemon=True)
                helper.start()
                helpers.append(helper)
                theirs.close()  # so that we see when it ends
                found = []
            else:
                earliest, _ = next(iter(asked.values()))
                ready = wait(asked) if number - earliest < _AHEAD * len(helpers) else asked
                ours = next(each for each in asked if each in ready)
                earlier, asked_for = asked.pop(ours)
                found = [(earlier, _answer(ours, function, asked_for))]
            _ask(ours, item)
            asked[ours] = number, item
            yield from found
        for ours, (number, item) in asked.items():
            yield number, _answer(ours, function, item)
        for failure in failures:
            raise failure
    finally:
        for helper in helpers:
            helper.kill()
        for helper in helpers:
            helper.join()


def _until_failure(items: Iterable[Item], failures: list[Exception]) -> Iterator[Item]:
    """Yield the items; keep what ends them too early."""
    try:
        yield from items
    except Exception as error:
        failures.append(error)


def _others_may_help() -> bool:
    import threading

    if available() == 1 or threading.active_count() > 1:  # copied among threads, a process may wait for one for ever
        return False
    from multiprocessing import current_process, get_all_start_methods  # 20 ms

    return "fork" in get_all_start_methods() and not current_process().daemon  # a helper has no helpers


def _ask(helper: Connection, item: object) -> None:
    with suppress(ConnectionError):  # seen when its answer does not come
        helper.send(item)


def _answer(helper: Connection, function: Callable[[Item], Result], item: Item) -> Callable[[], Result]:
    """Return what returns a helper's answer; if that does not come, or not to its end, what finds it here."""
    try:
        answer: Result = helper.recv()
    except (EOFError, OSError):
        return lambda: function(item)
    return lambda: answer


def _help(function: Callable[[Item], Result], theirs: Connection, asking: Connection) -> None:
    """Answer until nobody asks."""
    import gc
    import signal

    gc.set_threshold(100_000)  # as in a command
    theirs.close()  # else we would wait for ourselves to ask
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks ends us
    with suppress(EOFError, ConnectionError):
        while True:
            asking.send(function(asking.recv()))
