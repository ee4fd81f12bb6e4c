"""Show <-> its run log: what each unattended run did, one line of JSON a run, oldest first.

It is kept in the show's folder log/, not in the cache: it cannot be made again. When a file has grown large it becomes
``runs.1.jsonl``, in the place of the one before it; so there are at most two, and nothing else has to rotate them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ki_briefing.base.errors import Exit
from ki_briefing.base.files import refusals, refuse_links
from ki_briefing.base.records import RecordError, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.show.settings import Show

LOG_FILE = "runs.jsonl"
OLDER_FILE = "runs.1.jsonl"

_LARGEST = 1_000_000  # bytes
_MOST = 50  # entries of a list in one line
_GOOD = (Exit.DONE, Exit.DEGRADED)


@dataclass(frozen=True, slots=True)
class LoggedTrouble:
    """What went wrong in a run, or was to be known of it.

    Attributes:
        about: Path or address.
        exit_code: 0: it only was to be known.
    """

    about: str
    message: str
    hint: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """One run.

    Attributes:
        seconds: How long it took.
        version: Of ki-briefing.
        taken: Names of the new episodes, and so in ``corrected``, ``built``, ``degraded`` and ``failed``.
        failed: Those that somebody must fix, of earlier runs too.
        set_aside: Names of the files that lie in the inbox's ``failed/`` after it, of earlier runs too.
        episodes: How many the feed names after it; None: nothing could be published.
        written: How many files were published.
    """

    began: datetime
    seconds: float
    version: str
    exit_code: int
    taken: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    built: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    episodes: int | None = None
    written: int = 0
    removed: int = 0
    troubles: tuple[LoggedTrouble, ...] = ()
    set_aside: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether all was done that was due, also what earlier runs could not do."""
        return self.exit_code in _GOOD and not self.failed and not self.set_aside


def log_run(show: Show, run: LoggedRun) -> None:
    """Add a run to the log; call it under the run's lock.

    Raises:
        StorageError: The disk refused.
    """
    path = _log(show)
    refuse_links(show.folder, path)
    line = to_json(_shortened(run)).encode() + b"\n"
    with refusals(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size + len(line) > _LARGEST:
            path.replace(path.with_name(OLDER_FILE))
        with path.open("ab+") as log:
            if log.tell():
                log.seek(-1, os.SEEK_END)
                line = line if log.read(1) == b"\n" else b"\n" + line  # a power cut tore the last one
            log.write(line)


def logged_runs(show: Show) -> Iterator[LoggedRun]:
    """Yield the runs, the newest first; lines that cannot be read are passed over.

    Raises:
        StorageError: The disk refused.
    """
    for name in (LOG_FILE, OLDER_FILE):
        path = _log(show).with_name(name)
        with refusals(path, "read"):
            lines = path.read_bytes().splitlines() if path.is_file() else []
        for line in reversed(lines):
            try:
                yield from_json(LoggedRun, line.decode())
            except (RecordError, UnicodeDecodeError):
                continue


def _log(show: Show) -> Path:
    return show.folder / "log" / LOG_FILE


def _shortened(run: LoggedRun) -> LoggedRun:
    return replace(
        run,
        taken=run.taken[:_MOST],
        corrected=run.corrected[:_MOST],
        built=run.built[:_MOST],
        degraded=run.degraded[:_MOST],
        failed=run.failed[:_MOST],
        troubles=run.troubles[:_MOST],
        set_aside=run.set_aside[:_MOST],
    )
