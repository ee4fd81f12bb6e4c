"""What the verbaliser decides about parts of a text: how they are said, and how that sounds.

Kept apart from ``model.text``, because verbalising a text needs no other values than these two.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One decision: ``written[start:end]`` is said as ``spoken[spoken_start:spoken_end]``.

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
    """How ``spoken[start:end]`` sounds, in up to three forms; an engine takes the best that it understands.

    Attributes:
        ipa: In the International Phonetic Alphabet, or empty.
        respelling: In letters that a German voice reads correctly, or empty.
        language: BCP 47 tag of the language to read it in, e.g. ``en``, or empty.
    """

    start: int
    end: int
    ipa: str = ""
    respelling: str = ""
    language: str = ""
