"""What runs in a process that holds a native library for ``voice.children``.

Requests on stdin, answers on stdout, one after the other, until stdin ends. What such a library says depends on what it
said before, over some texts it hangs for ever, and others make it write where it must not: each request is answered by
a fork of its own, which this process kills at the deadline. So equal requests get equal answers, and nothing that
happens to the library happens to us, or to the next request.

A request is ``>II`` (its bytes; milliseconds it may take) and its bytes; an answer is ``>BI`` (whether there is one;
its bytes) and its bytes. The first answer, to nothing, says that the library is loaded.
"""

from __future__ import annotations

import math
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from functools import partial
from io import FileIO

REQUEST = struct.Struct(">II")
ANSWER = struct.Struct(">BI")
_LARGEST = 60_000_000  # bytes of one answer: over twenty minutes


def serve(answer: Callable[[bytes], bytes], *, forked: bool = True) -> None:
    """Answer until nobody asks; whatever the function raises is no answer.

    Args:
        forked: If not, this process answers itself, a hundred times as fast: for questions whose answers do not depend
            on the ones before. Who asks keeps to the deadline.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks ends us
    with open(0, "rb", buffering=0, closefd=False) as requests:
        _send(b"")
        while len(head := _exactly(requests, REQUEST.size)) == REQUEST.size:
            size, patience = REQUEST.unpack(head)
            speak = partial(answer, _exactly(requests, size))
            until = time.monotonic() + patience / 1000
            _send(_in_a_fork(speak, until, requests) if forked else _tried(speak))


def _exactly(file: FileIO, size: int) -> bytes:
    """Return so many bytes, unbuffered; fewer only where the file ends."""
    data = b""
    while len(data) < size and (piece := file.read(size - len(data))):
        data += piece
    return data


def _send(content: bytes | None) -> None:
    sys.stdout.buffer.write(ANSWER.pack(content is not None, len(content or b"")) + (content or b""))
    sys.stdout.buffer.flush()


def _tried(answer: Callable[[], bytes]) -> bytes | None:
    try:
        return answer()
    except Exception:
        return None


def _in_a_fork(answer: Callable[[], bytes], until: float, requests: FileIO) -> bytes | None:
    """Return what a fork of this process answers; None if it died, had not ended in time, or nobody waits any more."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            signal.alarm(math.ceil(until - time.monotonic()) + 1)  # the kernel ends us, should our parent have died
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)  # what a library prints is no answer
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(answer())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        content = _read(pipe, until, requests)
    if content is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return content if status == 0 else None


def _read(pipe: FileIO, until: float, requests: FileIO) -> bytes | None:
    pieces = bytearray()
    while (left := until - time.monotonic()) > 0 and len(pieces) <= _LARGEST:
        ready = select.select([pipe, requests], [], [], left)[0]
        if pipe in ready:
            piece = os.read(pipe.fileno(), 1 << 16)
            if not piece:
                return bytes(pieces)
            pieces += piece
        elif ready:  # nobody asks before there is an answer: who asked has died
            return None
    return None
