"""Google's online voice by the package gTTS: it prepares the requests, we send them and believe nothing unchecked.

Utterance -> Clip. TLS is verified, every request has a time-out and every utterance a deadline, and what is worth
another try is tried again after a growing pause, or after the pause the service asks for.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError, EngineMissing, EngineOffline, SpeechError
from ki_briefing.model.sound import Clip
from ki_briefing.voice.answers import NotSpeech, believe, join
from ki_briefing.voice.engine import EngineFacts, Form, Plugin

if TYPE_CHECKING:
    import numpy as np
    import requests
    from numpy.typing import NDArray

    from ki_briefing.model.text import Utterance

_PIECE = 100  # letters the service takes at once
_CONNECT, _READ = 5.0, 20.0  # seconds without a sign of life
_DEADLINE = 90.0  # seconds for one utterance
_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds before the second try, the third …
_LARGEST = 4_000_000  # bytes of an answer; a piece of speech has about 60,000
_ANSWER = re.compile(rb'jQ1olc","\[\\"([^"\\]*)\\"')
_CLAUSE = re.compile(r"[,;:.!?–—](?=\s)")
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_HINT = "Try again later, choose another engine, or set [voice] fallback in show.toml."


class _TryAgain(Exception):
    """This try failed, the next one may not.

    Attributes:
        failure: What to raise when there is no next one.
        pause: Seconds that the service asks us to wait.
    """

    def __init__(self, failure: SpeechError, pause: float = 0.0) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.pause = pause


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
            raise EngineMissing("engine 'gtts' is not installed", hint="Run: pip install gTTS") from error
        if settings.name not in ("", "de"):
            raise ConfigError(f"[voice] name: engine 'gtts' has no voice '{settings.name}'", hint='Write: name = "de".')
        self.fingerprint = f"gtts {gtts.__version__} de"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.respelled``.

        Raises:
            EngineOffline: The service is out of reach, or refuses us.
            SpeechError: It answered something that is not this text's speech, several times.
        """
        pieces = _pieces(utterance.respelled)
        if not pieces:
            raise SpeechError(f"there is nothing to say in: {utterance.spoken[:60]!r}", hint="Rephrase that sentence.")
        deadline = time.monotonic() + _DEADLINE
        answers = [self._ask(piece, deadline) for piece in pieces]
        rates = {rate for _samples, rate in answers}
        if len(rates) > 1:
            raise SpeechError(f"Google's voice changed its sample rate within: {utterance.spoken[:60]}", hint=_HINT)
        samples = [samples for samples, _rate in answers]
        return Clip(join(samples, answers[0][1]) if len(samples) > 1 else samples[0], rates.pop())

    @cached_property
    def _session(self) -> requests.Session:
        """Keeps connections open; several threads may use it."""
        import requests

        return requests.Session()

    def _ask(self, piece: str, deadline: float) -> tuple[NDArray[np.float32], int]:
        """Return the samples of a piece of at most 100 letters and their rate."""
        from gtts import gTTS

        speech = gTTS(piece, lang="de", lang_check=False, tokenizer_func=lambda text: [text], pre_processor_funcs=[])
        (request,) = speech._prepare_requests()
        for tried in range(len(_PAUSES) + 1):
            try:
                return _speech(self._send(request, deadline), piece)
            except _TryAgain as trouble:
                pause = max(trouble.pause, _PAUSES[tried] if tried < len(_PAUSES) else 0.0)
                if tried == len(_PAUSES) or time.monotonic() + pause > deadline:
                    raise trouble.failure from trouble
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _send(self, request: requests.PreparedRequest, deadline: float) -> bytes:
        """Return the body of an answer with status 200."""
        import requests

        left = max(0.1, deadline - time.monotonic())
        settings = self._session.merge_environment_settings(request.url, {}, True, None, None)
        timeout = (min(_CONNECT, left), min(_READ, left))
        try:
            with self._session.send(request, timeout=timeout, allow_redirects=False, **settings) as answer:
                _check_status(answer)
                body = b""
                for part in answer.iter_content(1 << 16):
                    body += part
                    if len(body) > _LARGEST or time.monotonic() > deadline:
                        raise EngineOffline("Google's voice answers without an end", hint=_HINT)
                return body
        except requests.exceptions.SSLError as error:
            raise EngineOffline(f"Google's voice cannot prove who it is: {error}", hint=_HINT) from error
        except requests.exceptions.RequestException as error:
            failure = EngineOffline(f"Google's voice cannot be reached: {_reason(error)}", hint=_HINT)
            raise _TryAgain(failure) from error


plugin = Plugin(
    EngineFacts(
        name="gtts",
        note="online, by Google Translate's unofficial service; natural; the text leaves this machine",
        licence="Google's terms of service",
        trained=True,
        understands=frozenset({Form.RESPELLING}),
        at_once=3,
        voices=("de",),
        credit="Stimme: Google Translate (gTTS)",
        online=True,
    ),
    GttsSettings,
    GttsEngine,
)


def _pieces(text: str) -> list[str]:
    """Cut a text where a clause or at least a word ends, so that gTTS's English-minded tokenizer has nothing to do."""
    pieces = []
    text = " ".join(text.split())
    while len(text) > _PIECE:
        window = text[: _PIECE + 1]
        clauses = [match.end() for match in _CLAUSE.finditer(window) if _PIECE // 3 < match.end() <= _PIECE]
        cut = clauses[-1] if clauses else window.rfind(" ")
        if cut <= 0:
            cut = _PIECE  # a word longer than the service takes
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [piece for piece in (*pieces, text) if any(letter.isalnum() for letter in piece)]


def _check_status(answer: requests.Response) -> None:
    if answer.status_code == 200:
        return
    failure = EngineOffline(f"Google's voice refuses with HTTP {answer.status_code}", hint=_HINT)
    if answer.status_code not in _PASSING:
        raise failure
    raise _TryAgain(failure, _retry_after(answer.headers.get("Retry-After", "")))


def _retry_after(value: str) -> float:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3)."""
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _speech(body: bytes, piece: str) -> tuple[NDArray[np.float32], int]:
    """Return the speech in an answer of Google's batchexecute."""
    found = _ANSWER.search(body)
    if found is None and b"jQ1olc" in body:
        raise _TryAgain(SpeechError(f"Google's voice has no sound for: {piece}", hint=_HINT))
    if found is None:
        raise EngineOffline("Google's voice answers with a page instead of speech", hint=_HINT)
    try:
        return believe(base64.b64decode(found[1], validate=True), piece)
    except (binascii.Error, NotSpeech) as error:
        failure = SpeechError(f"Google's voice sent no speech ({error}) for: {piece}", hint=_HINT)
        raise _TryAgain(failure) from error


def _reason(error: Exception) -> str:
    """Return the innermost cause in one line."""
    while (inner := error.__cause__ or error.__context__) is not None and isinstance(inner, Exception):
        error = inner
    return str(error) or type(error).__name__
