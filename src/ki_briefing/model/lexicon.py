"""The value of a pronunciation lexicon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """How one word or phrase of the lexicon sounds.

    Attributes:
        ipa: Its phonemes, of German (``language`` empty) or of ``language``, for engines that take phonemes.
        respelling: For engines that read only letters; for all engines if there is no other form.
        language: BCP 47 tag of the language to read it in, e.g. ``en``.
        name: It is a name, which takes only the genitive -s; other words take all German endings.
        joins: It is also found at the beginning and the end of closed compounds.
    """

    ipa: str = ""
    respelling: str = ""
    language: str = ""
    name: bool = False
    joins: bool = False
