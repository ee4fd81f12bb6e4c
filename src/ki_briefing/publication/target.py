"""Path, content -> a file in the public folder.

Paths are relative, in ASCII, and separated by ``/``. At any time a listener sees either the old file or the new one.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.base.errors import PublishError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_CHUNK = 1 << 20
_LARGEST_PAGE = 100_000_000  # bytes


class FolderTarget:
    """A folder that a web server serves. Every method raises StorageError if the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = str(folder)
        self._folders = ReadableFolders(folder)

    def put(self, path: str, content: bytes) -> bool:
        """Replace a file atomically.

        Returns:
            False if it held this content already; then nothing was touched.
        """
        place = self._place(path)
        if self.read(path) == content:
            return False
        self._folders.make(place.parent)
        files.write_atomically(place, content, readable=True)
        return True

    def put_together(self, contents: Sequence[tuple[str, Path]]) -> tuple[str, ...]:
        """Copy files that belong together: first all are written aside, then one after the other takes its place.

        Returns:
            The paths of those that held something else before; the disk must have room for both versions of them.
        """
        changed = [(path, source) for path, source in contents if not self.holds(path, source)]
        folders: set[str] = set()
        with contextlib.ExitStack() as stack:
            for path, source in reversed(changed):  # the last to be set aside is the first to take its place
                folder = path.rpartition("/")[0]
                stack.enter_context(self._set_aside(path, source, is_last=folder not in folders))
                folders.add(folder)
        return tuple(path for path, _ in changed)

    @contextlib.contextmanager
    def _set_aside(self, path: str, source: Path, *, is_last: bool) -> Iterator[None]:
        """Write a file aside; the last of a folder to take its place waits until the disk knows of all of them."""
        place, wanted = self._place(path), files.size(str(source))
        self._folders.make(place.parent)
        with files.set_aside(place, _chunks(source), readable=True, settled=is_last) as written:
            if written != wanted:
                raise StorageError(f"{source} changed while it was published", hint="Run the same command again.")
            yield

    def size(self, path: str) -> int | None:
        """Return a file's size [bytes], or None if there is no such file."""
        return files.size(f"{self._root}/{path}")

    def read(self, path: str) -> bytes | None:
        """Return a page's bytes; None if there is no such file, or it is no regular one, or larger than any page."""
        try:
            return files.read_regular(self._place(path), _LARGEST_PAGE)
        except OSError:
            return None

    def holds(self, path: str, content: Path) -> bool:
        """Tell whether a file has these very bytes, in constant memory."""
        return _same(self._place(path), content)

    def stamp(self, path: str) -> str:
        """Return a text that changes when a file changes or a folder gains or loses one; empty if it does not exist."""
        return files.stamp(f"{self._root}/{path}")

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file's bytes in hexadecimal; empty if there is no such file."""
        place = self._place(path)
        return files.file_digest(place) if files.is_file(place) else ""

    def names(self) -> Iterator[str]:
        """Yield the paths of all files except temporary ones, in no particular order."""
        for root, _folders, names in os.walk(self._root):
            below = os.path.relpath(root, self._root)
            prefix = "" if below == "." else f"{below}/"
            yield from (prefix + name for name in names if not files.is_temporary(name))

    def delete(self, path: str) -> None:
        """Delete a file, if it exists, then those of its folders that are empty."""
        place = self._place(path)
        files.refuse_links(self._folder, place.parent)
        files.delete_below(self._folder, place)

    def _place(self, path: str) -> Path:
        if not _PATH.fullmatch(path):
            raise PublishError(f"cannot publish at the path '{path}'", hint="Use ASCII letters, digits and hyphens.")
        return self._folder / path


class ReadableFolders:
    """The folders below another one that everybody may read, even if cron's umask is strict."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[Path] = set()

    def make(self, folder: Path) -> None:
        """Make a folder and delete what a killed run left in it, before the first file is written there.

        Raises:
            StorageError: The disk refused, or it is in or behind a symbolic link.
        """
        if folder in self._made:
            return
        self._made.add(folder)
        files.refuse_links(self._root, folder)
        ours = (each for each in (folder, *folder.parents) if each.is_relative_to(self._root))
        with files.refusals(folder, "make"):
            missing = [each for each in ours if not each.exists()]
            for each in reversed(missing):
                each.mkdir(parents=True, exist_ok=True)
                each.chmod(each.stat().st_mode | 0o555)
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                files.delete_leftover(Path(entry.path))


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint="Build the episode again.") from error


def _same(place: Path, source: Path) -> bool:
    """Tell whether two files hold the same bytes, in constant memory."""
    size = files.size(str(place))
    if size is None or size != files.size(str(source)):
        return False
    return all(ours == theirs for ours, theirs in zip(_chunks(source), _chunks(place), strict=False))
