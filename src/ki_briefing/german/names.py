"""Names with figures: GPT-5.2, o3, H100-GPUs, Qwen2.5-72B, RTX 5090, FP8, Q3/2026.

Source: newsroom usage.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.acronyms import acronym, spell
from ki_briefing.german.numbers import amount, cardinal, digits, ordinal, year
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
_SIZES = frozenset(["GB", "TB", "MB", "GHz", "MHz", "kW", "kWh", "mm", "nm"])


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


_AFTER_A_QUARTER = re.compile(
    r"(?:\b(?:[Ii]n|[Ii]m|[Vv]on|[Vv]om|[Zz]u|[Bb]ei|[Aa]n|[Ss]eit|[Nn]ach)) [QH]\d(?:/\d+)? (?:und|oder|sowie) $"
)
"""*in Q1 und*: the same preposition governs both."""
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
    if _AFTER_A_QUARTER.search(match.string, max(0, match.start() - 24), match.start()):
        article, ending = "", "en"
    if fused := match.groupdict().get("fused"):
        article, ending = _FUSED[fused.lower()] + " ", "en"
        article = article.capitalize() if fused[0].isupper() else article
    said = f"{article}{ordinal(int(match['n']), ending)} {noun}"
    if match["year"]:
        figures = match["year"]
        said += " " + (year(int(figures)) if len(figures) == 4 else cardinal(2000 + int(figures)))
    return said


_QUARTER = r"(?P<letter>[QH])(?P<n>[1-4])(?:(?:[/ ]| ?')(?P<year>20\d\d|\d\d(?= |$|[.,;)])))?(?![\w-])"


_AUDI = re.compile(
    r"\bAudi\b(?!.*\b(?:im|seit|ab|bis|nach|vor|für|gegenüber) $)(?!.*\b(?:in|im|für|Quartal) (?:Q\d )?(?:und|oder|bis) $)"
)


def _say_half_or_quarter(match: re.Match[str]) -> str | None:
    text, at = match.string, match.start()
    if not match["year"] and _AUDI.search(text, max(0, at - 80), at) and not match.groupdict().get("fused"):
        return None
    return None if match["letter"] == "H" and (not match["year"] or match["n"] > "2") else _say_quarter(match)


QUARTER = Rule("quarter", (LETTER,), _QUARTER, _say_half_or_quarter)

IN_A_QUARTER = Rule(
    "quarter", (WORD, LETTER), rf"(?P<fused>[Ii]n|[Vv]on|[Zz]u|[Bb]ei|[Aa]n) {_QUARTER}", _say_half_or_quarter
)

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
