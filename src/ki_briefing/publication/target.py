"""Where the publication goes: a folder now; anything that can put, list and delete files by path can be another target.

Paths here are relative, ASCII, with ``/``. Whatever a target does, a listener sees the old file or the new one.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ki_briefing.base import files
from ki_briefing.base.errors import PublishError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_CHUNK = 1 << 20


class Target(Protocol):
    """Where files are published.

    Every method may raise StorageError: the target refused.
    """

    def put(self, path: str, content: bytes | Path) -> bool:
        """Make the file hold exactly this content, at once; a ``Path`` is copied.

        Returns:
            False if it held it already; then nothing was touched.
        """
        ...

    def size(self, path: str) -> int | None:
        """Return a file's length [bytes], or None if there is no such file."""
        ...

    def stamp(self, path: str) -> str:
        """Return what differs after a file was changed, or after a folder gained, lost or replaced one; or nothing."""
        ...

    def names(self) -> Iterator[str]:
        """Yield the paths of all files."""
        ...

    def delete(self, path: str) -> None:
        """Delete a file, and its folder if that is empty then; a file that is gone already is no error."""
        ...


class FolderTarget:
    """A folder that a web server serves: everybody may read what is put there, even if cron's umask says otherwise."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = str(folder)
        self._tidy: set[Path] = set()

    def put(self, path: str, content: bytes | Path) -> bool:
        """Write the file atomically unless it holds the content already."""
        place = self._place(path)
        if isinstance(content, bytes):
            if _holds(place, content):
                return False
            self._tidy_up(place.parent)
            files.write_atomically(place, content, readable=True)
            return True
        if _same(place, content):
            return False
        wanted = files.size(str(content))
        self._tidy_up(place.parent)
        files.write_atomically(place, _chunks(content), readable=True)
        if files.size(str(place)) != wanted:
            raise StorageError(f"{content} changed while it was published", hint="Run the same command again.")
        return True

    def size(self, path: str) -> int | None:
        """Return a file's length, without opening it."""
        return files.size(f"{self._root}/{path}")

    def stamp(self, path: str) -> str:
        """Return inode, time of change and length."""
        return files.stamp(f"{self._root}/{path}")

    def names(self) -> Iterator[str]:
        """Yield all files but the temporary ones, in no order."""
        for root, _folders, names in os.walk(self._root):
            below = os.path.relpath(root, self._root)
            prefix = "" if below == "." else f"{below}/"
            yield from (prefix + name for name in names if not files.is_temporary(name))

    def delete(self, path: str) -> None:
        """Unlink the file; then its folders, as far as they are empty."""
        place = self._place(path)
        files.refuse_links(self._folder, place.parent)
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"cannot delete {place}: {error.strerror}", hint="Check who owns the folder.") from error
        with contextlib.suppress(OSError):
            for folder in place.parents:
                if folder == self._folder:
                    break
                folder.rmdir()

    def _tidy_up(self, folder: Path) -> None:
        """Make a folder; delete what a killed run left in it, the first time something is written there."""
        if folder in self._tidy:
            return
        self._tidy.add(folder)
        files.refuse_links(self._folder, folder)
        self._make(folder)
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                files.delete_leftover(Path(entry.path))

    def _make(self, folder: Path) -> None:
        ours = (each for each in (folder, *folder.parents) if each.is_relative_to(self._folder))
        try:
            missing = [each for each in ours if not each.exists()]
            for each in reversed(missing):
                each.mkdir(parents=True, exist_ok=True)
                each.chmod(each.stat().st_mode | 0o555)
        except OSError as error:
            raise StorageError(f"cannot make {folder}: {error.strerror}", hint="Check who owns the folder.") from error

    def _place(self, path: str) -> Path:
        if not _PATH.fullmatch(path):
            raise PublishError(f"'{path}' is no path to publish at", hint="Use ASCII letters, digits and hyphens.")
        return self._folder / path


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint="Build the episode again.") from error


def _holds(place: Path, content: bytes) -> bool:
    try:
        return files.size(str(place)) == len(content) and place.read_bytes() == content
    except OSError:
        return False


def _same(place: Path, source: Path) -> bool:
    """Tell whether two files hold the same bytes, in constant memory."""
    size = files.size(str(place))
    if size is None or size != files.size(str(source)):
        return False
    return all(ours == theirs for ours, theirs in zip(_chunks(source), _chunks(place), strict=False))
