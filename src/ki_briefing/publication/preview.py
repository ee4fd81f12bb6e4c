"""Public folder -> HTTP, on the loopback address by default: the publication as browsers and podcast apps will see it.

Unlike ``http.server`` alone it answers byte ranges, so that players can seek, and conditional requests, and it sends
the right media types. With live reload, pages get a script that asks whether anything has changed; the files on disk
stay as they are. It answers only to the names that it serves, and lets no page of another site read: what is not public
yet stays here, also if a stranger's page leads its own name to this machine (DNS rebinding).
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import re
import socket
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from ki_briefing.base.errors import PublishError
from ki_briefing.base.files import stamp
from ki_briefing.episode.media_types import media_type

if TYPE_CHECKING:
    from typing import Any

LOOPBACK = "127.0.0.1"
_LOOPBACK_NAMES = (LOOPBACK, "localhost", "::1")

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 1 << 16
_RELOAD_PATH = "/.reload"
_RELOAD_SCRIPT = b"""
let seen = null;
setInterval(async () => {
  const answer = fetch("/.reload?" + location.pathname, { cache: "no-store" });
  const now = await answer.then(({ headers }) => headers.get("etag"), () => seen);
  if (seen !== null && now !== seen) location.reload();
  seen = now;
}, 1000);
"""


class Preview(ThreadingHTTPServer):
    """A web server; ``serve_forever`` serves until ``shutdown``."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0, *, host: str = LOOPBACK, reload: bool = True) -> None:
        """Bind to a port; 0 takes a free one.

        Args:
            host: The address or name of this machine to serve on; 0.0.0.0: on all of them.

        Raises:
            PublishError: The port is taken, or there is nothing to show.
        """
        if not folder.is_dir():
            raise PublishError(f"there is no {folder}", hint="Run ki-briefing publish first.")
        self.folder = folder.resolve()
        self.reload = reload
        self.host = host
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError, UnicodeError) as error:
            raise PublishError(
                f"cannot listen on {host}, port {port}: {error}", hint="Choose another port or host."
            ) from error

    @property
    def url(self) -> str:
        """The start page's address."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.server_address[1]}/"

    def serves(self, host: str) -> bool:
        """Tell whether a request for this host, as a ``Host`` header names it, is meant for this server."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
            if name in (*_LOOPBACK_NAMES, self.host.lower()):
                return True
            if not ipaddress.ip_address(self.host).is_unspecified:
                return False
            return name == socket.gethostname().lower() or bool(ipaddress.ip_address(name))
        except ValueError:  # a name, which a stranger's DNS may lead here, or no name at all
            return False

    def state(self, page: Path | None) -> str:
        """Return a text that changes when a file beside a page or at the top of the site changes.

        Other files are not looked at: an archive may have thousands, and the browser asks every second.
        """
        state = hashlib.blake2b(digest_size=8)
        for folder in dict.fromkeys((self.folder, page.parent if page else self.folder)):
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for path in sorted(entry.path for entry in entries if entry.is_file()):
                    state.update(f"{path} {stamp(path)}\n".encode("utf-8", "surrogateescape"))
        return state.hexdigest()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that hang up."""


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of a file, for conditional requests: its entity tag, time of change and size [bytes]."""

    etag: str
    modified: str
    size: int


