"""A cache on disk. Key (the digest of everything the content was made from) -> bytes.

Every entry is verified when it is read, and a broken one is deleted: a broken cache is a slow build, never an error.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path

from ki_briefing.base.errors import BrokenEntry, StorageError
from ki_briefing.base.files import refusals, refuse_links, write_atomically

_MAGIC = b"KIB2"
_DIGEST_SIZE = 32
_LOST = (errno.ENOENT, errno.EIO)  # a file is gone, or its place on the disk has died


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of entries. Each is named by its key and holds a digest of its content.

    A broken, torn or foreign entry counts as absent: whoever finds it deletes it, and it is made again.
    """

    folder: Path

    def path(self, key: str) -> Path:
        """Return where the entry of this key is, or would be."""
        return self.folder / key[:2] / key

    def read(self, key: str) -> bytes | None:
        """Return the entry's content, or None if there is no entry; a broken one is deleted."""
        try:
            return read_entry(self.path(key))
        except StorageError:
            return None

    def size(self, key: str) -> int:
        """Return the size of the entry's content [bytes], unverified; -1 if there is no entry."""
        try:
            return self.path(key).stat().st_size - len(_MAGIC) - _DIGEST_SIZE
        except OSError:
            return -1

    def write(self, key: str, content: bytes) -> Path:
        """Write an entry and return its file.

        Raises:
            StorageError: The disk refused.
        """
        path = self.path(key)
        refuse_links(self.folder, path.parent)
        write_atomically(path, (_MAGIC, _content_digest(content), content), durable=False)
        return path


def read_entry(path: Path) -> bytes:
    """Return the content of a store entry.

    Raises:
        BrokenEntry: The entry was missing, torn, changed or lost by the disk; it has been deleted.
        StorageError: The disk refused.
    """
    with refusals(path, "read"):
        try:
            data = path.read_bytes()
        except OSError as error:
            if error.errno not in _LOST:
                raise
            data = b""
    start = len(_MAGIC) + _DIGEST_SIZE
    content = data[start:]
    if data[:start] != _MAGIC + _content_digest(content):
        with contextlib.suppress(OSError):
            path.unlink()
        raise BrokenEntry(path)
    return content


def sweep_broken(folder: Path) -> None:
    """Delete every broken entry of the stores in a folder: a disk that spoilt one may have spoilt others."""
    for entry in folder.glob("*/[0-9a-f][0-9a-f]/[0-9a-f]*"):  # not the temporary files of other writers
        with contextlib.suppress(StorageError):
            read_entry(entry)


def _content_digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
