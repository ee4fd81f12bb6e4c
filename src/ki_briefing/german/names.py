"""Names with figures and Roman numerals: GPT-5.2, o3, H100-GPUs, Qwen2.5-72B, RTX 5090, FP8, Q3/2026, Anhang III.

Source: newsroom usage; Duden for Roman ordinals of rulers (Heinrich der Achte) and centuries.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.acronyms import acronym, spell
from ki_briefing.german.numbers import amount, cardinal, digits, ordinal, year
from ki_briefing.german.numerals import COURT_TOWNS, COURTS, NUMBERED, NUMERAL, roman
from ki_briefing.german.scan import ANY_LETTER, DIGIT, LETTER, WORD, Rule
from ki_briefing.german.tables import words
from ki_briefing.german.units import UNITS

_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[-.+]")
_PAIRED = words(
    """
    rtx gtx rx geforce radeon ryzen quadro arc xeon epyc core snapdragon dimensity exynos ultra
    """
)
_LOWER_SPELLED = frozenset(["gpt", "llm", "ki", "ai", "api", "gpu", "cpu"])
_ONE_LETTER = re.compile(r" [A-Z]\b")
_NOUN = re.compile(r" ([A-ZÄÖÜ][\w-]+)")
_SIZES = frozenset(["GB", "TB", "MB", "GHz", "MHz", "kW", "kWh", "mm", "nm"])
_QUEENS = words("elisabeth katharina margarethe elizabeth victoria maria christina")
_RULERS = words(
    """
    heinrich ludwig karl friedrich wilhelm otto konrad maximilian leopold franz johannes paul pius benedikt leo
    georg jakob richard philipp eduard ferdinand napoleon charles albert
    august peter alexander gregor clemens innozenz urban harald olaf gustav christian rudolf sixtus nikolaus
    joseph josef johann juan carlos felipe ramses
    """
) | _QUEENS  # fmt: skip


def _figures(text: str, *, paired: bool = False) -> str:
    """Return the figures of a name: 3.1 with Punkt, 5090 in pairs after a card's name, 0613 digit by digit."""
    if "," in text:
        return amount(text) if text.count(",") == 1 and "." not in text else digits(text)
    if "." in text:
        return " Punkt ".join(amount(part) for part in text.split("."))
    if len(text) == 4 and text[0] != "0":
        if paired and text[2] != "0":
            return f"{cardinal(int(text[:2]))} {cardinal(int(text[2:]))}"
        return year(int(text))
    return digits(text) if len(text) > 6 else amount(text)


def _say_name(match: re.Match[str]) -> str:
    """A token of letters and figures."""
    said: list[str] = []
    parts = _PARTS.findall(match[0])
    for index, part in enumerate(parts):
        if part[0].isdecimal():
            said.append(_figures(part, paired=index > 0 and parts[0].lower() in _PAIRED))
        elif index > 1 and part in _SIZES and parts[index - 1][0].isdecimal():
            said.append(UNITS[part][1])
        elif part == "+":
            said.append("plus")
        elif part not in "-.":
            said.append(_letters(part))
    return " ".join(said)


def _letters(part: str) -> str:
    if part.isupper():
        return acronym(part) if len(part) > 1 else part
    if part[:-1].isupper() and part[-1] == "s" and len(part) > 2:
        return acronym(part[:-1]) + "s"
    if part.lower() in _LOWER_SPELLED:
        return spell(part.upper())
    return part


def _say_card(match: re.Match[str]) -> str | None:
    """The figures of a graphics card after its name: RTX 5090."""
    if grammar.word_before(match.string, match.start()) not in _PAIRED:
        return None
    return _figures(match["n"], paired=True) + (
        f" {spell(match['letters'])}" if match["letters"].isupper() else match["letters"] and f" {match['letters']}"
    )


_QUARTER_AFTER = {"dat": ("dem ", "en"), "acc": ("das ", "e")}
"""Article and ending that the case asks for where a bare Q3 follows a preposition: *für das dritte Quartal*."""


_FUSED = {"in": "im", "von": "vom", "zu": "zum", "bei": "beim", "an": "am"}


