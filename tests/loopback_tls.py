"""A service of the net on loopback: a proxy that ends TLS for it and answers in its place; only the network is ours."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path


class LoopbackTls:
    """Listens as a proxy for one host; subclasses answer.

    Attributes:
        proxy: Its address, for ``HTTPS_PROXY``.
        bundle: The certificate of its authority, for ``REQUESTS_CA_BUNDLE``.
    """

    def __init__(self, folder: Path, host: str, certified: str) -> None:
        authority = trustme.CA()
        self.bundle = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.bundle))
        self._host = host
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(certified).configure_cert(self._tls)
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.proxy = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(20)
        try:
            with plain:
                head = read_head(plain)
                if not head.endswith(b"\r\n\r\n"):
                    return  # a client that was killed
                assert head.startswith(f"CONNECT {self._host}:443 ".encode())
                plain.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with self._tls.wrap_socket(plain, server_side=True) as secure:
                    while self._answer(secure):
                        pass
        except OSError:
            pass  # the client has hung up: that is its right

    def _answer(self, secure: ssl.SSLSocket) -> bool:
        """Answer a request; tell whether another one may follow on this connection."""
        raise NotImplementedError


def read_head(connection: socket.socket) -> bytes:
    """Return an HTTP head; what there is of it if the client hangs up."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(1)
        if not part:
            break
        head += part
    return head


def read_exactly(connection: socket.socket, size: int) -> bytes:
    """Return so many bytes.

    Raises:
        ConnectionError: The client hung up before.
    """
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def http(body: bytes, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    """Return a whole HTTP answer."""
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n".encode() + body
