"""Who builds the units: anything that is a ``concurrent.futures.Executor``; here, processes of this machine."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from multiprocessing import connection
from typing import TYPE_CHECKING, Protocol, TypeVar

from ki_briefing.base.errors import ConfigError, LibraryMissing, SpeechError
from ki_briefing.base.processors import available

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from ki_briefing.batch.unit import Unit
    from ki_briefing.show.settings import Show

R = TypeVar("R")

_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")


class Workers(Protocol):
    """Where work is done. Only the thread that made it uses it."""

    here: bool
    """They are processes of this machine, and share the show's own cache."""

    @property
    def slots(self) -> int:
        """How many units are worked on at the same moment; it may change."""
        ...

    def submit(self, work: Callable[[Unit], R], unit: Unit) -> Future[R]:
        """Have a unit worked on.

        The future ends with BrokenExecutor if a worker died over it, or over another one at the same moment; with
        BriefingError, if it is given up.
        """
        ...

    def renew(self) -> None:
        """Replace workers that have died; nothing may be waited for."""
        ...

    def check(self) -> None:
        """Raise SpeechError if nothing can come back any more."""
        ...

    def close(self) -> None:
        """End; what is still worked on is left."""
        ...


def spread(
    workers: Workers, work: Callable[[Unit], R], units: Iterator[tuple[int, Unit | None]]
) -> Iterator[tuple[int, R]]:
    """Have units worked on, and yield what comes of them in the order in which it comes.

    Raises:
        SpeechError: A worker died, or the cluster has gone.
    """
    at_work: dict[Future[R], int] = {}
    is_over = False
    try:
        while at_work or not is_over:
            while not is_over and len(at_work) < 2 * workers.slots:
                index, unit = next(units, (-1, None))
                is_over = index < 0
                if unit:
                    at_work[workers.submit(work, unit)] = index
            done, _ = wait(at_work, timeout=1.0, return_when=FIRST_COMPLETED)
            workers.check()
            for future in done:
                yield at_work.pop(future), future.result()
    except BrokenExecutor as death:
        raise SpeechError("a worker died", hint="Is there enough memory for so many? See --jobs.") from death


class Processes:
    """Processes of this machine, which end with us, however we end."""

    here = True

    def __init__(self, count: int) -> None:
        self.slots = count
        self._pool = _open(count)

    def submit(self, work: Callable[[Unit], R], unit: Unit) -> Future[R]:
        """Have a unit worked on."""
        return self._pool.submit(work, unit)

    def renew(self) -> None:
        """Open a new pool."""
        self.close()
        self._pool = _open(self.slots)

    def check(self) -> None:
        """Do nothing: the futures tell."""

    def close(self) -> None:
        """End the processes at once."""
        for process in multiprocessing.active_children():
            with contextlib.suppress(ValueError):  # it has ended meanwhile
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _open(count: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver")  # a fork of us could inherit a lock of one of our threads
    context.set_forkserver_preload(["ki_briefing.batch.worker"])
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Begin as a worker: Ctrl-C is for whoever conducts, and without it there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_conductor, daemon=True).start()


def _end_with_conductor() -> None:
    conductor = multiprocessing.parent_process()
    if conductor:
        connection.wait([conductor.sentinel])
        os._exit(1)


def open_workers(show: Show, *, cluster: str = "", jobs: int = 0) -> Workers:
    """Return who builds.

    Args:
        cluster: Address of a Dask cluster's scheduler; empty: processes of this machine.
        jobs: How many processes; 0: one per core.

    Raises:
        ConfigError: The show signs, and its key would travel unencrypted; or Dask has no keys to encrypt with.
        LibraryMissing: distributed is not installed.
        SpeechError: The cluster cannot be reached.
    """
    if not cluster:
        return Processes(jobs or available())
    if not _ADDRESS.fullmatch(cluster):
        raise ConfigError(
            f"{cluster!r} is no address of a scheduler", hint="It is like tcp://host:8786 or tls://host:8786."
        )
    if show.signing.key and not cluster.startswith("tls://"):
        raise ConfigError(
            "the key that signs this show must not leave this machine unencrypted",
            hint="Connect the cluster with tls://, or run batch without --cluster.",
        )
    try:
        from ki_briefing.batch.cluster import Cluster
    except ImportError as error:
        raise LibraryMissing("distributed, which speaks to Dask clusters, is not installed", extra="cluster") from error
    return Cluster(cluster)
