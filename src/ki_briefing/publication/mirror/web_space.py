"""The port of the mirror: a place of which a web server makes what lies in it, and what the mirror must do there.

Paths are relative, in ASCII, and separated by ``/``. At any time a listener sees either the old file or the new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing import Self

FOLDER = ".ki-briefing"
"""Where the mirror keeps files of its own at a target."""

_PATH = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)*")


def is_path(text: str) -> bool:
    """Tell whether a text is the path of a file that can be mirrored."""
    return _PATH.fullmatch(text) is not None and not text.startswith(f"{FOLDER}/")


@dataclass(frozen=True, slots=True)
class Headers:
    """How a file is to be served, where the place can be told."""

    content_type: str
    cache_control: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of our own as it was at one moment.

    Attributes:
        version: What the target calls this version of it; empty where a target has no versions.
        written: When it was written, by the target's clock [s since 1970].
    """

    content: bytes
    version: str
    written: float


class WebSpace(Protocol):
    """A target that is open, and a context manager. Every method raises StorageError if the target refuses."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Replace a file atomically, and make sure that it arrived whole."""
        ...

    def read(self, path: str) -> Seen | None:
        """Return a file that is small, or None if there is no such file."""
        ...

    def write(self, path: str, content: bytes, seen: Seen | None) -> bool:
        """Replace a file of our own, for nobody else to read, if it still is what was seen; None: if there is none.

        Returns:
            False if it is not; then nothing was touched.
        """
        ...

    def delete(self, path: str) -> None:
        """Delete a file, if it exists, and its folder, if it is empty then."""
        ...
