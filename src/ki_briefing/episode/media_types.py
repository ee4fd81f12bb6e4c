"""What the files of an episode and of its publication are called on the web: suffix -> media type."""

CHAPTERS_TYPE = "application/json+chapters"
"""Podcasting 2.0 chapters, whose suffix is that of any JSON."""

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
