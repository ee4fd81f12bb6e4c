"""Roman numerals: which letters may be one, and what they are worth.

Several letters may be one anywhere; a single letter only before a full stop or after a word that is numbered: Anhang I.
"""

from __future__ import annotations

import re

from ki_briefing.german.tables import words

_ROMAN = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
NUMBERED = words(
    """
    anhang anhänge anlagen artikeln abschnitte titeln bände teile kapiteln kapitel teil band buch artikel art abschnitt titel akt phase stufe klasse typ kategorie gruppe tabelle
    anlage liga bundesliga weltkrieg version generation serie staffel episode folge paragraf nummer hartz sgb
    block rocky saturn bgbl apollo solvency basel mifid auflage bowl superbowl
    """
)  # fmt: skip
COURTS = words("lg ag landgericht landgerichts amtsgericht amtsgerichts")
COURT_TOWNS = words("münchen berlin")
"""Where there are several courts of a kind: *Landgericht München I*."""

NUMERAL = r"(?:[IVXLCDM]{2,}+|[IVXLCDM](?=\.)|[IVX](?!\w))"


def roman(text: str) -> int:
    """Return the value of a well-formed Roman numeral, else 0."""
    if not re.fullmatch(_ROMAN, text):
        return 0
    values = [_VALUES[letter] for letter in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
