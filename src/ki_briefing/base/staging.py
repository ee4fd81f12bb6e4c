"""Files -> a folder that they enter together, when all of them are there."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from ki_briefing.base.files import TEMPORARY, refusals, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextlib.contextmanager
def staged(folder: Path, *, last: Sequence[str]) -> Iterator[Path]:
    """Lend an empty folder to write into; when the block succeeds, its files move to ``folder``.

    If the block fails, ``folder`` is untouched. If the process is killed during the move, some files are new and some
    old, and the last file of ``last`` is missing, because it is deleted first.

    Args:
        last: Files to move after all others, in this order; the very last one must be among those written.

    Raises:
        StorageError: The disk refused.
    """
    stage = folder.with_name(f"{TEMPORARY}{folder.name}")
    with refusals(stage, "write"):
        shutil.rmtree(stage, ignore_errors=True)  # left by a killed process
        stage.mkdir(parents=True)
    try:
        yield stage
        with refusals(folder, "write"):
            folder.mkdir(exist_ok=True)
            (folder / last[-1]).unlink(missing_ok=True)
            for path in sorted(stage.iterdir(), key=lambda path: last.index(path.name) if path.name in last else -1):
                path.replace(folder / (path.name if path.name != last[-1] else f"{TEMPORARY}{path.name}"))
            stage.rmdir()  # whoever is killed from here on leaves nothing behind that nobody would tidy up
            (folder / f"{TEMPORARY}{last[-1]}").replace(folder / last[-1])
            sync_folder(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
