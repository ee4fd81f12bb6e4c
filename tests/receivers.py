"""Who is told, on this machine: a mail server and an address for webhooks and heartbeats."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

USER, PASSWORD = "redaktion", "geheim-4711"


class Hook:
    """An address that remembers what it got.

    Attributes:
        answers: Status codes for the next requests; after them 204.
        got: Method, path, headers and body of each request.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[int] = []
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []


@contextmanager
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            there.got.append((self.command, self.path, dict(self.headers), body))
            status = there.answers.pop(0) if there.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", there.url)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - http.server calls it so

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Hook(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


class MailBox:
    """What a mail server got, with the users that logged in."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.users: list[str] = []
        self.port = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server(folder: Path, *, tls: str, name: str = "localhost") -> Iterator[MailBox]:
    """Run a mail server that knows a user.

    Args:
        folder: Gets the certificate of its authority, ``ca.pem``.
        tls: ``starttls``, ``tls`` or ``none``.
        name: For whom it is certified.
    """
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    box = MailBox()

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        success = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        if success:
            box.users.append(data.login.decode())
        return AuthResult(success=success, handled=False)

    controller = Controller(
        box, "127.0.0.1", _free_port(), ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None, require_starttls=tls == "starttls",
        authenticator=knows, auth_require_tls=False,
    )  # fmt: skip
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
