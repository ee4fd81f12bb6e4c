"""Gender forms and slashes between words: Forscher:innen, Forscher*innen, ForscherInnen, Forscher/-innen, und/oder.

The newsreader's short form: the feminine ending is said as one word with its stem (Forscherinnen), as the Duden's
remarks on gender-inclusive language describe the spoken form; the pause of the glottal stop is left to the voice.
"""

from __future__ import annotations

import re

from ki_briefing.german.scan import ANY_LETTER, LETTER, SIGN, Rule
from ki_briefing.german.tables import words

_ARTICLES = words(
    """
    der die den dem des ein eine einen einem einer eines er sie sein ihr jeder jede jeden seine ihre kein keine
    """
)
_PER_NOUNS = words(
    """
    Stunde Minute Sekunde Tag Woche Monat Jahr Quartal Kopf Person Nacht Kilogramm Liter Stück Spiel Kilometer
    Quadratmeter
    """
)


def _say_pair(match: re.Match[str]) -> str | None:
    """der/die, er*sie, Mann/Frau, Input/Output, Euro/Monat."""
    first, second = match["first"], match["second"]
    if match["sign"] in "*:_":
        return f"{first} {second}" if first.lower() in _ARTICLES and second.lower() in _ARTICLES else None
    if second in _PER_NOUNS and first not in _PER_NOUNS:  # Tag/Nacht is no rate
        return f"{first} pro {second}"
    return f"{first} oder {second}" if first in _ARTICLES and second in _ARTICLES else f"{first} {second}"


def _say_gender(match: re.Match[str]) -> str | None:
    """Forscher:innen, jede:r, Kaufmann/-frau."""
    stem, end = match["stem"], match["end"] or match["inside"]
    sign = match[0][len(stem)]
    is_name = not stem[0].islower()
    if end in ("r", "n", "e", "en") and (sign == "(" or (is_name and end != "r" and sign not in "*:")):
        return None
    if end == "in" and not is_name:
        return None
    if end.startswith("frau") and stem.endswith("mann"):
        return f"{stem} {end}"
    if end == "in" and stem.endswith("e"):
        stem = stem[:-1]  # Kolleg:in is written so, Kunde/in is not
    return stem + end


GENDER = Rule(
    "gender",
    (LETTER,),
    rf"(?P<stem>(?:(?=[A-ZÄÖÜ]{{2}})(?:{ANY_LETTER}++-){{1,3}}+)?{ANY_LETTER}{{2,}}+)(?:[:*_]|/-?|\(-?)"
    r"(?:(?P<end>innen|in|r|n|e|en|frauen|frau)\)?(?![^\W\d_])|(?P<inside>innen[a-zäöüß]+))",
    _say_gender,
)

INNER_CAPITAL = Rule(
    "gender",
    (LETTER,),
    r"(?P<stem>[A-ZÄÖÜ]?[a-zäöüß]{2,})I(?P<end>n(?:nen)?)(?![\w])",
    lambda m: f"{m['stem']}i{m['end']}",
)

PAIR = Rule("pair", (LETTER,), rf"(?P<first>{ANY_LETTER}++)(?P<sign>[*:_/])(?P<second>[^\W\d_]+)(?![\w/])", _say_pair)

SLASH = Rule("pair", (SIGN,), r"(?<=\w) ?/ ?(?=[^\W\d_])", lambda _m: " ")
