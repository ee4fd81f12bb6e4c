"""Plain figures: cardinals, ranges, ratios, and compounds of figures and words.

Sources: Duden (Zahlen und Ziffern, Bindestrich, Kleinschreibung der Bruchzahlen), DIN 5008 (grouping of digits).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.acronyms import spell
from ki_briefing.german.dates import MONTHS
from ki_briefing.german.numbers import (
    AMOUNT,
    ANY_AMOUNT,
    INTEGER,
    amount,
    year,
)
from ki_briefing.german.scan import DIGIT, Rule
from ki_briefing.german.tables import any_of, words

_NAME_BEFORE = re.compile(r"[A-ZÄÖÜ]\w+ $")
NEXT_WORD = re.compile(r" ?([^\W\d_][\w-]*)")
_QUOTED = re.compile(r"[„“\"»«‚'‘]\d{4}[“”\"«»‘']")
_SHARE = r" (?:von(?: den)?|der)(?: (?:\d[\d.]*|[a-zäöüß]+))? ([A-ZÄÖÜ]\w+)"
NEXT_NOUN = re.compile(r" (?:(?:[a-zäöüß-]+) ){0,2}([A-ZÄÖÜ][\w-]*)")
LABELS = words(
    """
    platz rang nummer nr version kapitel artikel absatz abschnitt punkt seite zeile ziffer satz teil band stufe
    level gruppe gleis linie zimmer raum runde frage aufgabe tabelle abbildung figur paragraf staffel folge
    episode klasse typ phase generation variante modell windows gpt claude llama gemini grok iphone buchstabe ice ic ec
    """
)  # fmt: skip
_QUANTIFIERS = words(
    """
    als rund etwa über mehr weniger knapp fast circa ca ca. mindestens höchstens maximal minimal gut nahezu
    ungefähr insgesamt nur genau exakt gegen gegenwärtig den
    """
)
_YEAR_CUES = words(
    """
    jahr jahre jahren jahres seit bis anno sommer winter herbst frühjahr frühling anfang mitte ende von ab in um
    """
)
_MONTH_CUES = frozenset(month.lower() for month in MONTHS)
_SCORE_WORDS = words(
    """
    gewonnen gewann gewinnt verloren verlor verliert sieg siegte siegt siegten niederlage führt führte führung
    unterlag unterliegt besiegt besiegte schlug heimsieg auswärtssieg endstand halbzeitstand
    """
)


_JOINED_NEXT = words("durch mit nach von für und oder in im auf aus bei zu zum vom ab bis über gegen ohne")


def _noun_after(match: re.Match[str]) -> str:
    found = NEXT_NOUN.match(match.string, match.end())
    return found[1] if found else ""


def _say_cardinal(match: re.Match[str]) -> str:
    text = match[0]
    if text == "1":
        if grammar.word_before(match.string, match.start()) in LABELS:
            return "eins"
        if share := re.match(_SHARE, match.string[match.end() : match.end() + 60]):
            return {"m": "einer", "f": "eine", "n": "eines"}[grammar.gender_of_plural(share[1])]
        if re.match(r" (?:bis|oder|und) \d+ [A-ZÄÖÜ]", match.string[match.end() : match.end() + 20]):
            return "ein"
        noun = _noun_after(match)
        if not noun and (word := NEXT_WORD.match(match.string, match.end())) and match.string.islower():
            noun = "" if word[1] in grammar.STARTERS else word[1]  # a text without capitals
        if not noun:
            return "eins"
        adjective = NEXT_WORD.match(match.string, match.end())
        if (
            adjective
            and adjective[1] in _JOINED_NEXT
            and _NAME_BEFORE.search(match.string, max(0, match.start() - 24), match.start())
        ):
            return "eins"  # "ICE 1 durch ICE 3"
        return grammar.one(match.string, match.start(), noun) if adjective else "eins"
    if len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2000 and _is_year(match):
        return year(int(text))
    return amount(text)


def _is_year(match: re.Match[str]) -> bool:
    """1100 to 1999 is a year unless something is counted: mehr als 1400 Zivilisten."""
    before = grammar.words_before(match.string, match.start())
    last = before[-1] if before else ""
    if last in _MONTH_CUES or last in (
        "jahr",
        "jahre",
        "jahren",
        "jahres",
        "seit",
        "anno",
        "sommer",
        "winter",
        "herbst",
    ):
        return True
    if _QUOTED.match(match.string, max(0, match.start() - 1)):
        return True  # a title: das Buch "1984"
    noun = NEXT_WORD.match(match.string, match.end())
    if last in _QUANTIFIERS:
        return noun is None and int(match[0]) >= 1900  # "ca. 1995"
    if noun is None:
        return len(before) > 0 and last != "" and not match.string.startswith("%", match.end())
    if noun[1][0].isupper():
        return last in _YEAR_CUES
    counted = _noun_after(match)
    return not (
        counted
        and noun[1].endswith(("e", "en", "er"))
        and noun[1].lower() not in grammar.STARTERS
        and last in ("", *_QUANTIFIERS)
    )


def _say_range(match: re.Match[str]) -> str | None:
    text, end = match.string, match.end()
    first, second, dash = match["a"], match["b"], match["dash"]
    before = grammar.words_before(text, match.start())
    following = NEXT_WORD.match(text, end)
    after = following[1].lower() if following else ""
    if after in _SCORE_WORDS or (before and before[-1] in _SCORE_WORDS) or "sieg" in before[-1:]:
        return f"{amount(first)} zu {amount(second)}"
    is_name = _NAME_BEFORE.search(text[max(0, match.start() - 12) : match.start()]) and "," not in first + second
    if is_name and dash == "-" and _size(first) > _size(second):  # no range: Boeing 747-8
        return f"{amount(first)} {amount(second)}"
    if " " in dash and "=" in text[end : end + 20]:
        return f"{amount(first)} minus {amount(second)}"
    one = "ein" if first == "1" and following and following[1][0].isupper() else "eins"
    return f"{amount(first, one)} bis {amount(second)}"


def _size(number: str) -> tuple[int, str]:
    """Return what whole numbers of any length are compared by."""
    figures = re.sub(r"\D", "", number).lstrip("0")
    return len(figures), figures


def _say_ratio(match: re.Match[str]) -> str:
    return " zu ".join(amount(part.strip()) for part in match[0].split(":"))


def _say_times(match: re.Match[str]) -> str:
    return f"{amount(match['n'], 'ein')}{' ' if ',' in match['n'] or '.' in match['n'] else ''}mal"


def _say_joined(match: re.Match[str]) -> str | None:
    """10-fach, 5-seitig, 100%ig: a figure and the end of a word become one word."""
    words, tail = amount(match["n"], "ein"), match["tail"].lower()
    if match["tail"][0].isupper():
        words = words[0].upper() + words[1:]
    if tail in ("und", "oder", "bis", "mal"):
        return f"{words}{tail}" if tail == "mal" else None
    if match["percent"]:
        tail = "prozent" + tail
    return words + tail


def _say_compound(match: re.Match[str]) -> str:
    number = match["n"]
    if len(number) == 4 and number.isdigit() and 1100 <= int(number) < 2000:
        return year(int(number)) + "-"
    return amount(number, "ein") + "-"


def _say_letters(match: re.Match[str]) -> str:
    """7B, 910C, 4K, 128k, 2M: a figure with the letters of a size or a name."""
    number, letters = match["n"], match["letters"]
    if letters == "k":
        return f"{amount(number, 'ein')}{'' if number.isdigit() else ' '}tausend"
    if (
        letters == "M"
        and match.string[match.end() : match.end() + 1] in (" ", "-")
        and NEXT_WORD.match(match.string, match.end())
    ):
        return f"{amount(number, 'eine')} Million{'' if number == '1' else 'en'}"
    point = " Punkt ".join(amount(part) for part in number.split(".")) if "." in number else amount(number)
    return f"{point} {spell(letters) if letters.isupper() or len(letters) < 3 else letters}"


def _say_version(match: re.Match[str]) -> str:
    return " Punkt ".join(amount(part) for part in match[0].split("."))


_SUFFIX = any_of(
    words(
        """
        fach malig mal prozentig jährig seitig tägig stündig minütig monatig köpfig stellig teilig wöchig dimensional
        spurig stufig türig sprachig zeilig eckig strophig bändig gradig sekündig nächtig sitzig polig motorig stöckig
        wöchentlich jährlich monatlich
        """
    )
)
TIMES = Rule("times", (DIGIT,), rf"(?P<n>{ANY_AMOUNT}) ?[x×](?![\w×]|-| ?\d)", _say_times)

TIMES_NUMBER = Rule("times", (DIGIT,), rf"(?P<n>{ANY_AMOUNT}) ?[x×*·] ?(?=\d)", lambda m: f"{amount(m['n'])} mal ")

COMPOUND = Rule(
    "compound",
    (DIGIT,),
    rf"(?P<n>{ANY_AMOUNT})-?(?P<percent>(?!)|)(?P<tail>(?i:{_SUFFIX})\w{{0,3}})(?!\w)",
    _say_joined,
)

PERCENT_COMPOUND = Rule(
    "compound", (DIGIT,), rf"(?P<n>{AMOUNT}) ?(?P<percent>%)-?(?P<tail>ig\w{{0,2}})(?!\w)", _say_joined
)

LONG_COMPOUND = Rule(
    "compound", (DIGIT,), rf"(?P<n>{AMOUNT})-(?P<percent>(?!)|)(?P<tail>[a-zäöüß]{{4,}})(?![\w-])", _say_joined
)

LINKED_COMPOUND = Rule("compound", (DIGIT,), rf"(?P<n>{AMOUNT})-(?= (?:bis|und|oder|,))", _say_compound)

HYPHENATED = Rule("compound", (DIGIT,), rf"(?P<n>{AMOUNT})-(?=[^\W\d_])", _say_compound)

RATIO = Rule("ratio", (DIGIT,), rf"{INTEGER}(?:(?::| : ){INTEGER}){{1,2}}(?![\w:])", _say_ratio)

RANGE = Rule(
    "range", (DIGIT,), rf"(?P<a>{ANY_AMOUNT})(?P<dash> ?[–—] ?| ?- ?|-)(?P<b>{ANY_AMOUNT})(?![\w/]|-\d)", _say_range
)

SIZE = Rule("model", (DIGIT,), r"(?P<n>\d+(?:[.,]\d{1,2})?)(?P<letters>[A-Za-z]{1,3})(?![^\W\d_])", _say_letters)

VERSION = Rule("version", (DIGIT,), r"(?!\d{1,3}(?:\.\d{3})+(?!\w|\.\d|,\w))\d+(?:\.\d+)++(?!\w|,\d)", _say_version)

CARDINAL = Rule("cardinal", (DIGIT,), AMOUNT, _say_cardinal)

FIGURES = Rule("cardinal", (DIGIT,), r"\d+", _say_cardinal)
