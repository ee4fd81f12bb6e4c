"""A folder of this machine as a target: another disk, or what a network mounts there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.base.errors import StorageError
from ki_briefing.publication.mirror.web_space import Headers, Seen
from ki_briefing.publication.target import ReadableFolders

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self


class FolderSpace:
    """The folder; its web server decides how files are served. Everybody may read them, even if the umask is strict."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders = ReadableFolders(folder)

    def __enter__(self) -> Self:
        if not self._folder.parent.is_dir():  # a disk that is not mounted must not be taken for an empty one
            raise StorageError(f"there is no folder {self._folder.parent}", hint="Make it, or mount its disk.")
        return self

    def __exit__(self, *_: object) -> None: ...

    def put(self, path: str, content: bytes, headers: Headers) -> None:  # noqa: ARG002 - a folder has no headers
        """Write the file atomically."""
        place = self._place(path)
        self._folders.make(place.parent)
        files.write_atomically(place, content, readable=True)

    def read(self, path: str) -> Seen | None:
        """Return the file's bytes and time."""
        place = self._place(path)
        with files.refusals(place, "read"):
            try:
                return Seen(place.read_bytes(), "", place.stat().st_mtime)
            except FileNotFoundError:
                return None

    def write(self, path: str, content: bytes, seen: Seen | None) -> bool:
        """Write the file, readable for its owner only."""
        place = self._place(path)
        if seen is None:
            self._folders.make(place.parent)
            with files.refusals(place, "write"):
                try:
                    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                except FileExistsError:
                    return False
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
            return True
        now = self.read(path)
        if now is None or now.content != seen.content:
            return False
        files.write_atomically(place, content, mode=0o600)
        return True

    def delete(self, path: str) -> None:
        """Delete the file, then those of its folders that are empty."""
        files.delete_below(self._folder, self._place(path))

    def _place(self, path: str) -> Path:
        place = self._folder / path
        files.refuse_links(self._folder, place.parent)
        return place
