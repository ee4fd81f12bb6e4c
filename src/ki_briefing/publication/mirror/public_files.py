"""Public folder -> its files, each with its digest, its place in the order of mirroring and how it is to be served."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ki_briefing.base import files
from ki_briefing.base.errors import PublishError, StorageError
from ki_briefing.episode.addresses import FEED_PATH
from ki_briefing.episode.media_types import media_type
from ki_briefing.publication.feed import is_page_path
from ki_briefing.publication.mirror.web_space import FOLDER, Headers, is_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_CONTENT = re.compile(r".*-[0-9a-f]{10}\.(css|jpg|js|json|png|svg)")
_LARGEST = 2_000_000_000  # bytes; a file is held in memory while it is sent


PublicFiles: TypeAlias = "dict[str, tuple[str, str]]"
"""By its path, of each public file a text that changes when it is written, and the SHA-256 of its bytes."""


def find_public(public: Path, known: PublicFiles) -> tuple[PublicFiles, tuple[str, ...]]:
    """Return all files, and the paths of what cannot be mirrored: links, devices, names with other signs than ASCII's.

    What the feed names is among them, if the feed did not change meanwhile.

    Args:
        known: Those that were seen before.

    Raises:
        PublishError: There is no feed: nothing has been published, or the folder is not the one that it was.
    """
    found: PublicFiles = {}
    left_out = []
    for path, is_regular in _names(str(public)):
        stamp = files.stamp(f"{public}/{path}")
        if not is_regular or not is_path(path):
            left_out.append(path)
        elif path in known and known[path][0] == stamp:
            found[path] = known[path]
        elif stamp:  # otherwise it has just been deleted
            try:
                found[path] = stamp, files.file_digest(public / path)
            except StorageError:
                if files.stamp(f"{public}/{path}"):
                    raise
    if FEED_PATH not in found:
        raise PublishError(f"there is no {public / FEED_PATH}", hint="Run: ki-briefing publish")
    return found, tuple(sorted(left_out))


def read_public(public: Path, path: str) -> bytes | None:
    """Return a file's bytes; None if it has just been deleted.

    Raises:
        StorageError: It cannot be read.
    """
    with files.refusals(public / path, "read"):
        try:
            return files.read_regular(public / path, _LARGEST)
        except FileNotFoundError:
            return None


def rank(path: str) -> int:
    """Sort files before the pages that name them, then the feed's older pages, then what apps read: the feed.

    Sound is last among the files: from then on, the feed tells the length of an older one.
    """
    name = path.rpartition("/")[2]
    if is_page_path(path):
        return 4 if path == FEED_PATH else 3
    if name == "index.html" or (name.endswith(".html") and "/" not in path) or name.endswith(".xml"):
        return 2
    return int(media_type(name).startswith("audio/"))


def headers(path: str) -> Headers:
    """Return how a file is to be served: for ever if its name depends on its bytes, else asked for anew or for minutes.

    Sound is always asked for anew: shows that were published by earlier versions keep addresses that look as if they
    depended on its bytes.
    """
    name = path.rpartition("/")[2]
    age = "max-age=300" if rank(path) > 1 else "no-cache"
    if _BY_CONTENT.fullmatch(name):
        age = "max-age=31536000, immutable"
    return Headers(media_type(name), f"public, {age}")


def _names(root: str, below: str = "") -> Iterator[tuple[str, bool]]:
    """Yield the path of each file, except those in progress, and whether it is a regular one."""
    try:
        with os.scandir(f"{root}/{below}") as found:
            entries = list(found)
    except FileNotFoundError:  # it has just been deleted
        return
    except OSError as error:
        raise StorageError(f"cannot read {root}/{below}: {error.strerror}", "Check its permissions.") from error
    for entry in entries:
        path = below + entry.name
        if entry.is_dir(follow_symlinks=False):
            if path != FOLDER:
                yield from _names(root, f"{path}/")
        elif not files.is_temporary(entry.name):
            yield path, entry.is_file(follow_symlinks=False)
