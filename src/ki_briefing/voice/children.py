"""Native libraries speak in processes of their own, which can die without us. Request -> answer, from any thread.

There is one warm process per core, started when it is needed and replaced when it dies; ``voice.child`` is what runs in
it. It ends with us, however we end: its stdin does.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING

from ki_briefing.base.errors import EngineMissing, SpeechError
from ki_briefing.base.processors import available
from ki_briefing.voice.child import ANSWER, REQUEST

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = (10.0, 0.1)
"""Seconds for a request, and more for each letter of its text; our libraries need a thousandth of them."""

_GRACE = 5.0  # seconds in which the process itself must say that its fork did not make it
_FAREWELL = 1.0  # seconds
_START = 60.0  # seconds to load a library on a busy machine


class Children:
    """The processes of one library.

    Args:
        command: What ``python -m`` runs, with its arguments: it calls :func:`ki_briefing.voice.child.serve`.
        name: What speaks, for errors.
        hint: What to do if it does not start.
        environment: Variables that its processes have beside ours.
        patience: Seconds for a request, and more for each letter of its text.
        arguments: What the command is told besides.
        most: How many processes at most; 0: as many as there are cores.
    """

    def __init__(
        self,
        command: str,
        name: str,
        hint: str,
        environment: Mapping[str, str] | None = None,
        patience: tuple[float, float] = PATIENCE,
        arguments: tuple[str, ...] = (),
        most: int = 0,
    ) -> None:
        self._command, self._name, self._hint = [*command.split(), *arguments], name, hint
        self._environment = environment or {}
        self._patience = patience
        self._most = most or available()
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._free = threading.BoundedSemaphore(self._most)
        self._idle: deque[_Child] = deque()  # appending and popping are atomic
        weakref.finalize(self, _end_all, self._idle, self._owner)

    def ask(self, request: bytes, text: str) -> bytes:
        """Return the answer.

        Args:
            text: What the request is about: its length gives the deadline, its beginning stands in the error.

        Raises:
            SpeechError: The library refused, died or hung over it twice, the second time in a new process.
            EngineMissing: The library does not start.
        """
        if self._owner != os.getpid():  # we are a fork of who started them: they are not ours
            self._begin()
        patience = self._patience[0] + self._patience[1] * len(text)
        with self._free:
            answer = self._answer(self._warm(), request, patience)
            if answer is None:  # nobody knows whether it was the text, or whoever ended the process
                answer = self._answer(self._start(), request, patience)
        if answer is None:
            raise SpeechError(f"{self._name} cannot say: {text[:60]}", "Rephrase that sentence.")
        return answer

    def _answer(self, child: _Child, request: bytes, patience: float) -> bytes | None:
        """Return the answer; None, and the process is ended, where the library refused, died or hung."""
        answer = None
        try:
            with contextlib.suppress(_Gone):
                answer = child.ask(request, patience)
        finally:  # Ctrl-C too: the answer would be taken for the next one's
            if answer is None:
                child.end()
            else:
                self._idle.append(child)
        return answer

    def _warm(self) -> _Child:
        try:
            return self._idle.pop()
        except IndexError:
            return self._start()

    def _start(self) -> _Child:
        child = _Child(self._command, {**os.environ, **self._environment})
        try:
            child.answer(_START)
        except BaseException as error:
            child.end()
            if isinstance(error, _Gone):
                raise EngineMissing(f"{self._name} does not start", self._hint) from error
            raise
        return child


class _Gone(Exception):
    """The process has ended, or does not answer."""


class _Child:
    """A running process; one thread at a time may ask."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", *command],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def ask(self, request: bytes, patience: float) -> bytes | None:
        """Return the answer; None where the library refused, died or hung.

        Args:
            patience: Seconds that the library may take.
        """
        assert self.process.stdin is not None
        data = memoryview(REQUEST.pack(len(request), round(patience * 1000)) + request)
        try:
            while data:
                data = data[self.process.stdin.write(data) :]
        except OSError as error:
            raise _Gone from error
        return self.answer(patience + _GRACE)

    def answer(self, patience: float) -> bytes | None:
        """Return the next answer.

        Raises:
            _Gone: There is none within so many seconds.
        """
        until = time.monotonic() + patience
        spoke, size = ANSWER.unpack(self._read(ANSWER.size, until))
        content = self._read(size, until)
        return content if spoke else None

    def _read(self, size: int, until: float) -> bytes:
        assert self.process.stdout is not None
        ready = select.poll()
        ready.register(self.process.stdout, select.POLLIN)
        data = bytearray()
        while len(data) < size:
            left = max(0.0, until - time.monotonic())
            piece = self.process.stdout.read(size - len(data)) if ready.poll(left * 1000) else b""
            if not piece:
                raise _Gone
            data += piece
        return bytes(data)

    def end(self) -> None:
        """End the process, and first of all its fork, which it ends when nobody asks any more."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def _end_all(children: deque[_Child], owner: int) -> None:
    while children and owner == os.getpid():
        child = children.pop()
        child.process.kill()  # it is idle
        child.end()
