"""Google's online voice by the package gTTS: it prepares the requests, we send them and believe nothing unchecked.

Utterance -> Clip. Every answer must be whole, decode as MP3, and be as long as its text can be; TLS is verified; there
is a deadline, and what is worth another try is tried again.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, ClassVar

from ki_briefing.errors import ConfigError, EngineOffline, SpeechError
from ki_briefing.model import Clip

if TYPE_CHECKING:
    import numpy as np
    import requests
    from numpy.typing import NDArray

    from ki_briefing.model import Utterance
    from ki_briefing.show import Voice

_PIECE = 100  # letters the service takes at once
_SECONDS_PER_LETTER = (0.02, 0.4)
_SHORTEST, _LONGEST_SPARE = 0.1, 2.5  # seconds: what a single letter may take, silence around it included
_TIMEOUT = (5, 20)  # seconds to connect, to read
_DEADLINE = 90.0  # seconds for one utterance
_TRIES = 5
_ANSWER = re.compile(r'jQ1olc","\[\\"(.*?)\\"]')
_BREAK = re.compile(r"[,;:.!?–—](?=\s)|\s")
_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
_HINT = "Try again later, choose another engine, or set [voice] fallback in show.toml."


class GttsEngine:
    """Google Translate's voice; needs the network and tells Google what is said.

    Raises:
        ConfigError: It has no such voice, or cannot change its rate.
    """

    note: ClassVar[str] = "online, by Google Translate's unofficial service; natural; the text leaves this machine"
    voices: ClassVar[tuple[str, ...]] = ("de",)
    credit: ClassVar[str] = "Stimme: Google Translate (gTTS)"
    trained: ClassVar[bool] = True
    at_once: ClassVar[int] = 3

    def __init__(self, voice: Voice) -> None:
        import gtts

        if voice.name not in ("", "de"):
            raise ConfigError(f"engine 'gtts' has no voice '{voice.name}'", hint='Write: name = "de".')
        if voice.rate:
            raise ConfigError("engine 'gtts' cannot change its rate", hint="Leave [voice] rate out.")
        self.fingerprint = f"gtts {gtts.__version__} de"

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``.

        Raises:
            EngineOffline: The service is out of reach, or refuses us.
            SpeechError: It answered something that is no speech.
        """
        import numpy as np

        deadline = time.monotonic() + _DEADLINE
        sounds: list[NDArray[np.float32]] = []
        rate = 0
        for piece in _pieces(utterance.spoken):
            samples, rate = _ask(piece, deadline)
            sounds.append(samples)
        if not sounds:
            raise SpeechError(f"there is nothing to say in: {utterance.spoken[:60]!r}", hint="Rephrase that sentence.")
        return Clip(np.concatenate(sounds), rate)


def _pieces(text: str) -> list[str]:
    """Cut a text where a clause or at least a word ends, so that the service's tokenizer has nothing left to do."""
    pieces = []
    text = text.strip()
    while len(text) > _PIECE:
        ends = [match.end() for match in _BREAK.finditer(text, 0, _PIECE)]
        clauses = [end for end in ends if text[end - 1] in ",;:.!?–—" and end > _PIECE // 3]
        cut = (clauses or ends or [_PIECE])[-1]
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [piece for piece in (*pieces, text) if any(letter.isalnum() for letter in piece)]


def _ask(piece: str, deadline: float) -> tuple[NDArray[np.float32], int]:
    """Return the samples of a piece of at most 100 letters and their rate."""
    from gtts import gTTS

    speech = gTTS(piece, lang="de", lang_check=False, tokenizer_func=lambda text: [text], pre_processor_funcs=[])
    (request,) = speech._prepare_requests()
    for attempt in range(_TRIES):
        response, wait = _send(request, deadline)
        if response is not None:
            return _decode(response, piece)
        wait = max(wait, 0.5 * 2**attempt)
        if attempt + 1 == _TRIES or time.monotonic() + wait > deadline:
            break
        time.sleep(wait)
    raise EngineOffline("Google's voice does not answer, or has enough of us for now", hint=_HINT)


def _send(request: requests.PreparedRequest, deadline: float) -> tuple[str | None, float]:
    """Return the answer's text, or None and the seconds to wait before another try."""
    import requests

    left = deadline - time.monotonic()
    try:
        with requests.Session() as session:
            settings = session.merge_environment_settings(request.url, {}, False, None, None)
            settings["verify"] = os.environ.get("REQUESTS_CA_BUNDLE") or True
            answer = session.send(request, timeout=(_TIMEOUT[0], min(_TIMEOUT[1], max(left, 0.1))), **settings)
    except requests.exceptions.SSLError as error:
        raise EngineOffline(f"Google's voice cannot prove who it is: {error}", hint=_HINT) from error
    except requests.exceptions.RequestException:
        return None, 0.0
    if answer.status_code in _AGAIN:
        return None, _retry_after(answer.headers.get("Retry-After", ""))
    if answer.status_code != 200:
        raise EngineOffline(f"Google's voice refuses with HTTP {answer.status_code}", hint=_HINT)
    return answer.text, 0.0


def _retry_after(value: str) -> float:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3)."""
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _decode(answer: str, piece: str) -> tuple[NDArray[np.float32], int]:
    import soundfile

    found = _ANSWER.search(answer)
    if found is None:
        raise EngineOffline("Google's voice answers with a page instead of speech", hint=_HINT)
    try:
        mp3 = base64.b64decode(found[1], validate=True)
        samples, rate = soundfile.read(io.BytesIO(mp3), dtype="float32", always_2d=True)
    except (binascii.Error, soundfile.LibsndfileError) as error:
        raise SpeechError(f"Google's voice sent no sound for: {piece}", hint=_HINT) from error
    seconds = len(samples) / rate
    shortest = max(_SHORTEST, _SECONDS_PER_LETTER[0] * len(piece))
    longest = _SECONDS_PER_LETTER[1] * len(piece) + _LONGEST_SPARE
    if not shortest <= seconds <= longest:
        raise SpeechError(f"Google's voice sent {seconds:.1f} s of sound for {len(piece)} letters: {piece}", hint=_HINT)
    return samples.mean(axis=1), int(rate)
