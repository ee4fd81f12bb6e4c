"""The process that holds SVOX Pico: run by ``voice.pico``, never imported by it.

Requests on stdin, answers on stdout, one after the other, until stdin ends. What Pico says depends on what it said
before, and it hangs for ever over some texts: each request is answered by a fork of its own, which this process kills
at the deadline. So equal requests get equal answers, and nothing that happens to the library happens to us.

A request is ``>IfffI`` (bytes of text; speed, pitch and volume as factors; milliseconds it may take) and the text as
UTF-8; an answer is ``>BI`` (whether it spoke; bytes of samples) and 16-bit samples at 16 kHz.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

REQUEST = struct.Struct(">IfffI")
ANSWER = struct.Struct(">BI")
_LARGEST = 60_000_000  # bytes of one answer: half an hour


def main() -> None:
    """Answer until nobody asks."""
    from py_nanotts import _default_lingware_path, _nanotts

    voice = _default_lingware_path()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks ends us
    answers.write(ANSWER.pack(1, 0))  # we are there
    answers.flush()
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        size, speed, pitch, volume, patience = REQUEST.unpack(head)
        text = requests.read(size).decode("utf-8", "replace")
        speak = partial(
            _nanotts.speak,
            text=text,
            voice="de-DE",
            speed=None if speed == 1 else speed,
            pitch=None if pitch == 1 else pitch,
            volume=volume,
            lingware_path=voice,
        )
        samples = _in_a_fork(speak, patience / 1000)
        answers.write(ANSWER.pack(samples is not None, len(samples or b"")) + (samples or b""))
        answers.flush()


def _in_a_fork(speak: Callable[[], bytes], patience: float) -> bytes | None:
    """Return what a fork of this process speaks; None if it died or had not ended in time."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(speak())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        samples = _read(pipe, time.monotonic() + patience)
    if samples is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return samples if samples and status == 0 else None


def _read(pipe: BinaryIO, until: float) -> bytes | None:
    pieces = bytearray()
    while (left := until - time.monotonic()) > 0 and len(pieces) <= _LARGEST:
        if select.select([pipe], [], [], left)[0]:
            piece = os.read(pipe.fileno(), 1 << 16)
            if not piece:
                return bytes(pieces)
            pieces += piece
    return None


if __name__ == "__main__":
    main()
