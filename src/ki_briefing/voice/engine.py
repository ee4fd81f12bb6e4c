"""The engine port: text goes in, sound comes out, nothing else happens.

An engine speaks. It does not split text, cache, retry others, write tags or log progress. It is a class, named by an
entry point of the group ``ki_briefing.engines``, that is made from a ``show.Voice``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ki_briefing.model.sound import Clip
    from ki_briefing.model.text import Utterance


class Engine(Protocol):
    """Anything that can say an utterance.

    An engine holds no state between calls: equal fingerprint and equal utterance must give equal samples.
    The clip cache relies on it. ``synthesize`` may be called from several threads at once.

    Two members are all it needs. Class attributes may say more: ``at_once`` (threads that may ask at the same time; 0,
    the default, as many as there are cores), ``understands`` (which forms of a pronunciation it takes, of ``ipa``,
    ``respelling`` and ``language``; all by default), and for the producer ``note``, ``voices``, ``credit`` and
    ``trained`` (see ``voice.EngineInfo``).

    Which form is for whom: ``ipa`` and ``language`` for a voice that takes phonemes, as espeak-ng does and voices that
    have it as their front end. A voice that only reads letters says ``utterance.respelled``: there, respellings stand
    for words that such a voice gets wrong; every other foreign word stands as written, for it to say on its own.
    """

    @property
    def fingerprint(self) -> str:
        """Engine, version, voice and rate, e.g. ``espeak-ng 1.52 de +0%``."""
        ...

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken``, minding those of its pronunciations that the engine understands.

        Raises:
            SpeechError: The engine refused or failed.
        """
        ...
