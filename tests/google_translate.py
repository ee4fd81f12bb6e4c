"""Google Translate's voice on loopback: a proxy that ends TLS for it and answers in its batchexecute format.

The real gTTS prepares the requests and our real sending code sends them; only the network is answered here.
"""

from __future__ import annotations

import base64
import json
import urllib.parse
from typing import TYPE_CHECKING

import lameenc
import numpy as np

from loopback_tls import LoopbackTls, read_exactly, read_head
from loopback_tls import http as http

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

HOST = "translate.google.com"
RATE = 24_000


def tone_mp3(seconds: float, level: float = 0.2) -> bytes:
    """Return MP3 frames like the service's: 24 kHz, mono, 64 kbit/s, no header; five syllables a second."""
    t = np.arange(round(seconds * RATE)) / RATE
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    encoder.silence()
    syllables = np.sin(2 * np.pi * 2.5 * t) ** 2
    wave = (level * 32767 * syllables * np.sin(2 * np.pi * 300 * t)).astype(np.int16)
    return bytes(encoder.encode(wave.tobytes())) + bytes(encoder.flush())


def answer(text: str, mp3: bytes | None = None) -> bytes:
    """Return a whole HTTP answer with the speech of a text: 65 ms a letter unless given."""
    sound = base64.b64encode(tone_mp3(0.065 * len(text)) if mp3 is None else mp3).decode()
    return encoded(sound)


def encoded(sound: str) -> bytes:
    """Return a whole HTTP answer that carries this as its base64."""
    rpc = json.dumps([["wrb.fr", "jQ1olc", json.dumps([sound]), None, None, None, "generic"]], separators=(",", ":"))
    return http(f')]}}\'\n\n{len(rpc)}\n{rpc}\n25\n[["e",4,null,null,157]]\n'.encode())


class GoogleTranslate(LoopbackTls):
    """The service; ``reply`` makes the answer to the nth request (from 1) for a text, None hangs up.

    Attributes:
        asked: The texts it was asked for, in order.
    """

    def __init__(self, folder: Path, reply: Callable[[int, str], bytes | None], host: str = HOST) -> None:
        self._reply = reply
        self.asked: list[str] = []
        super().__init__(folder, HOST, host)

    def _answer(self, secure: ssl.SSLSocket) -> bool:
        head = read_head(secure)
        if not head:
            return False
        size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-len"))
        text = spoken_in(read_exactly(secure, size))
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
