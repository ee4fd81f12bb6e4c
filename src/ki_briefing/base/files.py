"""Files that are whole or absent: atomic writing, and locks.

Bytes -> files. The only module that writes. A reader, or a run after a crash, sees the old file or the new one.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import fcntl
import hashlib
import os
import re
import shutil
import stat
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import Locked, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TEMPORARY = ".~"
"""What is only temporary has a name that starts so."""

_LEFTOVER = re.compile(r"\.~[0-9a-f]+-[0-9a-f]{8}-.*", re.DOTALL)  # LibreOffice's .~lock.x# is not ours

_LONGEST_NAME, _LONGEST_PATH = 255, 3000  # bytes; Linux takes paths of 4,096, the folder's own included
_PAUSE = 0.05  # seconds between two tries to get a lock
_HELD: set[tuple[int, str]] = set()  # locks of this process, by thread: who holds one may enter again
_HINTS = {
    errno.ENOSPC: "The disk is full. Free some space, then run the same command again.",
    errno.EDQUOT: "Your disk quota is used up. Free some space, then run the same command again.",
    errno.EACCES: "Check who owns the folder and its permissions.",
    errno.EPERM: "Check who owns the folder and its permissions.",
    errno.EROFS: "The file system is mounted read-only.",
}


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256 of the parts in hexadecimal; where one part ends and the next begins counts too."""
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
    """Return the bytes of a regular file; a pipe or a device, which might never end, is not even waited for.

    Args:
        path: As a producer wrote it, however impossible.
        most: Bytes that it may have.

    Raises:
        OSError: It cannot be read, is no regular file, or is too large (``EFBIG``).
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
    """Return a file's length [bytes], without opening it; None if there is no such file."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - 10,000 of them a run: Path would double the time
    except OSError:
        return None


def is_file(path: Path) -> bool:
    """Tell whether there is a regular file, whatever its name holds: no folder, pipe or device."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a name is too long


def stamp(path: str) -> str:
    """Return what differs after a file was changed or replaced, or a folder gained or lost one; nothing if absent."""
    try:
        status = os.stat(path)  # noqa: PTH116 - 40,000 of them a run: Path would double the time
    except OSError:
        return ""
    return f"{status.st_ino}.{status.st_mtime_ns}.{status.st_size}"


def write_atomically(
    path: Path,
    content: str | bytes | Iterable[bytes],
    *,
    durable: bool = True,
    mode: int = 0o666,
    readable: bool = False,
) -> int:
    """Write a whole file or nothing: temporary file beside it, length check, fsync, rename, fsync of the folder.

    The permissions are those of any new file: 0666 less the umask.

    Args:
        content: Text is written as UTF-8; an iterable is written piece by piece.
        durable: Wait for the disk. Without, a power cut may leave a torn file: only for what is checked when read.
        mode: Other permissions, e.g. of a secret; the umask still counts.
        readable: Everybody may read it whatever the umask: for a web server.

    Returns:
        The number of bytes written.

    Raises:
        StorageError: The file system refused; the old file, if any, is untouched.
    """
    if isinstance(content, str):
        content = content.encode()
    pieces = (content,) if isinstance(content, bytes) else content
    temporary = path.with_name(f"{TEMPORARY}{os.getpid():x}-{os.urandom(4).hex()}-{path.name[-80:]}")
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
                temporary.replace(path)
        except BaseException:  # a signal too, even one between two lines: the temporary file must not stay
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        if durable:
            sync_folder(path.parent)
    return size


def _create(temporary: Path, mode: int) -> int:
    """Make a temporary file and hold its lock: as long as its writer lives, nobody takes it for a leftover."""
    while True:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # swept between the two calls


@contextlib.contextmanager
def staged(folder: Path, *, last: Sequence[str]) -> Iterator[Path]:
    """Lend an empty folder to write into; when the block ends well, its files take their places in ``folder``.

    If the block fails, nothing in ``folder`` was touched. If the process is killed while the files are moved, some are
    new and some old: then the very last one is missing, as it is deleted first.

    Args:
        last: The files to be moved after all others, in this order.

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
                path.replace(folder / path.name)
            sync_folder(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def is_file_name(text: str) -> bool:
    """Tell whether a text can name a file on any file system that we know, alone or with folders before it."""
    parts = os.fsencode(text.encode("utf-8", "replace")).split(b"/")
    return "\0" not in text and sum(map(len, parts)) <= _LONGEST_PATH and max(map(len, parts)) <= _LONGEST_NAME


def is_temporary(name: str) -> bool:
    """Tell whether a file has the name of one that we write, before it is whole."""
    return _LEFTOVER.fullmatch(name) is not None


def sweep_leftovers(folder: Path) -> int:
    """Delete the temporary files that killed runs left below a folder; those that are being written stay.

    Returns:
        How many there were.
    """
    paths = (Path(root, name) for root, _folders, names in os.walk(folder) for name in names)
    return sum(map(delete_leftover, paths))


def delete_leftover(path: Path) -> bool:
    """Delete a file if it is temporary and its writer is dead: then its lock is free."""
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


def refuse_links(root: Path, path: Path) -> None:
    """See that no folder from ``root`` down to ``path`` is a symbolic link: what we write must stay below the root.

    Raises:
        StorageError: One is; the root itself may be.
    """
    for place in (path, *path.parents):
        if place == root:
            return
        with refusals(place, "look at"):
            linked = place.is_symlink()
        if linked:
            raise StorageError(
                f"{place} is a symbolic link, and could lead out of {root}", hint="Replace it by a real folder or file."
            )


@contextlib.contextmanager
def lock(path: Path, what: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock file while the block runs; the kernel frees it when the process dies, however it dies.

    Who holds it already, in the same thread, enters at once.

    Args:
        what: What is locked, for the error.
        patience: How long to wait for whoever holds it [s].

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
                    hint="Wait until it is done, then run the same command again.",
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
    """Wait until the disk knows which files a folder has."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def refusals(path: Path, deed: str) -> Iterator[None]:
    """Turn the file system's refusals into ours."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = _HINTS.get(error.errno or 0, "Mend the cause, then run the same command again.")
        raise StorageError(f"cannot {deed} {path}: {reason}", hint=hint) from error
