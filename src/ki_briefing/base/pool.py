"""A store's entries where several hosts find them: a folder that they all see, or a bucket of S3.

Path of an entry -> its bytes. What is there is never replaced: the first writer's entry stays. Who reads an entry
checks its digest (``base.store``), so nothing is believed of a pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ki_briefing.base.files import delete_below, mark_used, refusals, write_atomically

if TYPE_CHECKING:
    from pathlib import Path


class Pool(Protocol):
    """Where entries are shared. Every method raises StorageError if it cannot be reached or refuses."""

    def get(self, path: str) -> bytes | None:
        """Return an entry, unverified; None if there is none."""
        ...

    def has(self, path: str) -> bool:
        """Tell whether there is an entry."""
        ...

    def add(self, path: str, content: bytes) -> None:
        """Write an entry, unless there is one."""
        ...

    def discard(self, path: str) -> None:
        """Delete an entry that was found broken."""
        ...


class FolderPool:
    """A folder that all hosts see at the same place; it has the layout of a show's cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, path: str) -> bytes | None:
        """Read the file; its time is that of its last use, so whatever is old may be deleted."""
        place = self._folder / path
        with refusals(place, "read"):
            try:
                mark_used(place, place.stat())
                return place.read_bytes()
            except FileNotFoundError:
                return None

    def has(self, path: str) -> bool:
        """Look for the file."""
        return (self._folder / path).is_file()

    def add(self, path: str, content: bytes) -> None:
        """Write the file; of two hosts that do so at the same moment, one wins, and readers see a whole entry."""
        if not self.has(path):
            write_atomically(self._folder / path, content, durable=False)

    def discard(self, path: str) -> None:
        """Delete the file."""
        delete_below(self._folder, self._folder / path)
