"""SVOX Pico, embedded: a small voice of 2008 that people understand better than rules alone.

Utterance -> Clip at 16,000 Hz, without word timings. The library runs in processes of its own (``pico_child``).
It obeys commands in a text: whatever could be one is taken out.

It says respellings, and phonemes where they help it: ``voice.native.pico_phonemes`` tells where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ki_briefing.base.errors import EngineMissing, NothingToSay, SpeechError
from ki_briefing.base.hints import to_install
from ki_briefing.base.records import Between
from ki_briefing.model.sound import Clip
from ki_briefing.voice.children import Children
from ki_briefing.voice.engine import EngineFacts, Form, Plugin
from ki_briefing.voice.native.pico_child import REQUEST
from ki_briefing.voice.native.pico_phonemes import marked

if TYPE_CHECKING:
    from ki_briefing.model.text import Utterance

SAMPLE_RATE = 16_000

_REVISION = 3  # counts up when equal utterances begin to sound different
_VOLUME = 0.4  # of its own: at 1 it clips
_COMMAND = re.compile(r"[<>&\x00-\x1f\x7f-\x9f]")
_LONE_DASH = re.compile(r"(?<=\s)[-‐‑–—]+(?=\s)")  # it would say "Bindestrich"
_LONGEST_WORD = re.compile(r"(\S{50})(?=\S)")  # over a word of 200 equal letters it hangs

_children = Children(
    "ki_briefing.voice.native.pico_child",
    "SVOX Pico",
    to_install("--force-reinstall", "py-nanotts"),
    {"MALLOC_PERTURB_": "255"},  # the library reads memory that it has not written
)


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

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``, minding its pronunciations.

        Raises:
            SpeechError: It says nothing to this text, or did not end in time.
        """
        import numpy as np

        if not any(letter.isalnum() for letter in utterance.spoken):
            raise NothingToSay(utterance.spoken)
        text = marked(utterance, _plain)
        sound = _children.ask(REQUEST.pack(*self._pace, _VOLUME) + text.encode(errors="replace"), text)
        samples = np.frombuffer(sound, "<i2")
        if not samples.any():
            raise SpeechError(f"SVOX Pico has no sound for: {utterance.spoken[:60]!r}", hint="Rephrase that sentence.")
        return Clip(np.divide(samples, 32768, dtype=np.float32), SAMPLE_RATE)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("py-nanotts")
    except PackageNotFoundError as error:
        raise EngineMissing("engine 'pico' is not installed", hint=to_install("py-nanotts")) from error


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
