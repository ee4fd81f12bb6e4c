"""Chapter and verse, figures of releases, sizes of models: 1 Kor 13,8, iOS 17.4, 671B Parameter, das 5.3er-Modell.

Sources: the Loccum rules (short names of the books of the Bible), makers' usage (a release's figures are parted by
*Punkt*), newsroom usage (B, M, K and T before what is counted are the English billion, million, thousand, trillion).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.money import scaled
from ki_briefing.german.numbers import ANY_AMOUNT, amount, ordinal
from ki_briefing.german.scan import DIGIT, LETTER, WORD, Rule
from ki_briefing.german.tables import any_of, words

_BOOKS = {
    "Mt": "Matthäus", "Mk": "Markus", "Lk": "Lukas", "Joh": "Johannes", "Apg": "Apostelgeschichte", "Röm": "Römer",
    "Kor": "Korinther", "Gal": "Galater", "Eph": "Epheser", "Kol": "Kolosser", "Thess": "Thessalonicher",
    "Tim": "Timotheus", "Hebr": "Hebräer", "Jak": "Jakobus", "Petr": "Petrus", "Offb": "Offenbarung", "Mose": "Mose",
    "Mos": "Mose", "Sam": "Samuel", "Kön": "Könige", "Ps": "Psalm", "Jes": "Jesaja", "Jer": "Jeremia",
    "Ez": "Ezechiel", "Koh": "Kohelet", "Spr": "Sprüche",
}  # fmt: skip
_NUMBERED_BOOKS = words("Kor Thess Tim Petr Joh Mose Mos Sam Kön")
_VERSES = r"(?P<chapter>\d{1,3})(?:, ?(?P<verse>\d{1,3})(?: ?[–-] ?(?P<last>\d{1,3}))?)"


def _say_verse(match: re.Match[str]) -> str:
    number = match.groupdict().get("number")
    said = (f"{ordinal(int(number), 'er')} " if number else "") + f"{_BOOKS[match['book']]} {amount(match['chapter'])}"
    if match["verse"]:
        last = match["last"]
        said += f" Vers{'e' if last else ''} {amount(match['verse'])}" + (f" bis {amount(last)}" if last else "")
    return said


_SIZES = {"K": "tausend", "M": "Mio", "B": "Mrd", "T": "Bio"}
_COUNTED = (
    r"(?:Parametern?|Tokens?|Gewichten?|Zeichen|Wörtern?|Followern?|Abonnenten|Nutzern?|Views|Downloads|Aufrufen?|"
    r"Zeilen|Datensätzen?|Likes|Klicks)(?!\w)"
)


def _say_size(match: re.Match[str]) -> str:
    case = grammar.governed(match.string, match.start())
    number = match["n"].replace(".", ",") if re.fullmatch(r"\d+\.\d{1,2}", match["n"]) else match["n"]
    return scaled(number, _SIZES[match["size"]], case=case)


VERSE = Rule("ratio", (LETTER, WORD), rf"(?P<book>{any_of(_BOOKS)})\.? {_VERSES}(?![\w.]|,\d)", _say_verse)

NUMBERED_VERSE = Rule(
    "ratio",
    (DIGIT,),
    rf"(?P<number>[1-5])\.? (?P<book>{any_of(_NUMBERED_BOOKS)})\.? {_VERSES}?(?![\w.]\d|,\d)",
    _say_verse,
)

COUNTED_SIZE = Rule(
    "cardinal",
    (DIGIT,),
    rf"(?P<n>{ANY_AMOUNT})(?P<size>[KMBT])(?=(?: (?:bis|und|oder) {ANY_AMOUNT}[KMBT])? (?:[a-zäöüß-]+ )?{_COUNTED})",
    _say_size,
)

OPUS = Rule(
    "name",
    (LETTER,),
    r"[Oo]p\. ?(?P<opus>\d{1,3})/(?P<number>\d{1,2})(?![\w/])",
    lambda m: f"Opus {amount(m['opus'])} Nummer {amount(m['number'])}",
)

RELEASE = Rule(
    "version",
    (DIGIT,),
    r"(?<=(?:dows|acOS|adOS| iOS|roid|sion|thon|ware|efox|rome|inux|rnel|untu) )\d+(?:\.\d+)+(?!\w|,\d)",
    lambda m: " Punkt ".join(amount(part) for part in m[0].split(".")),
)

NAMED_BY_VERSION = Rule(
    "version",
    (DIGIT,),
    r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})er(?=-[A-ZÄÖÜ]|[\s,.;:!?)]|$)",
    lambda m: f"{amount(m['a'])} Punkt {amount(m['b'])}er",
)
