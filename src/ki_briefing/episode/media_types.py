"""Suffix -> media type, for the files of an episode and of the publication."""

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
    ".xml": "application/rss+xml",
}
