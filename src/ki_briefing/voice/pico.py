"""SVOX Pico, embedded: a small voice of 2008 that people understand better than rules alone.

Utterance -> Clip at 16,000 Hz, without word timings. The library runs in a process of its own (``voice.pico_child``):
it obeys commands in a text, hangs over some, and remembers what it said. Whatever could be a command is taken out of
the text.

It says respellings, and phonemes where they help it: ``voice.pico_phonemes`` tells where.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import weakref
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ki_briefing.base.errors import EngineMissing, SpeechError
from ki_briefing.base.records import Between
from ki_briefing.model.sound import Clip
from ki_briefing.voice.engine import EngineFacts, Form, Plugin
from ki_briefing.voice.pico_child import ANSWER, REQUEST
from ki_briefing.voice.pico_phonemes import marked

if TYPE_CHECKING:
    from ki_briefing.model.text import Utterance

SAMPLE_RATE = 16_000

_REVISION = 2  # counts up when equal utterances begin to sound different
_VOLUME = 0.4  # of its own: at 1 it clips
_PATIENCE = (5_000, 100)  # milliseconds for an utterance, and more for each letter; it needs about one
_COMMAND = re.compile(r"[<>&\x00-\x1f\x7f-\x9f]")
_LONE_DASH = re.compile(r"(?<=\s)[-‐‑–—]+(?=\s)")  # it would say "Bindestrich"
_LONGEST_WORD = re.compile(r"(\S{50})(?=\S)")  # over a word of 200 equal letters it hangs
_REINSTALL = "Run: pip install --force-reinstall py-nanotts"


@dataclass(frozen=True, slots=True)
class PicoSettings:
    """What ``[voice]`` may say of it.

    Attributes:
        rate: Faster or slower than the voice's own pace [percent].
        pitch: Higher or lower than the voice's own [percent].
    """

    rate: Annotated[int, Between(-50, 150)] = 0
    pitch: Annotated[int, Between(-50, 100)] = 0


class PicoEngine:
    """SVOX Pico's German voice. Any number of threads may ask at once.

    Raises:
        EngineMissing: The wheel ``py-nanotts`` is absent or broken; there is one for Linux on x86-64.
    """

    def __init__(self, settings: PicoSettings) -> None:
        self._pace = 1 + settings.rate / 100, 1 + settings.pitch / 100
        self.fingerprint = f"svox-pico {_version()} de-DE {settings.rate:+d}% {settings.pitch:+d}% r{_REVISION}"
        self._idle: deque[_Child] = deque()  # appending and popping are atomic
        self._end = weakref.finalize(self, _end_all, self._idle)

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``, minding its pronunciations.

        Raises:
            SpeechError: It says nothing to this text, or did not end in time.
        """
        import numpy as np

        if not any(letter.isalnum() for letter in utterance.spoken):
            raise SpeechError(f"there is nothing to say in: {utterance.spoken[:60]!r}", hint="Rephrase that sentence.")
        sound = self._ask(marked(utterance, _plain))
        samples = np.frombuffer(sound, "<i2")
        if not samples.any():
            raise SpeechError(f"SVOX Pico has no sound for: {utterance.spoken[:60]!r}", hint="Rephrase that sentence.")
        return Clip(np.divide(samples, 32768, dtype=np.float32), SAMPLE_RATE)

    def _ask(self, text: str) -> bytes:
        """Return 16-bit samples."""
        try:
            child = self._idle.pop()
        except IndexError:
            child = _Child()
        sound = child.say(text, *self._pace)
        self._idle.append(child)
        if sound is None:
            raise SpeechError(f"SVOX Pico does not get through: {text[:60]}", hint="Rephrase that sentence.")
        return sound


class _Child:
    """A running ``voice.pico_child``; one thread at a time may ask."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-m", "ki_briefing.voice.pico_child"]
        zeroed = {**os.environ, "MALLOC_PERTURB_": "255"}  # the library reads memory that it has not written
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=zeroed
        )
        try:
            self._answer()
        except SpeechError as error:
            self.end()
            raise EngineMissing("the voice SVOX Pico does not start", hint=_REINSTALL) from error

    def say(self, text: str, speed: float, pitch: float) -> bytes | None:
        """Return the samples, or None where the library died or hung over this text.

        Args:
            speed: Times the voice's own; so the pitch.

        Raises:
            SpeechError: The process itself is gone.
        """
        data = text.encode("utf-8", "replace")
        assert self._process.stdin is not None
        try:
            patience = _PATIENCE[0] + _PATIENCE[1] * len(text)
            self._process.stdin.write(REQUEST.pack(len(data), speed, pitch, _VOLUME, patience) + data)
            self._process.stdin.flush()
        except OSError as error:
            self.end()
            raise SpeechError("the process of the voice SVOX Pico has ended", hint="Run it again.") from error
        return self._answer()

    def _answer(self) -> bytes | None:
        assert self._process.stdout is not None
        head = self._process.stdout.read(ANSWER.size)
        if len(head) < ANSWER.size:
            self.end()
            raise SpeechError("the process of the voice SVOX Pico has ended", hint="Run it again.")
        spoke, size = ANSWER.unpack(head)
        samples = self._process.stdout.read(size)
        return samples if spoke else None

    def end(self) -> None:
        """End the process; it holds nothing that could be lost."""
        self._process.kill()
        self._process.communicate()


def _end_all(children: deque[_Child]) -> None:
    while children:
        with contextlib.suppress(OSError):
            children.pop().end()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("py-nanotts")
    except PackageNotFoundError as error:
        raise EngineMissing("engine 'pico' is not installed", hint="Run: pip install py-nanotts") from error


def _plain(text: str) -> str:
    return _LONGEST_WORD.sub(r"\1 ", _LONE_DASH.sub(",", _COMMAND.sub(" ", text)))


plugin = Plugin(
    EngineFacts(
        name="pico",
        note="embedded, offline; small and friendly, easier to understand than espeak (SVOX Pico, Apache-2.0)",
        licence="Apache-2.0",
        trained=True,
        understands=frozenset((Form.IPA, Form.RESPELLING)),
        credit="Stimme: SVOX Pico (Apache-2.0)",
    ),
    PicoSettings,
    PicoEngine,
)
