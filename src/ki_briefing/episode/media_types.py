"""Suffix -> media type, for the files of an episode and of the publication."""

import re
from pathlib import PurePath

CHAPTERS_TYPE = "application/json+chapters"
"""For Podcasting 2.0 chapters, which have the same suffix as any other JSON."""

MEDIA_TYPES = {
    ".c2pa": "application/c2pa",
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".srt": "application/x-subrip",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".xml": "text/xml",  # a feed too: what is served as application/rss+xml browsers show as plain text
}

_CHAPTERS = re.compile(r"chapters(-[0-9a-f]{10})?\.json")


def media_type(name: str) -> str:
    """Return the ``Content-Type`` with which a file of this name is served."""
    known = MEDIA_TYPES.get(PurePath(name).suffix, "application/octet-stream")
    kind = CHAPTERS_TYPE if _CHAPTERS.fullmatch(name) else known
    return kind + "; charset=utf-8" if kind.startswith("text/") else kind
