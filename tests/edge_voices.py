"""Microsoft Edge's voices on loopback: a websocket server in the service's format, speaking with espeak-ng.

The real edge-tts asks; only the network is answered here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from typing import TYPE_CHECKING

from espeak_speech import mp3, speech
from loopback_tls import LoopbackTls, read_exactly, read_head

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOST = "speech.platform.bing.com"
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
_TICKS = 10_000_000  # a second
TEXT, BINARY, CLOSE = 1, 2, 8
END = (TEXT, b"X-RequestId:x\r\nPath:turn.end\r\n\r\n{}")

Frame = tuple[int, bytes]


class EdgeVoices(LoopbackTls):
    """The service; ``reply`` makes the answer to the nth request (from 1) for a text.

    An answer of frames is sent after the handshake; bytes are sent in place of the handshake; None hangs up.

    Attributes:
        asked: The texts it was asked for, in order; handshakes that were refused have an empty text.
        requests: The whole SSML of each.
    """

    def __init__(self, folder: Path, reply: Callable[[int, str], list[Frame] | bytes | None], host: str = HOST) -> None:
        self._reply = reply
        self.asked: list[str] = []
        self.requests: list[str] = []
        super().__init__(folder, HOST, host)

    def _answer(self, secure: ssl.SSLSocket) -> bool:
        head = read_head(secure)
        if not head:
            return False
        refusal = self._reply(len(self.asked) + 1, "")
        if isinstance(refusal, bytes) or refusal is None:
            self._note("", "")
            if refusal is not None:
                secure.sendall(refusal)
            return False
        found = re.search(rb"Sec-WebSocket-Key: *(\S+)", head, re.IGNORECASE)
        assert found
        accept = base64.b64encode(hashlib.sha1(found[1] + _MAGIC).digest()).decode()
        secure.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        _config, ssml = _read_frame(secure), _read_frame(secure).decode()
        said = re.search(r"<prosody[^>]*>(.*)</prosody>", ssml, re.DOTALL)
        assert said
        text = unescape(said[1])
        frames = self._reply(self._note(text, ssml), text)
        for kind, data in frames if isinstance(frames, list) else ():
            secure.sendall(_frame(kind, data))
        return False

    def _note(self, text: str, ssml: str) -> int:
        with self._lock:
            self.asked.append(text)
            self.requests.append(ssml)
            return len(self.asked)


def answer(text: str, sound: bytes | None = None) -> list[Frame]:
    """Return the frames of a text's speech: the words and the MP3 in parts, then the end."""
    samples, _words = speech(text) if any(map(str.isalnum, text)) else (None, ())
    if samples is None:
        return [(TEXT, b"X-RequestId:x\r\nPath:turn.start\r\n\r\n{}"), END]
    return [
        (TEXT, b"X-RequestId:x\r\nPath:turn.start\r\n\r\n{}"),
        *boundaries(text),
        *audio(mp3(samples, 48) if sound is None else sound),
        END,
    ]


def boundaries(text: str) -> Iterator[Frame]:
    """Yield a frame for each word that espeak-ng tells of."""
    for word in speech(text)[1]:
        onset, length = (round(each * _TICKS / 22_050) for each in (word.onset, word.offset - word.onset))
        told = {"text": {"Text": text[word.start : word.end], "Length": word.end - word.start, "BoundaryType": "Word"}}
        metadata = {"Metadata": [{"Type": "WordBoundary", "Data": {"Offset": onset, "Duration": length, **told}}]}
        yield TEXT, b"X-RequestId:x\r\nPath:audio.metadata\r\n\r\n" + json.dumps(metadata).encode()


def audio(sound: bytes) -> Iterator[Frame]:
    """Yield an MP3 in parts, as the service sends it."""
    head = b"X-RequestId:x\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
    for at in range(0, len(sound), 1440):
        yield BINARY, len(head).to_bytes(2, "big") + head + sound[at : at + 1440]
    last = b"X-RequestId:x\r\nPath:audio\r\n"
    yield BINARY, len(last).to_bytes(2, "big") + last


def _frame(kind: int, data: bytes) -> bytes:
    size = len(data)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    if size > 0xFFFF:
        length = b"\x7f" + size.to_bytes(8, "big")
    return bytes([0x80 | kind]) + length + data


def _read_frame(secure: ssl.SSLSocket) -> bytes:
    first, second = read_exactly(secure, 2)
    size = second & 0x7F
    if size > 125:
        size = int.from_bytes(read_exactly(secure, 2 if size == 126 else 8), "big")
    mask = read_exactly(secure, 4)
    data = bytes(byte ^ mask[n % 4] for n, byte in enumerate(read_exactly(secure, size)))
    return data if first & 0x80 else data + _read_frame(secure)
