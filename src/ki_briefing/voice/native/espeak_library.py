"""The espeak-ng library of the wheel ``espeakng-loader``, bound with ctypes.

Text with ``[[mnemonics]]`` -> 16-bit samples at 22,050 Hz and word events, or a transcription.

What it says depends on what it said before, no reset call undoes that, and it keeps its state in global variables. So
a :class:`Library` is loaded once in a process, ``voice.native.espeak_child``, and every text is said by a fork of that.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from ki_briefing.base.errors import EngineMissing, SpeechError
from ki_briefing.base.hints import to_install

SAMPLE_RATE = 22_050
WORDS_PER_MINUTE = 175
"""The pace at rate 0."""

_SYNCHRONOUS, _NO_EXIT = 2, 0x8000
_UTF8, _PHONEME_INPUT = 1, 0x100
_RATE_PARAMETER = 1
_WORD_EVENT, _PHONEME_EVENT = 1, 7
_OPTIONS = _NO_EXIT | 1 | 2  # report phonemes too, in IPA
_BUFFER = 200  # milliseconds per callback
_PATH_LIMIT = 120  # the library keeps its data's path in 160 bytes
REINSTALL = to_install("--force-reinstall", "espeakng-loader")


class Notation(IntEnum):
    """How the library writes phonemes."""

    MNEMONICS = 0
    IPA = 2


@dataclass(frozen=True, slots=True)
class WordEvent:
    """The library begins to say ``text[start:end]`` at a frame.

    Attributes:
        ipa: What it says, stress marks before the vowels, switches of language written ``(en)``.
    """

    start: int
    end: int
    frame: int
    ipa: str = ""


class _Event(ctypes.Structure):
    """``espeak_EVENT`` of speak_lib.h; its last member is a union of eight bytes."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))
_IGNORE = _Callback(lambda _samples, _count, _events: 0)


class Library:
    """The library, started.

    Raises:
        EngineMissing: The wheel is absent or broken.
    """

    def __init__(self) -> None:
        self._c = _load()
        if (
            self._c.espeak_Initialize(_SYNCHRONOUS, _BUFFER, os.fsencode(_short(data_folder())), _OPTIONS)
            != SAMPLE_RATE
        ):
            raise EngineMissing("the espeak-ng library does not start", hint=REINSTALL)

    def choose(self, voice: str, rate: int = 0) -> None:
        """Choose the voice, once: with a second one it would sound otherwise than newborn.

        Args:
            voice: A voice file below the data's ``lang`` folder, e.g. ``gmw/de``; a variant after ``+``.
            rate: Faster or slower than the voice's own pace [percent].

        Raises:
            EngineMissing: There is no such voice.
        """
        if self._c.espeak_SetVoiceByName(voice.encode()) != 0:
            raise EngineMissing(f"espeak-ng has no voice '{voice}'", hint="See what it has with: ki-briefing voices")
        self._c.espeak_SetParameter(_RATE_PARAMETER, WORDS_PER_MINUTE * (100 + rate) // 100, 0)

    def say(self, text: str) -> tuple[bytes, tuple[WordEvent, ...]]:
        """Return 16-bit native-endian mono samples and when each word begins.

        Raises:
            SpeechError: The library refused.
        """
        sound: list[bytes] = []
        words: list[tuple[int, int, int, list[bytes]]] = []
        failures: list[BaseException] = []

        def receive(samples: int | None, count: int, events: Any) -> int:
            try:
                if samples and count > 0:
                    sound.append(ctypes.string_at(samples, 2 * count))
                index = 0
                while (event := events[index]).type:
                    if event.type == _WORD_EVENT:
                        start = event.text_position - 1
                        words.append((start, start + event.length, event.sample, []))
                    elif event.type == _PHONEME_EVENT and words:
                        words[-1][3].append(event.id)
                    index += 1
            except BaseException as error:  # Ctrl-C too: an exception cannot pass through C, it is raised below
                failures.append(error)
                return 1
            return 0

        callback = _Callback(receive)
        self._c.espeak_SetSynthCallback(callback)
        self._synthesize(text)
        if failures:
            raise failures[0]
        return b"".join(sound), tuple(WordEvent(*word[:3], b"".join(word[3]).decode(errors="ignore")) for word in words)

    def transcribe(self, text: str, notation: Notation) -> str:
        """Return the phonemes of a text, its words and clauses separated by spaces.

        Language switches are written ``(en)``. :meth:`listen_to_phonemes` must have been called once.
        """
        buffer = ctypes.create_string_buffer(_encode(text))
        position = ctypes.c_void_p(ctypes.addressof(buffer))
        clauses = []
        while position.value:
            clauses.append(self._c.espeak_TextToPhonemes(ctypes.byref(position), _UTF8, notation) or b"")
        return " ".join(b" ".join(clauses).decode(errors="replace").split())

    def listen_to_phonemes(self) -> None:
        """Let :meth:`transcribe` understand ``[[mnemonics]]``: the library keeps that flag from its last synthesis."""
        self._c.espeak_SetSynthCallback(_IGNORE)
        self._synthesize("")

    def _synthesize(self, text: str) -> None:
        data = _encode(text)
        status = self._c.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8 | _PHONEME_INPUT, None, None)
        if status != 0:
            raise SpeechError(f"espeak-ng refused a sentence with error {status}: {text[:60]}", hint=REINSTALL)
        self._c.espeak_Synchronize()


def data_folder() -> Path:
    """Return the folder of voices and dictionaries.

    Raises:
        EngineMissing: The wheel is not installed.
    """
    return _files()[1]


@lru_cache(maxsize=1)
def library_version() -> str:
    """Return the library's version, e.g. ``1.52.0``.

    Raises:
        EngineMissing: The wheel is absent or broken.
    """
    return str(_load().espeak_Info(None).decode())


def _encode(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")


def _load() -> Any:
    try:
        library = ctypes.CDLL(str(_files()[0]))
    except OSError as error:
        raise EngineMissing(f"the espeak-ng library cannot be loaded: {error}", hint=REINSTALL) from error
    library.espeak_Initialize.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
    library.espeak_SetVoiceByName.argtypes = (ctypes.c_char_p,)
    library.espeak_SetParameter.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int)
    library.espeak_SetSynthCallback.argtypes = (_Callback,)
    library.espeak_SetSynthCallback.restype = None
    library.espeak_Synth.argtypes = (
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.c_void_p, ctypes.c_void_p,
    )  # fmt: skip
    library.espeak_TextToPhonemes.argtypes = (ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_Info.argtypes = (ctypes.c_void_p,)
    library.espeak_Info.restype = ctypes.c_char_p
    return library


def _files() -> tuple[Path, Path]:
    try:
        import espeakng_loader

        library, data = Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    except (ImportError, RuntimeError) as error:
        raise EngineMissing("engine 'espeak' is not installed", hint=to_install("espeakng-loader")) from error
    for file in (library, data / "phontab", data / "de_dict"):
        if not file.is_file():
            raise EngineMissing(f"the espeak-ng of the wheel is incomplete: no {file}", hint=REINSTALL)
    return library, data


def _short(folder: Path) -> str:
    """Return a name of the folder that fits into the library's buffer."""
    if len(os.fsencode(folder)) <= _PATH_LIMIT:
        return str(folder)
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)}"
