"""Roman numerals: rulers in their case (unter Friedrich dem Zweiten), centuries, annexes, numbered headings.

Source: Duden (Namenszusätze: *der Achte* is declined with the name; after a genitive -s as well: Karls des Fünften).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.numbers import cardinal, ordinal
from ki_briefing.german.numerals import COURT_TOWNS, COURTS, NUMBERED, NUMERAL, roman
from ki_briefing.german.scan import LETTER, Rule
from ki_briefing.german.sentence_words import STARTERS, counts
from ki_briefing.german.tables import words

_ONE_LETTER = re.compile(r" [A-Z]\b")
_NOUN = re.compile(r" ([A-ZÄÖÜ][\w-]+)")
_WORD = re.compile(r" ([A-ZÄÖÜ][a-zäöüß]+)\b")
_QUEENS = words(
    """
    elisabeth katharina margarethe margrethe elizabeth victoria viktoria maria christina isabella beatrix anna
    mathilde johanna
    """
)
_RULERS = words(
    """
    heinrich ludwig karl friedrich wilhelm otto konrad maximilian leopold franz johannes paul pius benedikt leo
    georg jakob richard philipp eduard ferdinand napoleon charles albert
    august peter alexander gregor clemens innozenz urban harald olaf gustav christian rudolf sixtus nikolaus
    joseph josef johann juan carlos felipe ramses willem edward henry louis philippe iwan boris sigismund adolf
    erik carl thutmosis amenophis haakon frederik abdullah hassan mohammed ottokar stephan stefan alfons manuel pedro umberto viktor emanuel
    """
) | _QUEENS  # fmt: skip
_TITLES = words(
    """
    könig königs kaiser kaisers papst papstes zar zaren sultan herzog fürst kurfürst großherzog pharao schah prinz
    """
)
_QUEENLY = words("königin kaiserin zarin herzogin fürstin prinzessin")
_NAMES_BEFORE = re.compile(r"((?:[A-ZÄÖÜ][\w’'-]+ )+)$")
_AND_ANOTHER = re.compile(r"(?:[A-ZÄÖÜ][\w’'-]+ )+[IVXLC]+\.(?:,| und| oder) $")
_ACCUSATIVE = words("an auf über für durch gegen ohne um den diesen einen")
_MET = words(
    """
    traf trifft trafen treffen besuchte besucht besuchten krönte wählte wählten ehrte kritisierte lobte empfing
    empfängt begrüßte stürzte heiratete sah sieht kannte kennt unterstützte bekämpfte beerbte löste ersetzte
    """
)
_SUBJECTS = words("er sie es ich wir man")
_ARTICLES = {"nom": "der", "acc": "den", "dat": "dem", "gen": "des"}


def _say_roman(match: re.Match[str]) -> str | None:
    text, numeral = match.string, match["numeral"]
    value = roman(numeral)
    if not value:
        return None
    before = grammar.words_before(text, match.start(), 2)
    last = before[-1] if before else ""
    if (match["dot"] or len(numeral) > 1 or _is_titled(before)) and (said := _say_ruler(match, value)):
        return said
    if match["dot"]:
        return _say_roman_ordinal(match, value, last)
    if COURTS.intersection(before[-2:-1]) and (len(numeral) > 1 or last in COURT_TOWNS):
        return cardinal(value)
    if last.rpartition("-")[2] in NUMBERED and not _ONE_LETTER.match(text, match.end()):
        return cardinal(value)
    written_before = text[max(0, match.start() - 2) : match.start()]
    if written_before[-1:] == "/" and written_before[:1].isdecimal() and not numeral.strip("IVX"):
        return cardinal(value)  # "Nr. 27/II"
    is_name = len(numeral) > 1 and not numeral.strip("IVX") and last[:1].isalpha() and not written_before.endswith("(")
    return cardinal(value) if is_name and numeral not in ("XX", "XXX") else None


def _is_titled(before: list[str]) -> bool:
    return len(before) > 1 and before[-2] in _TITLES | _QUEENLY


def _say_ruler(match: re.Match[str], value: int) -> str | None:
    """Return the ordinal of a ruler with the article that the words before the name ask for."""
    text = match.string
    found = _NAMES_BEFORE.search(text, max(0, match.start() - 60), match.start())
    if not found:
        return None
    *front, last = names = found[1].lower().replace("’", "'").split()
    name = last if last in _RULERS else last.removesuffix("s").rstrip("'")
    if name not in _RULERS and not _is_titled(names):
        return None
    genitive = last != name or "königs" in front[-1:]
    case = "gen" if genitive else _governed(text, found.start(), front)
    queen = name in _QUEENS or bool(_QUEENLY.intersection(front))
    article = {"nom": "die", "acc": "die"}.get(case, "der") if queen else _ARTICLES[case]
    ending = "e" if case == "nom" or (queen and case == "acc") else "en"
    rest = text[match.end() :]
    following = _WORD.match(rest)
    ends = match["dot"] and (not rest.strip(' )"“”«»') or (following and following[1].lower() in STARTERS))
    return f"{article} {ordinal(value, ending).capitalize()}" + ("." if ends else "")


def _governed(text: str, at: int, front: list[str]) -> str:
    """Return the case of a name that begins at ``at``; words with a capital stand ``front`` of its last part."""
    if another := _AND_ANOTHER.search(text, max(0, at - 60), at):
        names = another[0].rpartition(" ")[0].rstrip()
        return _governed(text, another.start(), names.lower().split())
    words_in_front = [*front, ""]
    before = grammar.words_before(text, at, 4)
    while len(before) > 1 and before[-1].endswith("en") and before[-1] not in grammar.DATE_GOVERNORS | _MET:
        before = before[:-1]  # "dem jungen Ludwig"
    last = words_in_front[0] if words_in_front[0] in grammar.DATE_GOVERNORS else "".join(before[-1:])
    if last in ("des", "eines") or last in ("wegen", "während", "trotz", "statt"):
        return "gen"
    if last in _ACCUSATIVE:
        return "acc"
    if last in _MET and len(before) > 1 and (before[-2] in _SUBJECTS or _is_clause(before)):
        return "acc"
    if last == "der" and _QUEENLY.intersection(front):
        return "dat"
    return "dat" if last in grammar.DATE_GOVERNORS else "nom"


def _is_clause(before: list[str]) -> bool:
    """Tell whether a subject with its article begins the sentence: *Der Hof ehrte* ..."""
    return len(before) > 2 and before[-3] in ("der", "die", "das") and "".join(before[:-3]) == ""


def _say_roman_ordinal(match: re.Match[str], value: int, last: str) -> str | None:
    text = match.string
    rest = text[match.end() : match.end() + 30]
    noun = _NOUN.match(rest)
    if noun and not match["numeral"].strip("IVX"):
        if match.start() == 0 and not counts(noun[1]):
            return cardinal(value) + "."  # "V. Wäsche an die Luft": a heading's number
        return ordinal(value, grammar.ending(text, match.start(), noun[1]))
    if last.rpartition("-")[2] in NUMBERED and not rest.strip():
        return cardinal(value) + "."
    return None


ROMAN = Rule("roman", (LETTER,), rf"(?P<numeral>{NUMERAL})(?P<dot>\.)?(?![\w'-])", _say_roman)
