"""A whole page of HTML -> the text of its article, by trafilatura (extra ``web``) in a process with limits."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import weakref
from functools import cache
from importlib.util import find_spec

from ki_briefing.article.extraction_child import ANSWER, REQUEST
from ki_briefing.base.errors import ArticleError

_SECONDS = 6.0
"""How long a page may take on a busy machine."""


def find_text(page: str, name: str) -> str | None:
    """Return the text of a page's article, one paragraph a line; None where trafilatura is not installed.

    Any number of threads may ask; they are answered one after the other.

    Raises:
        ArticleError: It takes too much time or memory.
    """
    if not _is_installed():
        return None
    with _LOCK:
        text = _extractor().extract(page.encode("utf-8", "replace"))
    if text is None:
        raise ArticleError(
            f"{name} is too large or too tangled for its article to be found",
            hint="Save the article's text as a file.",
        )
    return text.decode("utf-8", "replace")


_LOCK = threading.Lock()


@cache
def _is_installed() -> bool:
    return find_spec("trafilatura") is not None


@cache
def _extractor() -> _Extractor:
    return _Extractor()


class _Extractor:
    """A running ``extraction_child``; another one is started when it has ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def extract(self, page: bytes) -> bytes | None:
        """Return the text, or None where the page takes too much."""
        process = self._process = self._process or self._start()
        watch = threading.Timer(_SECONDS, _kill, (process,))
        watch.start()
        try:
            assert process.stdin is not None
            process.stdin.write(REQUEST.pack(len(page)) + page)
            process.stdin.flush()
            return self._answer(process)
        except OSError:
            self._process = None
            return None
        finally:
            watch.cancel()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "ki_briefing.article.extraction_child"]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its forks end with it
        )
        weakref.finalize(self, _end, process)
        self._answer(process)
        return process

    def _answer(self, process: subprocess.Popen[bytes]) -> bytes | None:
        assert process.stdout is not None
        head = process.stdout.read(ANSWER.size)
        if len(head) < ANSWER.size:
            _end(process)
            self._process = None
            return None
        was_read, size = ANSWER.unpack(head)
        text = process.stdout.read(size)
        return text if was_read else None


def _end(process: subprocess.Popen[bytes]) -> None:
    _kill(process)
    process.communicate()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
