"""A server of voices on loopback, as the hub is one: files, listings, redirects, ranges; and its faults."""

from __future__ import annotations

import contextlib
import hashlib
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import trustme

CHUNK = 16_384


@dataclass
class Hub:
    """Serves ``files`` by path; a context manager.

    Attributes:
        ranges: It sends a part of a file when asked for it.
        away: It sends who asks to this address, before the path; ``/cdn`` sends the file, as the hub's does.
        pause: Seconds between two pieces of 16 kB.
        breaks: After so many bytes of an answer it hangs up; 0: never.
        sent: (path, first byte) of each file it began to send.
    """

    files: dict[str, bytes]
    ranges: bool = True
    away: str = ""
    pause: float = 0.0
    breaks: int = 0
    sent: list[tuple[str, int]] = field(default_factory=list)

    def __enter__(self) -> Hub:
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        """Its address."""
        scheme = "https" if isinstance(self._server.socket, ssl.SSLSocket) else "http"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}/"

    def secure(self, certificate: trustme.LeafCert) -> None:
        """Speak TLS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def list_folder(self, repository: str, folder: str = "") -> None:
        """Add the hub's listing of a repository's folder."""
        root = f"{repository}/resolve/main/{folder}"
        listing = []
        for path, content in self.files.items():
            if path.startswith(root):
                name, large = path.removeprefix(f"{repository}/resolve/main/"), path.endswith((".onnx", ".npz"))
                git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
                entry: dict[str, Any] = {"type": "file", "oid": git, "size": len(content), "path": name}
                listing.append(entry | ({"lfs": {"oid": hashlib.sha256(content).hexdigest()}} if large else {}))
        self.files[f"api/models/{repository}/tree/main/{folder}".rstrip("/")] = json.dumps(listing).encode()

    def list_piper(self) -> None:
        """Add Piper's own list of the voices that are there."""
        root = "rhasspy/piper-voices/resolve/main/"
        voices: dict[str, Any] = {}
        for path, content in self.files.items():
            if path.startswith(root):
                parts = path.removeprefix(root).split("/")
                key = f"{parts[1]}-{parts[2]}-{parts[3]}"
                digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
                told = {"size_bytes": len(content), "md5_digest": digest}
                voices.setdefault(key, {"key": key, "files": {}})["files"]["/".join(parts)] = told
        self.files[f"{root}voices.json"] = json.dumps(voices).encode()


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[Hub]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.lstrip("/")  # a proxy is asked for whole addresses
        content = self.hub.files.get(path.removeprefix("cdn/").removeprefix("round/"))
        if self.hub.away and content is not None and not path.startswith(("cdn/", "api/")):
            self._head(302, 0, Location=f"{self.hub.away}/{path.removeprefix('round/')}")
            return
        if content is None:
            self._head(404, 0)
            return
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.hub.ranges else 0
        if start >= len(content) and start:
            self._head(416, 0)
            return
        part = content[start:]
        self.hub.sent.append((path.removeprefix("cdn/"), start))
        self._head(206 if start else 200, len(part), **(
            {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        ))  # fmt: skip
        self._send(part)

    def _head(self, status: int, size: int, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(size))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _send(self, part: bytes) -> None:
        sent = 0
        with contextlib.suppress(OSError):
            while sent < len(part) and not (self.hub.breaks and sent >= self.hub.breaks):
                sent += self.wfile.write(part[sent : sent + CHUNK])
                time.sleep(self.hub.pause)
        if sent < len(part):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""
