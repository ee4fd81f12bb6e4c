"""The engine port: text goes in, sound comes out, nothing else happens.

An entry point of the group ``ki_briefing.engines``, named as the engine is, names a :class:`Plugin`: what a producer
must know of the engine, its own settings, and how it is made of them. An engine speaks. It does not split text, cache,
retry others, write tags or log progress. ``ki_briefing.voice.conformance`` tells whether it keeps its promises.

A secret stands in the environment or in a file, never in show.toml: a setting of the type :data:`SecretName` says
where. What :func:`read_secret` returns must never get into a fingerprint, an error, a log or a file: fingerprints are
part of cache keys, manifests and pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from ki_briefing.base.secrets import SecretName as SecretName
from ki_briefing.base.secrets import read_secret as read_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

    from ki_briefing.model.sound import Clip
    from ki_briefing.model.text import Utterance

S = TypeVar("S", bound="DataclassInstance")


class Form(StrEnum):
    """A form of a :class:`~ki_briefing.model.spans.Pronunciation`.

    IPA and LANGUAGE are for a voice that takes phonemes, as espeak-ng does and voices that have it as their front end.
    A voice that only reads letters says ``utterance.respelled``: there, respellings stand for words that such a voice
    gets wrong; every other foreign word stands as written, for it to say on its own.
    """

    IPA = "ipa"
    RESPELLING = "respelling"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """What a producer, and this program, must know of an engine before it speaks.

    Attributes:
        name: As its entry point and ``[voice] engine`` call it.
        note: What it is, in one line.
        licence: Of the voice and the program: an SPDX name, or whose terms hold.
        trained: Its voice comes from a trained model (``trainedAlgorithmicMedia``), not from rules.
        understands: Which forms of a pronunciation it takes; the others make no difference to what it says.
        word_times: Its clips tell when each word is heard.
        at_once: How many threads may ask at the same time; 0: as many as there are cores.
        voices: Values for its setting ``name``, if it has one.
        credit: Line for the notes of an episode it speaks.
        online: It needs the network, so whether it can speak now is only known when it has spoken.
        price: Of a million characters, in whatever currency its service bills; 0: it costs nothing.
        limit: How many characters one run may send it; 0: as many as there are.
    """

    name: str
    note: str
    licence: str
    trained: bool
    understands: frozenset[Form]
    word_times: bool = False
    at_once: int = 0
    voices: tuple[str, ...] = ()
    credit: str = ""
    online: bool = False
    price: float = 0.0
    limit: int = 0


class Engine(Protocol):
    """Anything that can say an utterance.

    An engine holds no state between calls: equal fingerprint and equal utterance must give equal samples, on any
    thread. The clip cache relies on it. If its settings change what must be known of it, it has an attribute ``facts``
    of its own, which then holds.
    """

    @property
    def fingerprint(self) -> str:
        """Engine, version and every setting that is heard, e.g. ``espeak-ng 1.52 gmw/de +0%``; no secret."""
        ...

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``, minding those of its pronunciations that the engine understands.

        Raises:
            SpeechError: The engine refused or failed, or there is nothing to say.
        """
        ...


@dataclass(frozen=True, slots=True)
class Plugin(Generic[S]):
    """An engine before it is made; its module must be cheap to import.

    Attributes:
        Settings: Frozen dataclass of the engine's own keys in ``[voice]``, each with a default; numbers and texts may
            be limited by ``Annotated[int, Between(-50, 150)]`` and ``Annotated[str, Such(...)]`` of ``base.records``.
        make: Makes the engine without speaking. Raises ConfigError for a setting it cannot use, EngineMissing for
            what is not installed.
    """

    facts: EngineFacts
    Settings: type[S]
    make: Callable[[S], Engine]


@dataclass(frozen=True, slots=True)
class Speaker:
    """An engine, ready to speak, and what is known of it."""

    facts: EngineFacts
    engine: Engine
