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
    if second in _PER_NOUNS:
        return f"{first} pro {second}"
    return f"{first} oder {second}" if first in _ARTICLES and second in _ARTICLES else f"{first} {second}"


RULES = (
    Rule(
        "gender",
        (LETTER,),
        rf"(?P<stem>{ANY_LETTER}{{2,}}+(?:-{ANY_LETTER}++){{0,3}}+)(?:[:*_·’']|/-?|\(-?)(?:(?P<end>innen|in|r|n|e|en|frauen|frau)\)?(?![^\W\d_])|(?P<inside>innen[a-zäöüß]+))",
        lambda m: _say_gender(m),
        after=":^_'/(-",
    ),
    Rule(
        "gender",
        (LETTER,),
        r"(?P<stem>[A-ZÄÖÜ]?[a-zäöüß]{2,})I(?P<end>n(?:nen)?)(?![\w])",
        lambda m: f"{m['stem']}i{m['end']}",
    ),
    Rule(
        "pair",
        (LETTER,),
        rf"(?P<first>{ANY_LETTER}++)(?P<sign>[*:_/]) ?(?P<second>[^\W\d_]+)(?![\w/])",
        _say_pair,
        after="^:_/",
    ),
    Rule("pair", (SIGN,), r"(?<=\w) ?/ ?(?=[^\W\d_])", lambda _m: " ", after="/"),
)


def _say_gender(match: re.Match[str]) -> str | None:
    stem, end = match["stem"], match["end"] or match["inside"]
    sign = match[0][len(stem)]
    if end in ("r", "n", "e", "en") and (
        sign in "'’(" or (not stem[0].islower() and end != "r" and sign != "*" and sign != ":")
    ):
        return None
    if end in ("in", "innen") and sign in "'’":
        return None
    if end == "in" and stem[0].islower():
        return None
    if end.startswith("frau") and stem.endswith("mann"):
        return f"{stem} {end}"
    if end == "in" and stem.endswith("e"):
        stem = stem[:-1]  # Kolleg:in is written so, Kunde/in is not
    return stem + end
