"""A file that comes in pieces, and goes on where a killed process stopped: bytes -> ``name.part`` -> ``name``."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.files import refusals, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Partial:
    """A file on its way; ``path`` is what it will be called."""

    path: Path

    @property
    def part(self) -> Path:
        """Where its bytes are until it is whole."""
        return self.path.with_name(f"{self.path.name}.part")

    @property
    def size(self) -> int:
        """How many bytes have come."""
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    def write(self, pieces: Iterable[bytes], at: int) -> None:
        """Write the bytes from a place on; what stood there is gone.

        Raises:
            StorageError: The disk refused; what was written before stays.
        """
        with refusals(self.part, "write"):
            self.part.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
            file = os.fdopen(handle, "wb", buffering=0)
        with file:
            with refusals(self.part, "write"):
                file.truncate(at)
                file.seek(at)
            for piece in pieces:  # their own errors are not the disk's
                with refusals(self.part, "write"):
                    view = memoryview(piece)
                    while view:
                        view = view[file.write(view) :]

    def discard(self) -> None:
        """Delete what has come."""
        with contextlib.suppress(OSError):
            self.part.unlink()

    def finish(self) -> None:
        """Give it its name, once its bytes are on the disk.

        Raises:
            StorageError: The disk refused.
        """
        with refusals(self.path, "write"):
            with self.part.open("rb") as file:
                os.fsync(file.fileno())
            self.part.replace(self.path)
            sync_folder(self.path.parent)
