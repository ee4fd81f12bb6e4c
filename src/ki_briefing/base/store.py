"""A cache on disk. Key (the digest of everything the content was made from) -> bytes.

Every entry is verified when it is read, and a broken one is deleted: a broken cache is a slow build, never an error.
An entry's file time is that of its last use, give or take an hour: the oldest go first when there are too many.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BrokenEntry, StorageError
from ki_briefing.base.files import mark_used, refusals, refuse_links, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ki_briefing.base.pool import Pool

_MAGIC = b"KIB2"
_DIGEST_SIZE = 32
_HOUR = 3600  # seconds
_GRACE = 6 * _HOUR  # what was used since may be in use: no build takes longer
_SPARE = 0.9  # of the limit is what pruning leaves, so that the next build need not prune again
_SHELF = re.compile(r"[0-9a-f]{2}")
_KEY = re.compile(r"[0-9a-f]{64}")
_LOST = (errno.ENOENT, errno.EIO)  # a file is gone, or its place on the disk has died


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of entries. Each is named by its key and holds a digest of its content.

    A broken, torn or foreign entry counts as absent: whoever finds it deletes it, and it is made again.

    Attributes:
        pool: Where other hosts find what was made here, and this one what was made there; the folder is a cache of it.
        name: The store's folder in the pool.
    """

    folder: Path
    pool: Pool | None = None
    name: str = ""

    def path(self, key: str) -> Path:
        """Return where the entry of this key is, or would be."""
        return self.folder / key[:2] / key

    def read(self, key: str) -> bytes | None:
        """Return the entry's content, or None if there is no entry; a broken one is deleted.

        Raises:
            StorageError: The pool cannot be reached.
        """
        with contextlib.suppress(StorageError):
            return read_entry(self.path(key))
        if self.fetch(key):
            with contextlib.suppress(StorageError):
                return read_entry(self.path(key))
        return None

    def size(self, key: str) -> int:
        """Return the size of the entry's content [bytes], unverified; -1 if there is no entry.

        Raises:
            StorageError: The pool cannot be reached.
        """
        path = self.path(key)
        try:
            status = path.stat()
        except OSError:
            return self.size(key) if self.fetch(key) else -1
        mark_used(path, status)
        return status.st_size - len(_MAGIC) - _DIGEST_SIZE

    def write(self, key: str, content: bytes) -> Path:
        """Write an entry, also into the pool, and return its file.

        Raises:
            StorageError: The disk or the pool refused.
        """
        path = self.path(key)
        entry = _MAGIC + _content_digest(content) + content
        self._keep(path, entry)
        if self.pool:
            self.pool.add(self._shared_path(key), entry)
        return path

    def fetch(self, key: str) -> bool:
        """Bring an entry here from the pool, and tell whether there was one; a broken one is deleted there.

        Raises:
            StorageError: The disk or the pool refused.
        """
        path = self._shared_path(key)
        entry = self.pool.get(path) if self.pool else None
        if entry is None or self.pool is None:
            return False
        if _content(entry) is None:
            self.pool.discard(path)
            return False
        self._keep(self.path(key), entry)
        return True

    def is_shared(self, key: str) -> bool:
        """Tell whether the pool has an entry, unverified.

        Raises:
            StorageError: The pool cannot be reached.
        """
        return self.pool is not None and self.pool.has(self._shared_path(key))

    def _shared_path(self, key: str) -> str:
        return f"{self.name}/{key[:2]}/{key}"

    def _keep(self, path: Path, entry: bytes) -> None:
        refuse_links(self.folder, path.parent)
        write_atomically(path, entry, durable=False)


def read_entry(path: Path) -> bytes:
    """Return the content of a store entry.

    Raises:
        BrokenEntry: The entry was missing, torn, changed or lost by the disk; it has been deleted.
        StorageError: The disk refused.
    """
    with refusals(path, "read"):
        try:
            data = path.read_bytes()
            mark_used(path, path.stat())
        except OSError as error:
            if error.errno not in _LOST:
                raise
            data = b""
    content = _content(data)
    if content is None:
        with contextlib.suppress(OSError):
            path.unlink()
        raise BrokenEntry(path)
    return content


def _content(entry: bytes) -> bytes | None:
    """Return the content of an entry's bytes; None if they are torn, changed or foreign."""
    start = len(_MAGIC) + _DIGEST_SIZE
    content = entry[start:]
    return content if entry[:start] == _MAGIC + _content_digest(content) else None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a store takes of the disk.

    Attributes:
        size: Of all entries together [bytes].
        oldest: When the entry was used that has not been used for longest [s since 1970]; 0 if there is none.
    """

    name: str
    entries: int
    size: int
    oldest: float


def measure_stores(folder: Path) -> tuple[Usage, ...]:
    """Return what each store in a folder takes, by name."""
    entries: dict[str, list[os.stat_result]] = {}
    for path, status in _entries(folder):
        entries.setdefault(path.parts[-3], []).append(status)
    return tuple(
        Usage(name, len(found), sum(each.st_size for each in found), min(each.st_mtime for each in found))
        for name, found in sorted(entries.items())
    )


def prune_stores(folder: Path, most: int, *, in_use: bool = True) -> int:
    """Delete what was not used for longest, where the stores in a folder take more than ``most`` bytes together.

    Whatever else lies there stays.

    Args:
        in_use: Another process may be using them, so what was used within the last hours stays.

    Returns:
        The size of what was deleted [bytes].
    """
    entries = list(_entries(folder))
    size = sum(status.st_size for _path, status in entries)
    if size <= most:
        return 0
    until = time.time() - (_GRACE if in_use else 0)
    freed = 0
    for path, status in sorted(entries, key=lambda entry: entry[1].st_mtime):
        if size - freed <= most * _SPARE or status.st_mtime > until:
            break
        with contextlib.suppress(OSError):  # somebody else deleted it first, or forbids it
            path.unlink()
            freed += status.st_size
    return freed


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield every entry of the stores in a folder, unread; a link leads nowhere."""
    for store in _inside(folder):
        for shelf in _inside(store) if store.is_dir(follow_symlinks=False) else ():
            if _SHELF.fullmatch(shelf.name) and shelf.is_dir(follow_symlinks=False):
                for entry in _inside(shelf):
                    if _KEY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        with contextlib.suppress(OSError):
                            yield Path(entry.path), entry.stat(follow_symlinks=False)


def _inside(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def sweep_broken(folder: Path) -> None:
    """Delete every broken entry of the stores in a folder: a disk that spoilt one may have spoilt others."""
    for entry in folder.glob("*/[0-9a-f][0-9a-f]/[0-9a-f]*"):  # not the temporary files of other writers
        with contextlib.suppress(StorageError):
            read_entry(entry)


def _content_digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
