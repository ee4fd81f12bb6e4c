"""The inbox, a folder into which people and programs drop articles -> the articles that are ready.

A file is ready when no process is writing it, nobody has written to it for some seconds, and its name is not that of a
temporary file. Pictures wait for the article that shows them, and leave with it. A file that cannot be used moves to
``failed/``, with the reason beside it, and is tried again when somebody changes it, and once a day.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.files import file_digest, refusals, refuse_links, stamp, sweep_leftovers, write_atomically
from ki_briefing.base.writers import has_writer
from ki_briefing.intake import links

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_PAUSE = 0.25
_FORGOTTEN = 600.0  # seconds after which a file that is open and does not grow is mentioned
_DAY = 86_400  # seconds
_LONGEST_NAME = 255  # bytes
_MEDIA = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


def arrivals(inbox: Path, patience: float = PATIENCE) -> Iterator[Path]:
    """Yield every article that is ready, each once, oldest first; wait for those that are still being written.

    Raises:
        StorageError: The inbox cannot be read.
    """
    sweep_leftovers(inbox)
    until = time.monotonic() + patience
    seen: set[tuple[str, int, int]] = set()
    while True:
        growing = False
        for path, status in _waiting(inbox):
            if (key := (path.name, status.st_ino, status.st_mtime_ns)) in seen:
                continue
            if not _is_settled(path, status):
                growing = True
                continue
            seen.add(key)
            yield path
        if not growing or time.monotonic() > until:
            return
        time.sleep(_PAUSE)


def is_complete(path: Path, patience: float = PATIENCE) -> bool:
    """Wait until nobody is writing a file, nor has for some seconds; return False if that does not happen in time."""
    until = time.monotonic() + patience
    with contextlib.suppress(OSError):
        while not _is_settled(path, path.stat()):
            if time.monotonic() > until:
                return False
            time.sleep(_PAUSE)
    return True


def is_left_alone(name: str) -> bool:
    """Tell whether a file's name says that it is hidden, temporary, or not yet complete."""
    return _TEMPORARY.fullmatch(name) is not None


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
    if path.parent != failed or _shortened(path.name) != path.name:
        with refusals(path, "move"):
            failed.mkdir(exist_ok=True)
            place = _free(failed / _shortened(path.name))
            path.rename(place)
    write_atomically(_reason(place), f"{reason}\n".encode("utf-8", "replace"))
    return place


def was_refused(path: Path, reason: str) -> bool:
    """Tell whether a file was set aside for this reason before, and nobody has changed it since."""
    try:
        known = _reason(path).read_text(encoding="utf-8", errors="replace")
        then = reason.replace(str(path), str(path.parent.parent / path.name))  # it was in the inbox itself
        is_same = known in (f"{reason}\n", f"{then}\n")
        return path.parent.name == FAILED and is_same and not _is_mended(path, path.lstat())
    except OSError:
        return False


def failed_files(inbox: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files that were set aside and are still there, by name, each with the file that says why."""
    for reason in sorted((inbox / FAILED).glob(f"*{REASON}")):
        path = reason.with_name(reason.name.removesuffix(REASON))
        if os.path.lexists(path):
            yield path, reason


def count_waiting(inbox: Path) -> int:
    """Return how many articles lie in the inbox for a run to take, also those that are still being written.

    Raises:
        StorageError: The inbox cannot be read.
    """
    return sum(1 for _ in _files(inbox))


def remove(path: Path, digest: str) -> None:
    """Delete a file of the inbox that has become an episode, with the reason for an earlier failure.

    If somebody has saved another text meanwhile, it stays: it is an article of its own.

    Args:
        digest: SHA-256 of the bytes that became the episode.

    Raises:
        StorageError: The disk refused.
    """
    before = stamp(str(path))
    if not before:
        return
    if file_digest(path) == digest and stamp(str(path)) == before and not has_writer(path):
        with refusals(path, "delete"):
            path.unlink(missing_ok=True)
            if path.parent.name == FAILED:
                _reason(path).unlink(missing_ok=True)


def remove_pictures(inbox: Path, episodes: Iterable[Path]) -> None:
    """Delete the pictures that episodes took with them, unless other articles wait that may show them too.

    Raises:
        StorageError: The disk refused.
    """
    if _waiting(inbox):
        return
    for episode in episodes:
        for kept in (path for path in episode.rglob("*") if path.suffix.lower() in _PICTURES):
            path = inbox / kept.relative_to(episode)
            if path.is_file() and not path.is_symlink() and file_digest(path) == file_digest(kept):
                with refusals(path, "delete"):
                    path.unlink()


def strangers(inbox: Path) -> Iterator[tuple[Path, ArticleError]]:
    """Yield what lies in the inbox and is no file, or is never closed, with what to say of it; it stays there.

    Raises:
        StorageError: The inbox cannot be read.
    """
    with refusals(inbox, "read"):
        paths = sorted(inbox.iterdir()) if inbox.exists() else []
    for path in paths:
        if path.name == FAILED or is_left_alone(path.name):
            continue
        with contextlib.suppress(OSError):
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                what = _MEDIA.get(stat.S_IFMT(status.st_mode), "no file")
                yield path, ArticleError(f"{what} in the inbox is not taken", hint="Put the article's own file there.")
            elif time.time() - status.st_mtime > _FORGOTTEN and has_writer(path):
                yield (
                    path,
                    ArticleError("a program has it open and writes nothing", hint="It is taken once it is closed."),
                )


def _is_settled(path: Path, status: os.stat_result) -> bool:
    return abs(time.time() - status.st_mtime) >= SETTLED and not has_writer(path)


def _waiting(inbox: Path) -> list[tuple[Path, os.stat_result]]:
    """Return the files in the inbox, and those in ``failed/`` that changed since they failed, or failed a day ago."""
    fresh = _files(inbox)
    failed = _files(inbox / FAILED)
    mended = [(path, status) for path, status in failed if _is_mended(path, status) or _is_old(path)]
    return sorted((*fresh, *mended), key=lambda each: (each[1].st_mtime_ns, each[0].name))


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    with refusals(folder, "read"):
        paths = list(folder.iterdir()) if folder.exists() else []
    for path in paths:
        if is_left_alone(path.name) or path.name.endswith(REASON) or path.suffix.lower() in _PICTURES:
            continue
        with contextlib.suppress(FileNotFoundError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield path, status


def _is_mended(path: Path, status: os.stat_result) -> bool:
    try:
        return status.st_ctime_ns > _reason(path).stat().st_mtime_ns
    except OSError:  # there is none, or its name would be too long
        return True


def _is_old(path: Path) -> bool:
    """Tell whether a file failed so long ago that it is tried again: a setting may have been at fault."""
    try:
        return abs(time.time() - _reason(path).stat().st_mtime) >= _DAY
    except OSError:
        return True


def _reason(path: Path) -> Path:
    return path.with_name(path.name + REASON)


def _shortened(name: str) -> str:
    """Return a name that leaves room for a number, and for that of the reason beside it."""
    most = _LONGEST_NAME - len(REASON) - len("-1000")
    if len(os.fsencode(name)) <= most:
        return name
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending) <= len("markdown") else (name, "")
    while len(os.fsencode(stem + ending)) > most:
        stem = stem[:-1]
    return stem + ending


def _free(path: Path) -> Path:
    """Return the path, or a similar one that is free."""
    number = 1
    free = path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