def _say_quarter(match: re.Match[str]) -> str:
    noun = "Halbjahr" if match["letter"] == "H" else "Quartal"
    article, ending = _QUARTER_AFTER.get(
        grammar.governed(match.string, match.start()), ("", grammar.ending(match.string, match.start(), noun))
    )
    if grammar.word_before(match.string, match.start()) == "bis":
        article, ending = "zum ", "en"
    if fused := match.groupdict().get("fused"):
        article, ending = _FUSED[fused.lower()] + " ", "en"
        article = article.capitalize() if fused[0].isupper() else article
    said = f"{article}{ordinal(int(match['n']), ending)} {noun}"
    if match["year"]:
        figures = match["year"]
        said += " " + (year(int(figures)) if len(figures) == 4 else cardinal(2000 + int(figures)))
    return said


def _say_roman(match: re.Match[str]) -> str | None:
    text, numeral = match.string, match["numeral"]
    value = roman(numeral)
    if not value:
        return None
    before = grammar.words_before(text, match.start(), 2)
    last = before[-1] if before else ""
    if match["dot"]:
        return _say_roman_ordinal(match, value, last)
    if COURTS.intersection(before[-2:-1]) and (len(numeral) > 1 or last in COURT_TOWNS):
        return cardinal(value)
    if last.rpartition("-")[2] in NUMBERED and not _ONE_LETTER.match(text, match.end()):
        return cardinal(value)
    written_before = text[max(0, match.start() - 2) : match.start()]
    is_name = len(numeral) > 1 and not numeral.strip("IVX") and last[:1].isalpha() and not written_before.endswith("(")
    return cardinal(value) if is_name and numeral not in ("XX", "XXX") else None


def _say_roman_ordinal(match: re.Match[str], value: int, last: str) -> str | None:
    text = match.string
    rest = text[match.end() : match.end() + 30]
    ruler = last.removesuffix("s") if last.removesuffix("s") in _RULERS else last
    if ruler in _RULERS:
        genitive = last != ruler and last not in _RULERS
        article = ("der" if genitive else "die") if ruler in _QUEENS else "des" if genitive else "der"
        return f"{article} {ordinal(value, 'en' if genitive else 'e').capitalize()}" + ("" if rest.strip() else ".")
    noun = _NOUN.match(rest)
    if noun and not match["numeral"].strip("IVX"):
        return ordinal(value, grammar.ending(text, match.start(), noun[1]))
    if last.rpartition("-")[2] in NUMBERED and not rest.strip():
        return cardinal(value) + "."
    return None


_QUARTER = r"(?P<letter>[QH])(?P<n>[1-4])(?:(?:[/ ]| ?')(?P<year>20\d\d|\d\d(?= |$|[.,;)])))?(?![\w-])"


def _say_half_or_quarter(match: re.Match[str]) -> str | None:
    if grammar.word_before(match.string, match.start()) == "audi":
        return None
    return None if match["letter"] == "H" and (not match["year"] or match["n"] > "2") else _say_quarter(match)


QUARTER = Rule("quarter", (LETTER,), _QUARTER, _say_half_or_quarter)

IN_A_QUARTER = Rule(
    "quarter", (WORD, LETTER), rf"(?P<fused>[Ii]n|[Vv]on|[Zz]u|[Bb]ei|[Aa]n) {_QUARTER}", _say_half_or_quarter
)

ROMAN = Rule("roman", (LETTER,), rf"(?P<numeral>{NUMERAL})(?P<dot>\.)?(?![\w'-])", _say_roman)

NAME_WITH_FIGURES = Rule(
    "model",
    (LETTER,),
    rf"{ANY_LETTER}++(?:(?:-|(?<=[A-Z])\.)?\d+(?:[.,]\d+)*[^\W\d_]*)(?:[-.+]?[^\W_]+)*(?:\+(?!\w))?",
    _say_name,
)

_AFTER_CARD = r"(?<= )(?<=(?:TX|RX|ce|on|ro|rc|YC|os) )"  # what most of the paired names end with, as written

CARD = Rule("model", (DIGIT,), rf"{_AFTER_CARD}(?P<n>\d{{4}})(?P<letters>X3D|XTX|XT|X|U|H|HX|G|)(?!\w)", _say_card)

FIGURES_WITH_LETTERS = Rule(
    "model", (DIGIT,), r"(?!\d+[xX×]\d)\d+(?:[A-Za-z]+\d+)+[A-Za-z]*(?:-[A-Za-z\d]+)*(?!\w)", _say_name
)
