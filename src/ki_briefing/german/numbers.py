"""Numbers -> German words. The words themselves come from CLDR's rules (Unicode RBNF, by the package unicode-rbnf)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_SCALES = ("", "tausend", "Million", "Milliarde", "Billion", "Billiarde", "Trillion", "Trilliarde")
_LIMIT = 10 ** (3 * len(_SCALES))
_DIGITS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")


def cardinal(number: int, one: str = "eins") -> str:
    """Return a whole number in words, e.g. 1250 -> eintausendzweihundertfünfzig.

    Args:
        one: The form of a final 1 that agrees with what is counted: eins, ein, eine, einen, einem, einer.
    """
    if number < 0:
        return f"minus {cardinal(-number, one)}"
    if number >= _LIMIT:
        return digits(str(number))
    groups = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    words: list[str] = []
    for power in range(len(groups) - 1, 1, -1):
        if group := groups[power]:
            scale = _SCALES[power]
            many = scale + ("n" if scale.endswith("e") else "en")
            words.append(f"eine {scale}" if group == 1 else f"{_below_thousand(group, 'ein')} {many}")
    small = groups[0] if groups else 0
    thousands = groups[1] if len(groups) > 1 else 0
    last = f"{_below_thousand(thousands, 'ein')}tausend" if thousands else ""
    if small or not (thousands or words):
        last += _below_thousand(small, one)
    return " ".join([*words, last] if last else words)


def ordinal(number: int, ending: str = "e") -> str:
    """Return an ordinal with its ending (e, en, er, es, em), e.g. 3, en -> dritten."""
    small = number % 100
    stem = _IRREGULAR.get(number if number < 20 else small if small < 20 else -1)
    if stem and number > 19 and small:
        return cardinal(number - small).replace("eintausend", "tausend") + stem + ending
    if stem:
        return stem + ending
    return cardinal(number) + ("t" if 0 < small < 20 else "st") + ending


_IRREGULAR = {0: "nullt", 1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}


def digits(text: str) -> str:
    """Return each digit's name, e.g. 405 -> vier null fünf."""
    return " ".join(_DIGITS[int(letter)] for letter in text if letter in "0123456789")


def decimal(whole: str, fraction: str) -> str:
    """Return a decimal fraction, e.g. 4, 25 -> vier Komma zwei fünf."""
    return f"{cardinal(int(whole))} Komma {digits(fraction)}"


def year(number: int) -> str:
    """Return a year: from 1100 to 1999 in hundreds (Duden), e.g. 1998 -> neunzehnhundertachtundneunzig."""
    if 1100 <= number < 2000:
        hundreds, rest = divmod(number, 100)
        return f"{cardinal(hundreds)}hundert{cardinal(rest) if rest else ''}"
    return cardinal(number)


@lru_cache(maxsize=2048)
def _below_thousand(number: int, one: str) -> str:
    if number == 1:
        return one
    words = str(_engine().format_number(number).text_by_ruleset["spellout-numbering"]).replace("\u00ad", "")
    words = words.removeprefix("ein") if words.startswith("einhundert") else words
    return words.removesuffix("eins") + one if number % 100 == 1 else words


@lru_cache(maxsize=1)
def _engine() -> Any:
    from unicode_rbnf import RbnfEngine  # 135 ms: only where there is a number

    return RbnfEngine.for_language("de")
