"""Numbers -> German words.

Pure. The words are those of CLDR's rules for German (Unicode RBNF), against which a test holds them. Large numbers are grouped as Duden groups them (long scale: Million, Milliarde, Billion ...). A hundred and a
thousand at the beginning go without *ein*, as newsreaders say them: hundertfünf, tausendzweihundert.
"""

from __future__ import annotations

import re

INTEGER = r"(?>[0-9]{1,3}+(?=[. '’][0-9]{3})(?:(?:\.[0-9]{3})+|(?:[ '’][0-9]{3})+)(?![0-9])|[0-9]++)"
"""A whole number as written in German: 12500, 12.500 and 12 500 (DIN 5008), Swiss 12'500."""

AMOUNT = rf"(?:{INTEGER}(?:,[0-9]++)?+)"
"""A whole number or a decimal fraction."""

ANY_AMOUNT = rf"(?>(?:[0-9]++\.(?:[0-9]{{1,2}}|[0-9]{{4,9}})|0\.[0-9]{{3}})(?![0-9]|\.[0-9])|{AMOUNT})"
"""The same, or one with an English decimal point; only where a unit or a scale makes clear that it is no date."""

_SCALES = {
    10**21: "Trilliarde", 10**18: "Trillion", 10**15: "Billiarde", 10**12: "Billion", 10**9: "Milliarde",
    10**6: "Million",
}  # fmt: skip
_LONGEST = 24  # digits of a number that has a name
_ONES = (
    *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    *("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_IRREGULAR = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
SCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉⁺⁻₊₋", "01234567890123456789+-+-")
"""Raised and lowered figures and signs -> plain ones."""

_SEPARATORS = re.compile(r"[.'’ ](?=\d{3}(?!\d))")
_HALVES = {1: "ein halb", 3: "drei halbe"}


def cardinal(number: int, one: str = "eins") -> str:
    """Return a whole number in words, e.g. 1250 -> tausendzweihundertfünfzig; beyond 10^24 digit by digit.

    Args:
        one: The form of a lone 1 that agrees with what is counted: eins, ein, eine, einen, einem, einer, eines.
    """
    if number < 0:
        return f"minus {cardinal(-number, one)}"
    if number >= 10**_LONGEST:
        return digits(str(number))
    if number == 1:
        return one
    if number < 1_000_000:
        return _below_million(number)
    words = []
    for size, scale in _SCALES.items():
        if number >= size:
            group, number = divmod(number, size)
            words.append(f"eine {scale}" if group == 1 else f"{_below_million(group)} {plural_of_scale(scale)}")
    if number:
        words.append(_below_million(number))
    return " ".join(words)


def plural_of_scale(scale: str) -> str:
    """Return Millionen for Million, Milliarden for Milliarde."""
    return scale + ("n" if scale.endswith("e") else "en")


def ordinal(number: int, ending: str = "e", *, alone: bool = False) -> str:
    """Return an ordinal with its ending (e, en, er, es, em): 3, en -> dritten (Duden: -t below 20, -st from 20 on).

    Args:
        alone: Nothing is counted: a round million keeps its *eine*, as CLDR spells the bare figure.
    """
    small = number % 100
    if small in _IRREGULAR:
        front = cardinal(number - small) if number != small else ""
        return _joined(front, _IRREGULAR[small]) + ending
    words = cardinal(number)
    if number % 1_000_000 == 0 and number:
        words = words.removesuffix("en").removesuffix("e").lower()
        words = words if alone else words.removeprefix("eine ").replace(" ", "")
    return words + ("t" if 2 <= small < 20 or number == 0 else "st") + ending


def _joined(front: str, last: str) -> str:
    return front + (" " if front[-1:].isalpha() and front.split()[-1][0].isupper() else "") + last if front else last


def digits(text: str) -> str:
    """Return each digit's name, e.g. 405 -> vier null fünf."""
    return " ".join([_ONES[int(letter)] for letter in text if letter in "0123456789"])


def amount(text: str, one: str = "eins") -> str:
    """Return a written number in words: 12.500, 12 500, 3,75, 2.5 (an English decimal point), -3 and 007 alike."""
    if text[0] in "-−+":
        return ("plus " if text[0] == "+" else "minus ") + amount(text[1:].lstrip(), one)
    if text.startswith("0.") and text[2:].isdecimal():
        text = text.replace(".", ",")
    whole, _, fraction = (text if text.isdecimal() else _SEPARATORS.sub("", text)).partition(",")
    if not fraction and "." in whole:
        whole, _, fraction = whole.partition(".")
    if fraction:
        return f"{_whole(whole)} Komma {digits(fraction)}"
    if len(whole) > 1 and whole[0] == "0":
        return digits(whole)
    return _whole(whole, one)


def _whole(figures: str, one: str = "eins") -> str:
    """Return a whole number in words; from 10^24 on digit by digit, and never as an int: Python's have a limit."""
    figures = figures.lstrip("0") or "0"
    return cardinal(int(figures), one) if len(figures) <= _LONGEST else digits(figures)


def year(number: int) -> str:
    """Return a year: from 1100 to 1999 in hundreds (Duden), e.g. 1998 -> neunzehnhundertachtundneunzig."""
    if 1100 <= number < 2000:
        hundreds, rest = divmod(number, 100)
        return f"{cardinal(hundreds)}hundert{cardinal(rest) if rest else ''}"
    return cardinal(number)


def fraction(numerator: int, denominator: int) -> str:
    """Return a common fraction (Duden: ordinal stem and -el), e.g. 3, 4 -> drei Viertel; 1, 2 -> ein halb."""
    if denominator == 2:
        return _HALVES.get(numerator) or f"{cardinal(numerator)} halbe"
    if denominator == 1:
        part = "Eintel"
    else:
        part = "Nulltel" if denominator == 0 else (ordinal(denominator, "el").replace(" ", "").capitalize())
    return f"{cardinal(numerator, 'ein')} {part}"


def mixed(whole: int, numerator: int, denominator: int) -> str:
    """Return a mixed number, e.g. 1 1/2 -> eineinhalb, 2 3/4 -> zwei drei Viertel."""
    if (numerator, denominator) == (1, 2):
        return f"{cardinal(whole, 'ein')}einhalb"
    return f"{cardinal(whole, 'ein')} {fraction(numerator, denominator)}"


def _below_million(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    front = "" if thousands == 1 else _below_thousand(thousands)
    if thousands % 100 == 1 and front.endswith("eins"):
        front = front[:-1]  # hunderteintausend
    return f"{front}tausend{_below_thousand(rest, begins=False) if rest else ''}"


def _below_thousand(number: int, *, begins: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    front = _ONES[hundreds] if hundreds > 1 else "" if begins else "ein"
    return f"{front}hundert{_below_hundred(rest) if rest else ''}"


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return (f"{_ONES[ones].removesuffix('s') if ones == 1 else _ONES[ones]}und" if ones else "") + _TENS[tens]
