"""An entry of a pronunciation lexicon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """How one word or phrase sounds.

    Attributes:
        ipa: In the sounds of German (``language`` empty) or of ``language``; for engines that take phonemes.
        respelling: For engines that read letters and would get the word wrong; for all if there is no other form.
        language: BCP 47 tag of the language to read it in, e.g. ``en``.
        name: A name takes only the genitive's s; any other word all endings of German.
        joins: It is found in closed compounds as well, at their beginning and end.
    """

    ipa: str = ""
    respelling: str = ""
    language: str = ""
    name: bool = False
    joins: bool = False
