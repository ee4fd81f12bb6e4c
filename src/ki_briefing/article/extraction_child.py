"""The process that runs trafilatura: started by ``article.extraction``, never imported by it. The only door to it.

A page of strangers may be made to take hours or gigabytes: each is read by a fork with limits of its own, so that what
happens to one does not matter to the next, and trafilatura, which takes long to load, is loaded once.

A request is ``>I`` (bytes of the page) and the page as UTF-8; an answer is ``>BI`` (whether it was read; bytes of text)
and the article's text as UTF-8, one paragraph a line. The first answer, to no request, says that it is ready.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import struct
import sys

REQUEST = struct.Struct(">I")
ANSWER = struct.Struct(">BI")
_SECONDS = 3  # of computing; usual articles take a tenth of one
_BYTES = 450_000_000  # of memory


def main() -> None:
    """Answer until nobody asks."""
    import trafilatura  # noqa: F401 - before the forks

    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks ends us
    answers.write(ANSWER.pack(1, 0))
    answers.flush()
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        text = _in_a_fork(requests.read(*REQUEST.unpack(head)))
        answers.write(ANSWER.pack(text is not None, len(text or b"")) + (text or b""))
        answers.flush()


def _in_a_fork(page: bytes) -> bytes | None:
    """Return the article's text; None if it takes more than the limits."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            text = _extract(page)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(text)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return text if status == 0 else None


def _extract(page: bytes) -> bytes:
    for limit, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _BYTES)):
        with contextlib.suppress(OSError, ValueError):  # not every system knows them
            resource.setrlimit(limit, (most, most))
    import trafilatura

    text = trafilatura.extract(page.decode("utf-8", "replace"), include_comments=False, favor_precision=True)
    return (text or "").encode("utf-8", "replace")


if __name__ == "__main__":
    main()
