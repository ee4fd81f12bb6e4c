"""Microsoft Edge's online voices by the package edge-tts: its client asks, and we believe nothing unchecked.

Utterance -> Clip with word times. The client verifies TLS, but knows no deadline for an answer and takes a connection
that breaks off in the middle of a sentence for its end: so the sentence's last word must have been spoken, too.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.request import getproxies, proxy_bypass

from ki_briefing.base.errors import ConfigError, EngineMissing, EngineOffline, SpeechError
from ki_briefing.base.hints import to_install
from ki_briefing.base.records import Between
from ki_briefing.model.sound import Clip, Word
from ki_briefing.voice.engine import EngineFacts, Form, Plugin
from ki_briefing.voice.online.client import HINT, LARGEST, Service, TryAgain
from ki_briefing.voice.online.pieces import Heard, Spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.model.text import Utterance

_PIECE = 1_000  # letters; the client would cut a text of 4,096 bytes itself, and glue MP3 files together
_AT_ONCE = 4  # requests
_HOST = "speech.platform.bing.com"
_TICKS = 10_000_000  # a second
_NAME = re.compile(r"[a-z]{2,3}-[A-Z]{2}-[\w-]+Neural")
_LETTERS = re.compile(r"[^\W_]+")
_VOICES = (
    "de-DE-KatjaNeural", "de-DE-ConradNeural", "de-DE-AmalaNeural", "de-DE-KillianNeural",
    "de-DE-SeraphinaMultilingualNeural", "de-DE-FlorianMultilingualNeural",
    "de-AT-IngridNeural", "de-AT-JonasNeural", "de-CH-LeniNeural", "de-CH-JanNeural",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """What ``[voice]`` may say of it: a voice, how much faster it speaks [percent] and how much higher [Hz]."""

    name: str = _VOICES[0]
    rate: Annotated[int, Between(-50, 100)] = 0
    pitch: Annotated[int, Between(-50, 50)] = 0


class EdgeEngine:
    """One of Microsoft Edge's voices; it needs the network and tells Microsoft what is said.

    Raises:
        ConfigError: No voice can have this name.
        EngineMissing: The package edge-tts is absent.
    """

    def __init__(self, settings: EdgeSettings) -> None:
        try:
            import edge_tts  # noqa: F401
        except ImportError as error:
            raise EngineMissing("engine 'edge' is not installed", hint=to_install("ki-briefing[edge]")) from error
        if not _NAME.fullmatch(settings.name):
            hint = f"Write it in full, like {_VOICES[0]} or {_VOICES[1]}."
            raise ConfigError(f"[voice] name: engine 'edge' has no voice '{settings.name}'", hint)
        self._settings = settings
        self._service = Service("Microsoft's voice", _AT_ONCE, speed=1 + settings.rate / 100)
        self.fingerprint = f"edge {settings.name} {settings.rate:+}% {settings.pitch:+}Hz"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.respelled``.

        Raises:
            EngineOffline: The service is out of reach, or refuses us.
            SpeechError: It answered something that is not this text's speech, several times.
        """
        spoken = self._service.say(utterance, _PIECE, self._ask)
        return Clip(spoken.samples, spoken.sample_rate, _words(utterance, spoken))

    def _ask(self, piece: str, until: float) -> Spoken:
        import aiohttp
        from edge_tts.exceptions import EdgeTTSException, SkewAdjustmentError

        service = self._service
        try:
            mp3, told = asyncio.run(asyncio.wait_for(self._stream(piece), max(0.1, until - time.monotonic())))
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
            raise EngineOffline(f"{service.name} cannot prove who it is: {error}", hint=HINT) from error
        except aiohttp.ClientResponseError as error:
            service.refuse(error.status, error.headers.get("Retry-After", "") if error.headers else "")
        except SkewAdjustmentError as error:  # what it makes of a refusal that bears no date
            raise EngineOffline(f"{service.name} refuses with HTTP 403", hint=HINT) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TryAgain(service.unreachable(error)) from error
        except (EdgeTTSException, ValueError, LookupError, TypeError) as error:  # it trusts what it reads
            failure = SpeechError(f"{service.name} sent no speech ({error}) for: {piece[:100]}", hint=HINT)
            raise TryAgain(failure) from error
        spoken = service.believe(mp3, piece)
        rate, frames = spoken.sample_rate, len(spoken.samples)
        heard = tuple(
            Heard(text, round(onset * rate / _TICKS), min(frames, round(offset * rate / _TICKS)))
            for text, onset, offset in told
        )
        if not _is_last_word_heard(piece, heard):
            failure = SpeechError(f"{service.name} broke off before the end of: {piece[:100]}", hint=HINT)
            raise TryAgain(failure)
        return Spoken(spoken.samples, rate, heard)

    async def _stream(self, piece: str) -> tuple[bytes, list[tuple[str, int, int]]]:
        """Return the MP3, and each word with its beginning and its end [100 ns]."""
        from edge_tts import Communicate

        proxy = None if proxy_bypass(_HOST) else getproxies().get("https")
        asked = Communicate(
            piece,
            self._settings.name,
            rate=f"{self._settings.rate:+}%",
            pitch=f"{self._settings.pitch:+}Hz",
            boundary="WordBoundary",
            proxy=proxy,
        )
        mp3, told = bytearray(), []
        async for part in asked.stream():
            if part["type"] == "audio":
                mp3 += part["data"]
            else:
                told.append((str(part["text"]), int(part["offset"]), int(part["offset"] + part["duration"])))
            if len(mp3) > LARGEST or len(told) > len(piece):
                raise EngineOffline(f"{self._service.name} answers without an end", hint=HINT)
        return bytes(mp3), told


plugin = Plugin(
    EngineFacts(
        name="edge",
        note="online, by Microsoft Edge's unofficial service; natural; the text leaves this machine",
        licence="Microsoft's terms of service",
        trained=True,
        understands=frozenset({Form.RESPELLING}),
        word_times=True,
        at_once=_AT_ONCE,
        voices=_VOICES,
        credit="Stimme: Microsoft Edge (edge-tts)",
        online=True,
    ),
    EdgeSettings,
    EdgeEngine,
)


def _places(text: str, heard: Iterable[Heard]) -> list[tuple[int, int, Heard]]:
    """Return where in the text each word is, in order: as it stands there, or else the next word."""
    places, at = [], 0
    for word in heard:
        start = text.find(word.text, at) if _LETTERS.search(word.text) else -1
        end = start + len(word.text)
        if start < 0:
            if not _LETTERS.search(word.text) or (following := _LETTERS.search(text, at)) is None:
                continue
            start, end = following.span()
        places.append((start, end, word))
        at = end
    return places


def _is_last_word_heard(piece: str, heard: tuple[Heard, ...]) -> bool:
    *_, last = _LETTERS.finditer(piece)
    places = _places(piece, heard)
    return bool(places) and places[-1][1] > last.start() and places[-1][2].onset < places[-1][2].offset


def _words(utterance: Utterance, spoken: Spoken) -> tuple[Word, ...]:
    """Return the word times in ``utterance.spoken``; a respelled part is one word, however many it is said in."""
    words: list[Word] = []
    for start, end, heard in _places(utterance.respelled, spoken.heard):
        start, end = utterance.spoken_range(start, end)
        onset = max(heard.onset, words[-1].offset if words else 0)
        if words and start < words[-1].end:
            before = words.pop()
            words.append(Word(before.start, max(before.end, end), before.onset, max(before.offset, heard.offset)))
        elif onset < heard.offset:
            words.append(Word(start, end, onset, heard.offset))
    return tuple(words)
