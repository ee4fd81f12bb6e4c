"""Google's online voice by the package gTTS: it prepares the requests, we send them and believe nothing unchecked.

Utterance -> Clip.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError, EngineMissing, EngineOffline, SpeechError
from ki_briefing.base.hints import to_install
from ki_briefing.model.sound import Clip
from ki_briefing.voice.engine import EngineFacts, Form, Plugin
from ki_briefing.voice.online.client import HINT, Service, TryAgain

if TYPE_CHECKING:
    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.online.pieces import Spoken

_PIECE = 100  # letters the service takes at once
_AT_ONCE = 4  # requests
_ANSWER = re.compile(rb'jQ1olc","\[\\"([^"\\]*)\\"')


@dataclass(frozen=True, slots=True)
class GttsSettings:
    """What ``[voice]`` may say of it: its only German voice."""

    name: str = ""


class GttsEngine:
    """Google Translate's voice; it needs the network and tells Google what is said.

    It reads letters, and says most foreign names well on its own: it gets the lexicon's respellings, which stand only
    where such a voice is wrong, and never the phonemes that the embedded voice needs.

    Raises:
        ConfigError: It has no such voice.
        EngineMissing: The package gTTS is absent.
    """

    def __init__(self, settings: GttsSettings) -> None:
        try:
            import gtts
        except ImportError as error:
            raise EngineMissing("engine 'gtts' is not installed", hint=to_install("gTTS")) from error
        if settings.name not in ("", "de"):
            raise ConfigError(f"[voice] name: engine 'gtts' has no voice '{settings.name}'", hint='Write: name = "de".')
        self.fingerprint = f"gtts {gtts.__version__} de"
        self._service = Service("Google's voice", _AT_ONCE)

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.respelled``.

        Raises:
            EngineOffline: The service is out of reach, or refuses us.
            SpeechError: It answered something that is not this text's speech, several times.
        """
        spoken = self._service.say(utterance, _PIECE, self._ask)
        return Clip(spoken.samples, spoken.sample_rate)

    def _ask(self, piece: str, until: float) -> Spoken:
        """Have a piece of at most 100 letters spoken."""
        from gtts import gTTS

        speech = gTTS(piece, lang="de", lang_check=False, tokenizer_func=lambda text: [text], pre_processor_funcs=[])
        (request,) = speech._prepare_requests()
        answer = self._service.send(request, until)
        self._service.require(answer)
        return self._service.believe(_speech(answer.body, piece), piece)


plugin = Plugin(
    EngineFacts(
        name="gtts",
        note="online, by Google Translate's unofficial service; natural; the text leaves this machine",
        licence="Google's terms of service",
        trained=True,
        understands=frozenset({Form.RESPELLING}),
        at_once=_AT_ONCE,
        voices=("de",),
        credit="Stimme: Google Translate (gTTS)",
        online=True,
    ),
    GttsSettings,
    GttsEngine,
)


def _speech(body: bytes, piece: str) -> bytes:
    """Return the MP3 in an answer of Google's batchexecute."""
    found = _ANSWER.search(body)
    if found is None and b"jQ1olc" in body:
        raise TryAgain(SpeechError(f"Google's voice has no sound for: {piece}", hint=HINT))
    if found is None:
        raise EngineOffline("Google's voice answers with a page instead of speech", hint=HINT)
    try:
        return base64.b64decode(found[1], validate=True)
    except binascii.Error as error:
        raise TryAgain(SpeechError(f"Google's voice sent no speech ({error}) for: {piece}", hint=HINT)) from error
