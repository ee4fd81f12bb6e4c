"""The inbox, a folder into which people and programs drop articles -> the articles that are ready.

A file is ready when nobody has written to it for some seconds and its name is not that of a temporary file. Pictures
stay in the inbox, because an article may refer to them. A file that cannot be used moves to ``failed/``, with the
reason beside it, and is tried again when somebody changes it.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.files import refusals, refuse_links, sweep_leftovers, write_atomically
from ki_briefing.intake import links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAILED = "failed"
REASON = ".reason.txt"
SETTLED = 5.0
"""A file is complete when nobody has written to it for this long [s]."""
PATIENCE = 15.0
"""How long to wait for files that are still being written [s]; the next run takes those that are not complete then."""

_ENDINGS = (".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".docx", "", *links.ENDINGS)
_TEMPORARY = re.compile(
    r"[.~#_].*|.*(~|\.(tmp|temp|part|partial|filepart|crdownload|download|upload|swp|bak|lock))", re.I | re.S
)
_PICTURES = (".jpg", ".jpeg", ".png")
_PAUSE = 0.25


def arrivals(inbox: Path, patience: float = PATIENCE) -> Iterator[Path]:
    """Yield every article that is ready, each once, oldest first; wait for those that are still being written.

    Raises:
        StorageError: The inbox cannot be read.
    """
    sweep_leftovers(inbox)
    until = time.monotonic() + patience
    seen: set[tuple[str, int]] = set()
    while True:
        growing = False
        for path, status in _waiting(inbox):
            if (path.name, status.st_ino) in seen:
                continue
            if not _is_settled(status):
                growing = True
                continue
            seen.add((path.name, status.st_ino))
            yield path
        if not growing or time.monotonic() > until:
            return
        time.sleep(_PAUSE)


def is_complete(path: Path, patience: float = PATIENCE) -> bool:
    """Wait until nobody has written to a file for some seconds; return False if that does not happen in time."""
    until = time.monotonic() + patience
    with contextlib.suppress(OSError):
        while not _is_settled(path.stat()):
            if time.monotonic() > until:
                return False
            time.sleep(_PAUSE)
    return True


def check_kind(path: Path) -> None:
    """Raise ArticleError unless the file's name is that of an article."""
    if path.suffix.lower() not in _ENDINGS:
        raise ArticleError(
            f"'{path.name}' is not an article: neither plain text nor Markdown, HTML or Word",
            hint="Save it as .txt, .md, .html or .docx, or its address as .url.",
        )


def set_aside(path: Path, reason: str) -> Path:
    """Move a file that cannot be used to ``failed/``, write the reason beside it, and return its new path.

    Raises:
        StorageError: The disk refused.
    """
    failed = path.parent if path.parent.name == FAILED else path.parent / FAILED
    place = path
    refuse_links(failed.parent, failed)
    if path.parent != failed:
        with refusals(path, "move"):
            failed.mkdir(exist_ok=True)
            place = _free(failed / path.name)
            path.rename(place)
    write_atomically(_reason(place), f"{reason}\n".encode("utf-8", "replace"))
    return place


def remove(path: Path) -> None:
    """Delete a file of the inbox that has become an episode, with the reason for an earlier failure.

    Raises:
        StorageError: The disk refused.
    """
    with refusals(path, "delete"):
        path.unlink(missing_ok=True)
        if path.parent.name == FAILED:
            _reason(path).unlink(missing_ok=True)


def _is_settled(status: os.stat_result) -> bool:
    return abs(time.time() - status.st_mtime) >= SETTLED


def _waiting(inbox: Path) -> list[tuple[Path, os.stat_result]]:
    """Return the files in the inbox, and those in ``failed/`` that have changed since they failed, oldest first."""
    fresh = _files(inbox)
    mended = [(path, status) for path, status in _files(inbox / FAILED) if _is_mended(path, status)]
    return sorted((*fresh, *mended), key=lambda each: (each[1].st_mtime_ns, each[0].name))


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    with refusals(folder, "read"):
        paths = list(folder.iterdir()) if folder.exists() else []
    for path in paths:
        if _TEMPORARY.fullmatch(path.name) or path.name.endswith(REASON) or path.suffix.lower() in _PICTURES:
            continue
        with contextlib.suppress(FileNotFoundError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield path, status


def _is_mended(path: Path, status: os.stat_result) -> bool:
    try:
        return status.st_ctime_ns > _reason(path).stat().st_mtime_ns
    except FileNotFoundError:
        return True


def _reason(path: Path) -> Path:
    return path.with_name(path.name + REASON)


def _free(path: Path) -> Path:
    """Return the path, or a similar one that is free."""
    number = 1
    free = path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
