"""Google Translate's voice on loopback: a proxy that ends TLS for it and answers in its batchexecute format.

The real gTTS prepares the requests and our real sending code sends them; only the network is answered here.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import ssl
import threading
import urllib.parse
from typing import TYPE_CHECKING

import lameenc
import numpy as np
import trustme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "translate.google.com"
RATE = 24_000


def tone_mp3(seconds: float, level: float = 0.2) -> bytes:
    """Return MP3 frames like the service's: 24 kHz, mono, 64 kbit/s, no header."""
    t = np.arange(round(seconds * RATE)) / RATE
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    encoder.silence()
    wave = (level * 32767 * np.sin(2 * np.pi * 300 * t)).astype(np.int16)
    return bytes(encoder.encode(wave.tobytes())) + bytes(encoder.flush())


def answer(text: str, mp3: bytes | None = None) -> bytes:
    """Return a whole HTTP answer with the speech of a text: 80 ms a letter unless given."""
    sound = base64.b64encode(tone_mp3(0.08 * len(text)) if mp3 is None else mp3).decode()
    return encoded(sound)


def encoded(sound: str) -> bytes:
    """Return a whole HTTP answer that carries this as its base64."""
    rpc = json.dumps([["wrb.fr", "jQ1olc", json.dumps([sound]), None, None, None, "generic"]], separators=(",", ":"))
    return http(f')]}}\'\n\n{len(rpc)}\n{rpc}\n25\n[["e",4,null,null,157]]\n'.encode())


def http(body: bytes, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    """Return a whole HTTP answer."""
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n".encode() + body


class GoogleTranslate:
    """The service; ``reply`` makes the answer to the nth request (from 1) for a text, None hangs up.

    Attributes:
        asked: The texts it was asked for, in order.
    """

    def __init__(self, folder: Path, reply: Callable[[int, str], bytes | None], host: str = HOST) -> None:
        authority = trustme.CA()
        self.bundle = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.bundle))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(self._tls)
        self._reply = reply
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
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
                head = b""
                while b"\r\n\r\n" not in head:
                    head += plain.recv(1)
                assert head.startswith(f"CONNECT {HOST}:443 ".encode())
                plain.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with self._tls.wrap_socket(plain, server_side=True) as secure:
                    while self._answer(secure):
                        pass
        except OSError:
            pass  # the client has hung up: that is its right

    def _answer(self, secure: ssl.SSLSocket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            part = secure.recv(1)
            if not part:
                return False
            head += part
        size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-len"))
        body = b""
        while len(body) < size:
            body += secure.recv(size - len(body))
        text = spoken_in(body)
        with self._lock:
            self.asked.append(text)
            count = len(self.asked)
        reply = self._reply(count, text)
        if reply is None:
            return False
        secure.sendall(reply)
        return True


def spoken_in(body: bytes) -> str:
    """Return the text that a request of gTTS asks for."""
    rpc = json.loads(urllib.parse.parse_qs(body.decode())["f.req"][0])
    text, language, _speed, _null = json.loads(rpc[0][0][1])
    assert language == "de"
    return str(text)
