"""Fractions, mixed numbers, powers: 1/2, 2½ Stunden, 10^26, 3e8; what looks like them: 24/7, dockets, lists (1,2,3).

Sources: Duden (Kleinschreibung der Bruchzahlen), ISO 80000-2 (powers of ten).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.numbers import ANY_AMOUNT, SCRIPT_DIGITS, amount, cardinal, fraction, mixed
from ki_briefing.german.scan import ANY_LETTER, DIGIT, SIGN, Rule
from ki_briefing.german.units import UNITS

_VULGAR = {
    "½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅐": (1, 7),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
_DOCKET = re.compile(
    r"(?:\b(?:[A-Z]{1,3}|[A-Z][a-z][A-Z])|Drucksache|Aktenzeichen|Rechtssache|Rs\.|Drs\.|Az\.:?) (?:C-|T-)?$"
)
_NEXT_WORD = re.compile(rf" ?({ANY_LETTER}[\w-]*)")
_HALF = {"m": "ein halber", "f": "eine halbe", "n": "ein halbes"}
_UNIT = r"(?: ?(?P<unit>m|km|cm|kg|g|l|h|t|ft|EL|TL|Pck\.|Std\.|Min\.)(?!\w))?"


def _say_vulgar(match: re.Match[str]) -> str:
    """A fraction in one sign: 2½ Stunden."""
    return _part(match, *_VULGAR[match["v"]])


def _say_fraction(match: re.Match[str]) -> str:
    """A fraction with a slash, and what else is written so: 24/7, 9/11, Heft 3/2026, 8/10 Punkten."""
    above, below = int(match["above"]), int(match["below"])
    noun = _NEXT_WORD.match(match.string, match.end())
    if not match["whole"]:
        if (above, below) in ((24, 7), (9, 11)) or (1990 <= below < 2100 and above < 100):
            return f"{cardinal(above)} {cardinal(below)}"
        is_docket = _DOCKET.search(match.string[max(0, match.start() - 24) : match.start()])
        if is_docket or (above > 99 and below > 9) or (below > 100 and below % 100):  # 3 O 123/24, Drucksache 20/1234
            return f"{cardinal(above)} Schrägstrich {cardinal(below)}"
        if noun and noun[1].startswith(("Punkt", "Stern", "Aufgaben", "Fragen", "Tests")):
            return f"{cardinal(above)} von {cardinal(below)}"
        if not match["unit"] and (link := _link(match.string[match.end() :], above, below)):
            return f"{cardinal(above)} {link} {cardinal(below)}"
    return _part(match, above, below)


_IN_PARTS = re.compile(r"[ -]?(?:Takt|Zoll|Inch)|$")
_PRICE = re.compile(r" ?(?:€|Euro|EUR|Franken|Dollar)")
_LEAST_SHARES = ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 10))


def _link(rest: str, above: int, below: int) -> str:
    """Return what is said between figures that are no fraction: *Eintritt 14/10 Euro*, *2/7 Grad*, *8/3 Tore*."""
    if _PRICE.match(rest) and (above, below) not in _LEAST_SHARES:
        return "beziehungsweise"
    if rest.startswith(" Grad"):
        return "bis" if above < below else "und"
    return "Schrägstrich" if above > below > 1 and not _IN_PARTS.match(rest) else ""


def _part(match: re.Match[str], above: int, below: int) -> str:
    """Return a fraction or mixed number with its unit; a half agrees with what is halved."""
    counted = UNITS.get(match["unit"] or "")
    many = f" {counted[1]}" if counted else ""
    if match["whole"]:
        return mixed(int(match["whole"]), above, below) + many
    noun = _NEXT_WORD.match(match.string, match.end())
    halved = noun[1] if noun and noun[1][0].isupper() and len(noun[1]) > 2 else ""
    if (above, below) == (1, 2) and (counted or halved):
        letter = counted[2] if counted else grammar.gender(halved)
        return _HALF[letter] + (f" {counted[0]}" if counted else "")
    return fraction(above, below) + many


def _say_power(match: re.Match[str]) -> str:
    exponent = match["exp"] or match["sup"].translate(SCRIPT_DIGITS)
    front = f"{amount(match['m'], 'eins')} mal " if match["m"] else ""
    unit = f" {UNITS[match['unit']][1]}" if match["unit"] else ""
    return f"{front}{amount(match['base'])} hoch {amount(exponent)}{unit}"


def _say_scientific(match: re.Match[str]) -> str:
    front = "" if match["m"] == "1" else f"{amount(match['m'])} mal "
    return f"{front}zehn hoch {amount(match['exp'])}"


def _say_list(match: re.Match[str]) -> str:
    return ", ".join(amount(part) for part in match[0].split(","))


POWER = Rule(
    "power",
    (DIGIT,),
    rf"(?:(?P<m>{ANY_AMOUNT}) ?[×x·*] ?)?(?P<base>\d+)"
    r"(?:\^[{(]?(?P<exp>[-−+]?\d+)[)}]?|(?P<sup>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
    r"(?: (?P<unit>m|cm|mm|km|s|ms|kg|g|mg|l|J|eV|W|K|Pa|Hz|V|t)(?![\w/^-]|\.\w))?",
    _say_power,
)

SCIENTIFIC = Rule("power", (DIGIT,), r"(?P<m>\d++(?:[.,]\d++)?+)[eE](?P<exp>[-−+]?\d{1,3})(?![\w.])", _say_scientific)

VULGAR_FRACTION = Rule(
    "fraction", (DIGIT, SIGN), rf"(?:(?P<whole>\d{{1,4}}) ?)?(?P<v>[{''.join(_VULGAR)}]){_UNIT}", _say_vulgar
)

FRACTION = Rule(
    "fraction",
    (DIGIT,),
    rf"(?:(?P<whole>\d{{1,4}}) )?(?P<above>\d{{1,4}})/(?P<below>\d{{1,4}})(?![\w/]|[.,]\d|-\d){_UNIT}",
    _say_fraction,
)

LIST = Rule("list", (DIGIT,), r"\d{1,4}(?:,\d{1,4}){2,}(?![\d.])", _say_list)
