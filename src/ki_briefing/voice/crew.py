"""Threads that work through a list and can be left at once.

A function and its arguments -> (argument, result or exception), in the order they are finished. Unlike the standard
library's pool it does not wait, when it is interrupted, for a thread that waits for a network.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

A = TypeVar("A")
R = TypeVar("R")

_PATIENCE = 2.0  # seconds for threads that are nearly done when everything else has stopped


class Crew(Generic[A, R]):
    """Iterate over it once, inside ``with``; leaving the block stops it.

    Args:
        work: Called with each item, in several threads; its exceptions are results, and nothing begins after one.
        size: How many threads at most.
    """

    def __init__(self, work: Callable[[A], R], items: Iterable[A], size: int) -> None:
        self._work = work
        self._items: queue.SimpleQueue[A] = queue.SimpleQueue()
        for item in items:
            self._items.put(item)
        self._results: queue.SimpleQueue[tuple[A, R | BaseException] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        count = max(1, min(size, self._items.qsize()))
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(None if kind is None else _PATIENCE / len(self._threads))

    def __iter__(self) -> Iterator[tuple[A, R | BaseException]]:
        at_work = len(self._threads)
        while at_work:
            result = self._results.get()
            if result is None:
                at_work -= 1
            else:
                yield result

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                item = self._items.get_nowait()
            except queue.Empty:
                break
            try:
                self._results.put((item, self._work(item)))
            except BaseException as error:  # whatever it is, it is raised in the thread that iterates
                self._stopped.set()
                self._results.put((item, error))
        self._results.put(None)
