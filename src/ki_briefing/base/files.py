"""Bytes -> files, written atomically; locks. No other module writes files.

A reader, or the next run after a crash, sees either the old file or the new one.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import fcntl
import hashlib
import os
import re
import stat
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import Locked, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TEMPORARY = ".~"
"""Names of temporary files and folders start with this."""

_LEFTOVER = re.compile(r"\.~[0-9a-f]+-[0-9a-f]{8}-.*", re.DOTALL)  # LibreOffice's .~lock.x# is not ours

_LONGEST_NAME, _LONGEST_PATH = 255, 3000  # bytes; Linux takes paths of 4,096, the folder's own included
_PAUSE = 0.05  # seconds between two tries to get a lock
_HELD: set[tuple[int, str]] = set()  # (thread, path) of the locks this process holds: a holder may enter again
_HINTS = {
    errno.ENOSPC: "The disk is full. Free some space, then run the same command again.",
    errno.EDQUOT: "Your disk quota is used up. Free some space, then run the same command again.",
    errno.EACCES: "Check who owns the folder and its permissions.",
    errno.EPERM: "Check who owns the folder and its permissions.",
    errno.EROFS: "The file system is mounted read-only.",
}


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256 of the parts in hexadecimal; the borders between the parts count too."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal, in constant memory.

    Raises:
        StorageError: The file cannot be read.
    """
    with refusals(path, "read"), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_integrity(path: Path) -> str:
    """Return the SHA-384 of a file's bytes as W3C Subresource Integrity writes it, in constant memory.

    Raises:
        StorageError: The file cannot be read.
    """
    with refusals(path, "read"), path.open("rb") as file:
        found = hashlib.file_digest(file, "sha384").digest()
    return f"sha384-{base64.b64encode(found).decode()}"


