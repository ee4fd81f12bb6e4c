"""A server on loopback that speaks OpenAI's protocol, ``POST /v1/audio/speech``, with espeak-ng for its voice."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from espeak_speech import encode, speech

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIA_TYPES = {
    "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "opus": "audio/ogg", "pcm": "audio/pcm",
}  # fmt: skip

Reply = tuple[int, dict[str, str], bytes]


class SpeechServer(ThreadingHTTPServer):
    """The server; ``reply`` may answer the nth request (from 1) in its place.

    Attributes:
        asked: The body of each request, in order.
        headers: The headers of each.
    """

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, key: str = "", reply: Callable[[int, dict[str, Any]], Reply | None] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = key
        self.reply = reply
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def texts(self) -> list[str]:
        """What it was asked to say."""
        return [str(body["input"]) for body in self.asked]

    def close(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()


def refusal(status: int, message: str, **headers: str) -> Reply:
    """Return an error in OpenAI's form."""
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def answer(asked: dict[str, Any]) -> Reply:
    """Return what a good server sends."""
    coding = asked.get("response_format", "mp3")
    if not any(map(str.isalnum, asked["input"])) or coding not in MEDIA_TYPES:
        return refusal(400, "there is nothing to say")
    samples, _words = speech(asked["input"], round(100 * (asked.get("speed", 1.0) - 1)))
    return 200, {"Content-Type": MEDIA_TYPES[coding]}, encode(samples, coding)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SpeechServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer a request."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(asked)
            self.server.headers.append(dict(self.headers))
            count = len(self.server.asked)
        reply = self.server.reply(count, asked) if self.server.reply else None
        if reply is None and self.path != "/v1/audio/speech":
            reply = refusal(404, f"there is no {self.path}")
        if reply is None and self.server.key and self.headers.get("Authorization") != f"Bearer {self.server.key}":
            reply = refusal(401, f"Incorrect API key provided: {self.headers.get('Authorization')}")
        status, headers, body = reply or answer(asked)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
