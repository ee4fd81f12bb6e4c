"""Workers of a Dask cluster. The only door to distributed, whose client is an Executor like any other.

The cluster's scheduler gives a unit to another worker when one dies, and gives up on a unit over which several died.
"""

from __future__ import annotations

import contextlib
import logging
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from distributed import Client
from distributed.scheduler import KilledWorker
from distributed.security import Security

from ki_briefing.base.errors import ConfigError, SpeechError
from ki_briefing.batch.unit import worker_died

if TYPE_CHECKING:
    from collections.abc import Callable

    from ki_briefing.batch.unit import Unit

R = TypeVar("R")

_PATIENCE = 30.0  # seconds for the scheduler to answer, and for the first worker to come
_PAUSE = 0.5


class Cluster:
    """A cluster's workers, however many there are at the moment."""

    here = False

    def __init__(self, address: str) -> None:
        """Connect.

        Args:
            address: Of the scheduler: ``tcp://host:port``, or ``tls://`` with the keys that Dask's settings name.

        Raises:
            ConfigError: Dask's settings name no keys.
            SpeechError: It cannot be reached, or has no worker.
        """
        if address.startswith("tls://") and Security().get_connection_args("client")["ssl_context"] is None:
            raise ConfigError(
                "Dask does not know by which keys to connect with tls://", hint="Name them: see docs/batch.md."
            )
        self._address = address
        for name in ("distributed", "distributed.client", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what matters of it, our errors say
        try:
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise SpeechError(
                f"the cluster at {address} cannot be reached: {error}", hint="Is its scheduler running?"
            ) from error
        self._executor = self._client.get_executor()
        until = time.monotonic() + _PATIENCE
        while not self.slots:
            if time.monotonic() > until:
                self.close()
                raise SpeechError(f"the cluster at {address} has no worker", hint="Start some: see docs/batch.md.")
            time.sleep(_PAUSE)

    @property
    def slots(self) -> int:
        """The threads of all workers.

        Raises:
            SpeechError: The scheduler has gone.
        """
        try:
            return sum(self._client.nthreads().values())
        except OSError as error:
            raise self._gone() from error

    def submit(self, work: Callable[[Unit], R], unit: Unit) -> Future[R]:
        """Have a unit worked on."""
        asked: Future[R] = self._executor.submit(work, unit)
        answer: Future[R] = Future()
        asked.add_done_callback(lambda done: _pass_on(done, answer))
        return answer

    def renew(self) -> None:
        """Do nothing: the scheduler looks after its workers."""

    def check(self) -> None:
        """Look whether the scheduler is still there."""
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> SpeechError:
        return SpeechError(
            f"the scheduler at {self._address} has gone", hint="Run the same command again: what is done is kept."
        )

    def close(self) -> None:
        """Leave the cluster; what it still works on, it forgets."""
        with contextlib.suppress(TimeoutError, OSError):
            self._client.close(timeout=5)


def _pass_on(done: Future[R], answer: Future[R]) -> None:
    """Give a future's end to ours, in our words where the cluster has its own."""
    if done.cancelled() or isinstance(done.exception(), OSError):
        answer.set_exception(SpeechError("the cluster has forgotten a unit", "Run the same command again."))
    elif isinstance(error := done.exception(), KilledWorker):
        answer.set_exception(worker_died())
    elif error:
        answer.set_exception(error)
    else:
        answer.set_result(done.result())