def read_regular(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file. A pipe or a device, which might never end, is refused without waiting.

    Args:
        path: As a producer wrote it, however impossible.
        most: Largest size allowed [bytes].

    Raises:
        OSError: The file cannot be read, is not a regular file, or is too large (``EFBIG``).
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL in its name
        raise OSError(errno.EINVAL, "no file can have this name") from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(most + 1)
    finally:
        os.close(handle)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes")
    return content


def size(path: str) -> int | None:
    """Return a file's size [bytes] without opening it; None if there is no such file."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - 10,000 of them a run: Path would double the time
    except OSError:
        return None


def is_file(path: Path) -> bool:
    """Tell whether a path, however impossible, is a regular file: not a folder, pipe or device."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a name is too long


def stamp(path: str, *, rights: bool = False) -> str:
    """Return a text that changes with a file (``rights``: or with who may read it), or if a folder gains or loses one;
    empty if it does not exist."""
    status = look_at(path)
    return stamp_of(status, rights=rights) if status else ""


def look_at(path: str) -> os.stat_result | None:
    """Return what the file system tells of a file or folder; None if it does not exist."""
    try:
        return os.stat(path)  # noqa: PTH116 - 100,000 of them a run: Path would double the time
    except OSError:
        return None


def stamp_of(status: os.stat_result, *, rights: bool = False) -> str:
    """Return the stamp of what was looked at."""
    return f"{status.st_ino}.{status.st_mtime_ns}.{status.st_size}" + (f".{status.st_ctime_ns}" if rights else "")


def write_atomically(
    path: Path,
    content: str | bytes | Iterable[bytes],
    *,
    durable: bool = True,
    mode: int = 0o666,
    readable: bool = False,
) -> int:
    """Write a whole file or nothing: temporary file beside it, length check, fsync, rename, fsync of the folder.

    Args:
        content: Text is written as UTF-8; an iterable is written piece by piece.
        durable: Wait for the disk. If not, a power cut may leave a torn file; only for files verified when read.
        mode: Permissions before the umask, e.g. 0600 for a secret.
        readable: Let everybody read the file, e.g. a web server, whatever the umask.

    Returns:
        The number of bytes written.

    Raises:
        StorageError: The file system refused; the old file, if any, is untouched.
    """
    with set_aside(path, content, durable=durable, mode=mode, readable=readable) as size:
        return size


@contextlib.contextmanager
def set_aside(
    path: Path,
    content: str | bytes | Iterable[bytes],
    *,
    durable: bool = True,
    mode: int = 0o666,
    readable: bool = False,
    settled: bool = True,
) -> Iterator[int]:
    """Write a file as ``write_atomically`` does; it takes its place when the block succeeds, and else is deleted.

    Args:
        settled: Wait until the disk has recorded that it took its place; if not, that is for ``sync_folder`` to do.
    """
    if isinstance(content, str):
        content = content.encode()
    pieces = (content,) if isinstance(content, bytes) else content
    temporary = path.with_name(f"{TEMPORARY}{os.getpid():x}-{os.urandom(4).hex()}-{path.name[-50:]}")
    size = 0
    with refusals(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(_create(temporary, mode), "wb") as file:
                handle = file.fileno()
                if readable:
                    os.fchmod(handle, os.fstat(handle).st_mode | 0o444)
                for piece in pieces:
                    size += file.write(piece)
                file.flush()
                if os.fstat(handle).st_size != size:
                    raise OSError(errno.EIO, "the file is shorter than what was written")
                if durable:
                    os.fsync(handle)
                yield size
                temporary.replace(path)
        except BaseException:  # also for a signal between two lines: the temporary file must not stay
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        if durable and settled:
            sync_folder(path.parent)


def _create(temporary: Path, mode: int) -> int:
    """Create a temporary file and lock it, so that nobody takes it for a leftover while its writer lives."""
    while True:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # somebody deleted it as a leftover between the two calls


def is_file_name(text: str) -> bool:
    """Tell whether a text, with or without folders, can name a file on the usual file systems."""
    parts = os.fsencode(text.encode("utf-8", "replace")).split(b"/")
    return "\0" not in text and sum(map(len, parts)) <= _LONGEST_PATH and max(map(len, parts)) <= _LONGEST_NAME


def is_temporary(name: str) -> bool:
    """Tell whether this is the name of one of our temporary files."""
    return _LEFTOVER.fullmatch(name) is not None


def sweep_leftovers(folder: Path) -> int:
    """Delete the temporary files that killed runs left below a folder, and return how many there were.

    Files that are still being written stay.
    """
    paths = (Path(root, name) for root, _folders, names in os.walk(folder) for name in names)
    return sum(map(delete_leftover, paths))


def delete_leftover(path: Path) -> bool:
    """Delete a temporary file whose writer has died, which leaves its lock free; tell whether it was one."""
    if not is_temporary(path.name):
        return False
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            return True
        finally:
            os.close(handle)
    return False


def delete_below(folder: Path, path: Path) -> None:
    """Delete a file below a folder, then those of its own folders that are empty; StorageError if the disk refuses."""
    with refusals(path, "delete"):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for parent in path.parents:
            if parent == folder:
                break
            parent.rmdir()


def refuse_links(root: Path, path: Path) -> None:
    """Make sure that nothing below ``root`` on the way to ``path`` is a symbolic link, so that writes stay inside.

    Raises:
        StorageError: There is one. The root itself may be a link.
    """
    for place in (path, *path.parents):
        if place == root:
            return
        with refusals(place, "look at"):
            linked = place.is_symlink()
        if linked:
            raise StorageError(
                f"{place} is a symbolic link, and could lead out of {root}", hint="Replace it with a real one."
            )


@contextlib.contextmanager
def lock(path: Path, what: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold a lock file while the block runs. The kernel frees it however the process dies.

    A thread that already holds the lock enters at once.

    Args:
        what: What is locked, for the error message.
        patience: How long to wait for another holder [s].

    Raises:
        Locked: Another process holds it.
        StorageError: The lock file cannot be made.
    """
    holder = (threading.get_ident(), os.path.realpath(path))
    if holder in _HELD:
        yield
        return
    with refusals(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        until = time.monotonic() + patience
        while not _locked(handle):
            if time.monotonic() >= until:
                raise Locked(
                    f"another ki-briefing is at work on {what}",
                    hint="Wait until it has finished, then run the same command again.",
                )
            time.sleep(_PAUSE)
        _HELD.add(holder)
        yield
    finally:
        _HELD.discard(holder)
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Wait until the disk has recorded which files a folder has."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def refusals(path: Path, deed: str) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError, e.g. ``cannot read /some/path: ...``."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = _HINTS.get(error.errno or 0, "Fix the cause, then run the same command again.")
        raise StorageError(f"cannot {deed} {path}: {reason}", hint=hint) from error


def mark_used(path: Path, status: os.stat_result) -> None:
    """Note by its time that a file was used just now, unless that was noted within the hour."""
    if time.time() - status.st_mtime > 3600:
        with contextlib.suppress(OSError):  # it is another user's, or the disk is read-only
            os.utime(path)
