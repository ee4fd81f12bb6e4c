"""Take turns at a service: so many requests at once of all processes of a user on a machine, however many shows speak.

A turn is one of a few locked files in the user's cache folder. A lock never outlives its process.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import EngineOffline, Locked, StorageError
from ki_briefing.base.files import digest, lock, refuse_links
from ki_briefing.base.homes import CACHE, user_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_WAIT = 900.0  # seconds; a turn lasts a few
_PAUSE = 0.03  # seconds between two looks


@contextmanager
def turn(service: str, at_once: int) -> Iterator[None]:
    """Hold one of the turns at a service while the block runs.

    Where the cache folder cannot be written, the temporary folder serves; where neither can, every process has turns
    of its own.

    Args:
        service: What all who ask it call it.

    Raises:
        EngineOffline: Others had all turns for a quarter of an hour.
    """
    until = time.monotonic() + _LONGEST_WAIT
    with ExitStack() as held:
        while not _took(held, digest(service)[:16], at_once):
            if time.monotonic() > until:
                raise EngineOffline(
                    f"others on this machine keep {service} busy", hint="Run the same command again when they are done."
                )
            time.sleep(_PAUSE)
        yield


def _took(held: ExitStack, name: str, at_once: int) -> bool:
    """Take a turn that is free; also true if there is no place for turns."""
    for folder in _folders():
        try:
            refuse_links(folder.parents[1], folder)  # the temporary folder is everybody's
            for number in range(at_once):
                try:
                    held.enter_context(lock(folder / f"{name}-{number}", name))
                except Locked:
                    continue
                return True
        except StorageError:
            continue
        return False
    return True


def _folders() -> Iterator[Path]:
    yield user_folder(CACHE) / "turns"
    yield Path(tempfile.gettempdir()) / f"ki-briefing-{os.getuid()}" / "turns"
