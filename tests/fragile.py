"""A native library that does as it is told, in a process of its own: what ``voice.children`` is for, on demand."""

from __future__ import annotations

import ctypes
import os
import sys
import time

from ki_briefing.voice.child import serve

said: list[bytes] = []


def answer(request: bytes) -> bytes:
    """Return the request in capitals, and how many were answered before; or crash, hang, or raise.

    Over ``slow PID`` only a fork of that process hangs.
    """
    if request == b"crash":
        ctypes.string_at(0)
    if request.startswith(b"hang"):
        time.sleep(600)
    if request == b"slow %d" % os.getppid():
        time.sleep(600)
    if request == b"raise":
        raise ValueError
    if request == b"who":
        return f"{os.getppid()} {os.getpid()}".encode()
    said.append(request)
    return request.upper() + b" %d" % len(said)


if __name__ == "__main__":
    serve(answer, forked="lasting" not in sys.argv)
