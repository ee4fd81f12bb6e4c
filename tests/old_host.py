"""The podcast host before, on this machine: files with ranges and marks of their version, and a wire that breaks."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import numpy as np
import soundfile


def mp3(seconds: float, pitch: int = 440) -> bytes:
    """Return a tone."""
    wave = 0.1 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * 24_000)) / 24_000)
    file = io.BytesIO()
    soundfile.write(file, wave, 24_000, format="MP3")
    return file.getvalue()


@dataclass
class OldHost:
    """The host; a context manager.

    Attributes:
        files: Content by path; a text is where a path leads.
        breaks: After how many bytes an answer of this path breaks off, each time.
        asked: Path and Range of each request.
        astray: How many bytes after the one that was asked for a range begins.
    """

    files: dict[str, bytes | str] = field(default_factory=dict)
    breaks: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    marks: bool = True
    astray: int = 0

    def __enter__(self) -> Self:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        path, content = request.path, self.files.get(request.path)
        wanted = request.headers.get("Range", "")
        self.asked.append((path, wanted))
        if not isinstance(content, bytes):
            request.send_response(404 if content is None else 302)
            request.send_header("Location", content or "")
            request.end_headers()
            return
        tag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
        at = int(wanted[6:-1]) if wanted and request.headers.get("If-Range", tag) == tag else 0
        at += self.astray if at else 0
        request.send_response(206 if at else 200)
        if at:
            request.send_header("Content-Range", f"bytes {at}-{len(content) - 1}/{len(content)}")
        if self.marks:
            request.send_header("ETag", tag)
        request.send_header("Content-Type", "text/html" if path.endswith(".html") else "application/octet-stream")
        request.send_header("Content-Length", str(len(content) - at))
        request.end_headers()
        request.wfile.write(content[at : at + self.breaks.get(path, len(content))])


def feed_of(host: OldHost, *numbers: int, head: str = "", seconds: int = 2) -> str:
    """Put a feed's sounds on a host, and return the feed."""
    items = ""
    for number in numbers:
        host.files[f"/{number}.mp3"] = mp3(seconds, 300 + number)
        items += (
            f"<item><title>Folge {number}</title><guid>alt-{number}</guid><itunes:duration>{seconds}</itunes:duration>"
            f"<pubDate>{number} Jun 2020 10:00:00 GMT</pubDate>"
            f'<enclosure url="{host.url}/{number}.mp3" length="7" type="audio/mpeg"/></item>'
        )
    return (
        '<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom">'
        "<channel><title>Alt</title><description>Worum es in dieser Sendung geht.</description>"
        f"{head}{items}</channel></rss>"
    )
