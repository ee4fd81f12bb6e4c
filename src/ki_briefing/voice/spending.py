"""What a voice's service would be sent, and what that costs; a limit on it. Speaker, utterances -> Cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import OverLimit, SpeechError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.engine import Speaker

_SENT: Counter[str] = Counter()  # characters of this process, by the engine's fingerprint: a run is one process


@dataclass(frozen=True, slots=True)
class Cost:
    """What an engine is sent.

    Attributes:
        price: In whatever currency the service bills; 0 if it costs nothing.
    """

    engine: str
    characters: int
    price: float

    def __str__(self) -> str:
        """Return it as a terminal shows it."""
        return f"{self.characters:,} characters" + (f", about {self.price:.2f}" if self.price else "")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an episode costs if all of it is spoken, and what is still to be spoken."""

    whole: Cost
    unspoken: Cost

    def __str__(self) -> str:
        """Return it as a terminal shows it."""
        return f"Engine '{self.whole.engine}': {self.whole}; not spoken yet: {self.unspoken}."


def cost(speaker: Speaker, utterances: Iterable[Utterance]) -> Cost:
    """Return what it costs to have these utterances spoken."""
    characters = sum(len(utterance.respelled) for utterance in utterances)
    return Cost(speaker.facts.name, characters, characters * speaker.facts.price / 1_000_000)


def spend(speaker: Speaker, utterances: Iterable[Utterance]) -> None:
    """Count what is about to be spoken anew, or refuse it all.

    Raises:
        OverLimit: It is more than the engine's limit for a whole run.
        SpeechError: It is more than what is left of this run's limit.
    """
    limit = speaker.facts.limit
    if not limit:
        return
    wanted, sent = cost(speaker, utterances), _SENT[speaker.engine.fingerprint]
    if sent + wanted.characters > limit:
        message = f"[voice] limit: '{wanted.engine}' would be sent {wanted}; the limit of a run is {limit:,} characters"
        if wanted.characters <= limit:
            hint = "The next run has its own, or raise the limit in show.toml."
            raise SpeechError(f"{message}, {sent:,} of them are used", hint)
        raise OverLimit(message, hint="Raise the limit in show.toml, or shorten the article.")
    _SENT[speaker.engine.fingerprint] += wanted.characters


def begin_run() -> None:
    """Count from nothing again: this process begins another run."""
    _SENT.clear()