class _Handler(BaseHTTPRequestHandler):
    server: Preview
    protocol_version = "HTTP/1.1"
    server_version = "ki-briefing"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def _answer(self, *, body: bool) -> None:
        if not self.server.serves(self.headers.get("Host", "")):
            text = b"Not served under this name; see --host.\n"
            self._send(HTTPStatus.MISDIRECTED_REQUEST, text, {"Content-Type": media_type("421.txt")}, body=body)
            return
        path = unquote(urlsplit(self.path).path)
        if self.server.reload and path == _RELOAD_PATH:
            state = self.server.state(self._file(unquote(urlsplit(self.path).query)))
            self._send(HTTPStatus.OK, b"", {"ETag": f'"{state}"', "Cache-Control": "no-store"}, body=body)
            return
        if self.server.reload and path == _RELOAD_PATH + ".js":
            self._send(HTTPStatus.OK, _RELOAD_SCRIPT, {"Content-Type": media_type("reload.js")}, body=body)
            return
        try:
            file = self._file(path)
            if file is None:
                self._send(HTTPStatus.NOT_FOUND, b"404\n", {"Content-Type": media_type("404.txt")}, body=body)
            elif file.is_dir():
                self._send(HTTPStatus.MOVED_PERMANENTLY, b"", {"Location": urlsplit(self.path).path + "/"}, body=body)
            elif self.server.reload and file.suffix == ".html":
                self._send_page(file, body=body)
            else:
                with file.open("rb") as stream:
                    self._send_file(file, stream, body=body)
        except OSError:
            self.close_connection = True

    def _file(self, path: str) -> Path | None:
        """Return the file of an address, or a folder named without its slash; None if it must not be shown."""
        if "\0" in path or any(part.startswith(".") for part in path.split("/")):
            return None
        file = (self.server.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.server.folder):
            return None
        if path.endswith("/"):
            file /= "index.html"
        return file if file.is_file() or (file.is_dir() and not path.endswith("/")) else None

    def _send_page(self, file: Path, *, body: bool) -> None:
        """Send a page with the script that reloads it, and a security policy that lets the script run."""
        page = file.read_bytes()
        if b"connect-src" not in page:
            page = page.replace(b"default-src 'none';", b"default-src 'none'; connect-src 'self';", 1)
        page = page.replace(b"</body>", f'<script src="{_RELOAD_PATH}.js"></script></body>'.encode(), 1)
        headers = {"Content-Type": media_type("index.html"), "Cache-Control": "no-store"}
        self._send(HTTPStatus.OK, page, headers, body=body)

    def _send_file(self, file: Path, stream: BinaryIO, *, body: bool) -> None:
        status = os.fstat(stream.fileno())
        version = _Version(
            f'"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"',
            formatdate(status.st_mtime, usegmt=True),
            status.st_size,
        )
        headers = {"ETag": version.etag, "Last-Modified": version.modified, "Cache-Control": "no-cache"}
        if self._is_fresh(version):
            self._send(HTTPStatus.NOT_MODIFIED, None, headers, body=False)
            return
        headers |= {"Content-Type": media_type(file.name)}
        headers |= {"Accept-Ranges": "bytes"}
        first, last, code = 0, version.size - 1, HTTPStatus.OK
        wanted = _find_range(self.headers.get("Range", ""), version.size)
        if wanted and self.headers.get("If-Range", version.etag) in (version.etag, version.modified):
            first, last = wanted
            if first > last:
                headers["Content-Range"] = f"bytes */{version.size}"
                self._send(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"", headers, body=body)
                return
            code = HTTPStatus.PARTIAL_CONTENT
            headers["Content-Range"] = f"bytes {first}-{last}/{version.size}"
        self._head(code, {**headers, "Content-Length": str(last - first + 1)})
        if body:
            _copy(stream, self.wfile, first, last - first + 1)

    def _is_fresh(self, version: _Version) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or version.etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
        since = self.headers.get("If-Modified-Since", "")
        try:
            return bool(since) and parsedate_to_datetime(version.modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _send(self, code: HTTPStatus, content: bytes | None, headers: dict[str, str], *, body: bool) -> None:
        length = {} if content is None else {"Content-Length": str(len(content))}
        self._head(code, {**headers, **length})
        if body and content:
            self.wfile.write(content)

    def _head(self, code: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {**headers, "X-Content-Type-Options": "nosniff"}.items():
            self.send_header(name, value)
        self.end_headers()


def _find_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte requested (RFC 9110, 14.1.2); if first > last, the range cannot be satisfied.

    None: send the whole file, because not exactly one valid range was requested.
    """
    match = _RANGE.fullmatch(header)
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (1, 0)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def _copy(stream: BinaryIO, out: Any, start: int, length: int) -> None:
    stream.seek(start)
    while length > 0 and (chunk := stream.read(min(_CHUNK, length))):
        out.write(chunk)
        length -= len(chunk)
