"""Roman numerals: which letters may be one, and what they are worth.

Several letters may be one anywhere; a single letter only before a full stop or after a word that is numbered: Anhang I.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ki_briefing.german.tables import words

if TYPE_CHECKING:
    from collections.abc import Iterable


def _last_letters(count: int, words: Iterable[str]) -> str:
    """Return a pattern of what the words, two letters long or more, end with, in capitals too: to look behind."""
    endings = sorted({word[-count:].lower() for word in words})
    return "|".join(
        "".join(f"[{letter}{letter.upper()}]" for letter in before)
        + f"[{''.join(ending[-1] + ending[-1].upper() for ending in alike)}]"
        for before, alike in groupby(endings, lambda ending: ending[:-1])
    )


_ROMAN = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
NUMBERED = words(
    """
    anhang anhänge anlagen artikeln abschnitte titeln bände teile kapiteln kapitel teil band buch artikel art abschnitt titel akt phase stufe klasse typ kategorie gruppe tabelle
    anlage liga bundesliga weltkrieg version generation serie staffel episode folge paragraf nummer hartz sgb
    block rocky saturn bgbl apollo solvency basel mifid
    """
)  # fmt: skip
COURTS = words("lg ag landgericht landgerichts amtsgericht amtsgerichts")
_COURT_TOWNS = ("München", "Berlin")  # where there are several courts of a kind
_ENDS = _last_letters(3, (*NUMBERED, *_COURT_TOWNS))  # a first look at the word before
ANNOUNCED = rf"(?:(?<=\w\W.)(?<=(?:{_ENDS})\W.)|(?<=\W\W.)(?<=(?:{_ENDS})\W\W.))"
"""To look behind a single letter: it may be a numeral."""

NUMERAL = rf"(?:[IVXLCDM]{{2,}}+|[IVXLCDM](?=\.)|[IVX](?!\w){ANNOUNCED})"


def roman(text: str) -> int:
    """Return the value of a well-formed Roman numeral, else 0."""
    if not re.fullmatch(_ROMAN, text):
        return 0
    values = [_VALUES[letter] for letter in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
