"""What the German front end decides about pieces of a text: how they are said, and how that sounds.

Apart from ``model``, so that to say a text takes no more of the package than these two values.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A decision of the verbaliser: ``written[start:end]`` is said as ``spoken[spoken_start:spoken_end]``.

    Attributes:
        kind: The semiotic class, e.g. ``cardinal``, ``date``, ``money``, ``abbreviation``.
    """

    start: int
    end: int
    spoken_start: int
    spoken_end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How ``spoken[start:end]`` sounds, in up to three forms; each engine takes the best it understands.

    Attributes:
        ipa: In the International Phonetic Alphabet, or empty.
        respelling: In letters that a German voice reads right, or empty.
        language: BCP 47 tag of the language to read it in, e.g. ``en``, or empty.
    """

    start: int
    end: int
    ipa: str = ""
    respelling: str = ""
    language: str = ""
