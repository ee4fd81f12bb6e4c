"""Engine ``http``: the voice of any server that speaks OpenAI's protocol, ``POST /v1/audio/speech``.

Utterance -> Clip. The server may be a service on the net or a program on this machine. A key is only ever sent over TLS
or to this machine, never on to where an answer redirects us, and is cut out of whatever the server says of itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from ki_briefing.base.errors import ConfigError, EngineOffline, SpeechError
from ki_briefing.base.files import digest
from ki_briefing.base.records import Between, Such
from ki_briefing.base.web import is_base
from ki_briefing.model.sound import Clip
from ki_briefing.voice.engine import EngineFacts, Form, Plugin, SecretName, read_secret
from ki_briefing.voice.online.answers import Coding
from ki_briefing.voice.online.client import HINT, Service, post

if TYPE_CHECKING:
    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.online.client import Answer
    from ki_briefing.voice.online.pieces import Spoken

_PIECE = 4_000  # letters; OpenAI's service takes 4,096
_ONE_TEXT = frozenset((400, 413, 422))  # what a server answers to a text that it cannot say; the next one it may
_LONGEST_DETAIL = 200  # letters
_USUAL_PATIENCE = 30
_OTHER_FORMAT = f'If the server has another format, name it: [voice] format = "wav". {HINT}'


@dataclass(frozen=True, slots=True)
class SpeechApiSettings:
    """What ``[voice]`` may say of it.

    Attributes:
        address: Of the server, e.g. ``http://127.0.0.1:8880`` or ``https://api.openai.com/v1``.
        name: Of the voice, as the server calls it.
        instructions: How to speak, for models that can be told.
        format: ``mp3``, ``wav``, ``flac``, ``opus`` or ``pcm`` (24 kHz, 16 bits, mono).
        speed: 1.0 is the voice's own.
        key: Environment variable that holds the key; empty: the server asks for none.
        price: Of a million characters, for the forecast; 0: it costs nothing.
        limit: How many characters one run may have spoken anew; 0: as many as there are.
        at_once: How many requests all shows on this machine may make at the same time.
        patience: How long one answer may take [s].
    """

    address: Annotated[str, Such(is_base, "an address without ?, https://… or http://…")] = ""
    model: str = "tts-1"
    name: str = "alloy"
    instructions: str = ""
    format: Coding = Coding.MP3
    speed: Annotated[float, Between(0.25, 4)] = 1.0
    key: SecretName = ""
    price: Annotated[float, Between(0, 1_000_000)] = 0.0
    limit: Annotated[int, Between(0, 1_000_000_000)] = 0
    at_once: Annotated[int, Between(1, 64)] = 2
    patience: Annotated[int, Between(1, 3_600)] = _USUAL_PATIENCE


class SpeechApiEngine:
    """A voice behind OpenAI's protocol; the text leaves this machine unless the server is on it.

    Raises:
        ConfigError: There is no address, no key where one is named, or the key would travel unprotected.
    """

    def __init__(self, settings: SpeechApiSettings) -> None:
        if not settings.address:
            hint = 'Name the server: address = "http://127.0.0.1:8880" or "https://api.openai.com/v1".'
            raise ConfigError("[voice] address: engine 'http' needs the address of a server", hint)
        parts = urlsplit(settings.address)
        local = _is_this_machine(parts.hostname or "")
        self._settings = settings
        self._key = _safe_key(settings.key, protected=parts.scheme == "https" or local) if settings.key else ""
        self._url = _endpoint(settings.address)
        self._service = Service(
            f"the voice at {parts.hostname}:{parts.port}" if parts.port else f"the voice at {parts.hostname}",
            settings.at_once,
            slowness=settings.patience / _USUAL_PATIENCE,
            speed=settings.speed,
            proxied=not local,
        )
        self.facts = replace(
            FACTS,
            at_once=settings.at_once,
            price=settings.price,
            limit=settings.limit,
            credit=f"Stimme: {settings.name} ({settings.model})",
        )
        told = digest(settings.instructions)[:12] if settings.instructions else "-"
        heard = (self._url, settings.model, settings.name, f"{settings.speed:g}", settings.format, told)
        self.fingerprint = "http " + " ".join(json.dumps(part)[1:-1] for part in heard)

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.respelled``.

        Raises:
            EngineOffline: The server is out of reach, or refuses us.
            SpeechError: It cannot say this text, or sent something that is not this text's speech, several times.
        """
        spoken = self._service.say(utterance, _PIECE, self._ask)
        return Clip(spoken.samples, spoken.sample_rate)

    def _ask(self, piece: str, until: float) -> Spoken:
        asked: dict[str, str | float] = {
            "model": self._settings.model,
            "input": piece,
            "voice": self._settings.name,
            "response_format": self._settings.format.value,
        }
        if self._settings.speed != 1.0:
            asked["speed"] = self._settings.speed
        if self._settings.instructions:
            asked["instructions"] = self._settings.instructions
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        answer = self._service.send(post(self._url, asked, headers), until)
        self._check(answer, piece)
        return self._service.believe(answer.body, piece, self._settings.format, _OTHER_FORMAT)

    def _check(self, answer: Answer, piece: str) -> None:
        """Raise what a status other than 200 means."""
        refusal = f"{self._service.name} refuses with HTTP {answer.status} ({self._detail(answer)})"
        if answer.status in _ONE_TEXT:
            hint = "Check [voice] model, name, format and speed, or rephrase that sentence."
            raise SpeechError(f"{refusal} to say: {piece[:60]}", hint=hint)
        if answer.status in (401, 403):
            hint = f"Check the key in {self._settings.key}." if self._key else "Name its variable in [voice] key."
            raise EngineOffline(refusal, hint=hint)
        self._service.require(answer, self._detail(answer))

    def _detail(self, answer: Answer) -> str:
        """Return what the server says of its refusal, in one line and without our key."""
        try:
            said = json.loads(answer.body)
        except ValueError:
            said = ""
        for name in ("error", "message", "detail"):
            said = said.get(name, said) if isinstance(said, dict) else said
        shown = " ".join(str(said).split())
        if self._key:
            shown = shown.replace(self._key, "…")
        return shown[:_LONGEST_DETAIL]


FACTS = EngineFacts(
    name="http",
    note="a server that speaks OpenAI's protocol; the text goes to that server",
    licence="the terms of whoever runs the server",
    trained=True,
    understands=frozenset({Form.RESPELLING}),
    at_once=2,
    online=True,
)
plugin = Plugin(FACTS, SpeechApiSettings, SpeechApiEngine)


def _endpoint(address: str) -> str:
    """Return where speech is asked for: an address of the server, of its API, or already that."""
    address = address.rstrip("/")
    if address.endswith("/audio/speech"):
        return address
    return f"{address}/audio/speech" if urlsplit(address).path else f"{address}/v1/audio/speech"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _safe_key(name: str, *, protected: bool) -> str:
    """Return the key that a variable holds.

    Raises:
        ConfigError: There is none, it cannot be a key, or it would travel where others can read it.
    """
    if not protected:
        raise ConfigError(
            "[voice] key: it would be sent unprotected, for others to read", "Write https:// in [voice] address."
        )
    key = read_secret(name)
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigError(f"what {name} holds is no key: it has blanks or other signs", "Copy the key anew.")
    return key
