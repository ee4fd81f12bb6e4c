"""A file of the episode -> Asset, Alternate: what a feed and a web server must know about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.episode.media_types import MEDIA_TYPES
from ki_briefing.model.episode import Alternate, Asset

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.episode import Episode

_CODECS = {".m4a": "mp4a.40.2", ".mp3": "mp3", ".opus": "opus"}


def measure_asset(path: Path, media_type: str = "") -> Asset:
    """Return a file's size, digest and media type; if none is given, the suffix determines it.

    Raises:
        StorageError: The file cannot be read.
    """
    digest = files.file_digest(path)
    return Asset(path.name, path.stat().st_size, media_type or MEDIA_TYPES[path.suffix], digest)


def measure_alternate(path: Path, episode: Episode) -> Alternate:
    """Return what the feed must know about one format of the episode.

    Raises:
        StorageError: The file cannot be read.
    """
    asset = measure_asset(path)
    bit_rate = round(asset.size * 8 * episode.sample_rate / episode.frames)
    return Alternate(asset, bit_rate, _CODECS[path.suffix], files.file_integrity(path))
