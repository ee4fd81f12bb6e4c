"""Written German -> what is said: numbers, dates, amounts, abbreviations and acronyms in words.

One scanner tries the rules at each place in order of their priority; each match is a decision that is recorded as a
span. What no rule knows stays as it is. Saying the spoken form again changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ki_briefing.german import abbreviations
from ki_briefing.german.numbers import cardinal, decimal, digits, ordinal, year
from ki_briefing.german.unicode import normalize
from ki_briefing.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    Say = Callable[[re.Match[str], str], str]

MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
_MONTH = "|".join((*MONTHS, "Jan\\.", "Feb\\.", "Apr\\.", "Aug\\.", "Sept?\\.", "Okt\\.", "Nov\\.", "Dez\\."))
_NUMBER = r"(?:\d{1,3}(?:[.'\u2019]\d{3})+|\d+)"
_AMOUNT = rf"{_NUMBER}(?:,\d+)?"
_SCALE = r"Mio\.|Mrd\.|Bio\.|Tsd\.|Million(?:en)?|Milliarden?|Billion(?:en)?|Tausend|tausend"
_CURRENCIES = {
    "€": "Euro", "EUR": "Euro", "Euro": "Euro", "$": "Dollar", "US-$": "US-Dollar", "US$": "US-Dollar", "USD": "US-Dollar",
    "£": "Pfund", "GBP": "Pfund", "¥": "Yen", "CHF": "Franken", "Dollar": "Dollar", "US-Dollar": "US-Dollar", "Yuan": "Yuan",
}  # fmt: skip
_CURRENCY = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_UNITS = {
    "%": "Prozent", "‰": "Promille", "°C": "Grad Celsius", "°": "Grad", "km/h": "Kilometer pro Stunde", "km": "Kilometer",
    "cm": "Zentimeter", "mm": "Millimeter", "nm": "Nanometer", "kg": "Kilogramm", "t": "Tonnen", "m": "Meter",
    "m²": "Quadratmeter", "km²": "Quadratkilometer", "kWh": "Kilowattstunden", "MWh": "Megawattstunden",
    "GWh": "Gigawattstunden", "TWh": "Terawattstunden", "kW": "Kilowatt", "MW": "Megawatt", "GW": "Gigawatt", "W": "Watt",
    "V": "Volt", "Hz": "Hertz", "kHz": "Kilohertz", "MHz": "Megahertz", "GHz": "Gigahertz", "kB": "Kilobyte",
    "MB": "Megabyte", "GB": "Gigabyte", "TB": "Terabyte", "PB": "Petabyte", "TB/s": "Terabyte pro Sekunde",
    "GB/s": "Gigabyte pro Sekunde", "Gbit/s": "Gigabit pro Sekunde", "Mbit/s": "Megabit pro Sekunde", "ms": "Millisekunden",
    "Token/s": "Token pro Sekunde", "t/s": "Token pro Sekunde", "TFLOPS": "Teraflops", "PFLOPS": "Petaflops", "l": "Liter",
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_WORDS = frozenset(
    ("NATO", "UNESCO", "NASA", "OPEC", "UNICEF", "BAFIN", "DAX", "SAP", "ARM", "LAION", "CUDA", "RAM", "PIN")
)
_SYMBOLS = {
    "&": "und", "+": "plus", "=": "gleich", "≈": "etwa", "~": "etwa", "≥": "mindestens", "≤": "höchstens", "×": "mal",
    "±": "plus minus", "→": "zu", "§": "Paragraf", "§§": "Paragrafen", "%": "Prozent", "€": "Euro", "$": "Dollar",
    "@": "ät", "#": "Hashtag", "°": "Grad", "−": "minus", "<": "kleiner als", ">": "größer als", "£": "Pfund", "*": "", "_": " ",
    "|": "", "\\": "", "^": "", "`": "", "{": "", "}": "", "[": "", "]": "", "•": "", "²": "hoch zwei", "³": "hoch drei",
    "½": "ein halb", "¼": "ein Viertel", "¾": "drei Viertel", "©": "", "®": "", "™": "", "/": "Schrägstrich",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verbalized:
    """A text as it is said.

    Attributes:
        written: The text after normalisation; the spans count in it.
        spans: The decisions, in order, without overlap; between them spoken and written are alike.
    """

    written: str
    spoken: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One semiotic class: where it is found, and how it is said given the text before it."""

    kind: str
    pattern: str
    say: Say


def verbalize(text: str) -> str:
    """Return a text as it is said."""
    return explain(text).spoken


def explain(text: str) -> Verbalized:
    """Return a text as it is said, with every decision."""
    written = normalize(text)
    scanner, rules = _scanner()
    pieces: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for found in scanner.finditer(written):
        rule, pattern = rules[found.lastgroup or ""]
        match = pattern.match(written, found.start())
        if match is None or match.end() != found.end():
            continue
        said = " ".join(rule.say(match, written[: found.start()]).split())
        before = written[at : found.start()]
        said = _spaced(said, before or (pieces[-1] if pieces else ""), written[found.end() : found.end() + 1])
        pieces += (before, said)
        length += len(before)
        if said != found[0]:
            spans.append(Span(found.start(), found.end(), length, length + len(said), rule.kind))
        length += len(said)
        at = found.end()
    pieces.append(written[at:])
    return Verbalized(written, "".join(pieces), tuple(spans))


def _spaced(said: str, before: str, after: str) -> str:
    """Keep words apart that stood together only in writing."""
    if said and before and (before[-1].isalnum() or before[-1] in "/") and said[0].isalnum():
        said = " " + said
    return said + " " if said and after and after.isalnum() and said[-1].isalnum() else said


def _number(text: str, one: str = "eins") -> str:
    whole, _, fraction = re.sub(r"[.'\u2019](?=\d{3})", "", text).partition(",")
    return decimal(whole, fraction) if fraction else cardinal(int(whole), one)


def _scaled(number: str, scale: str) -> str:
    """Return a number with its Million or Milliarde, in singular or plural."""
    word = abbreviations.SPOKEN.get(scale, scale)
    if number == "1" and word[0].isupper():
        return (
            f"eine {word.removesuffix('en') if word.startswith(('Millionen', 'Billionen')) else word.removesuffix('n')}"
        )
    return f"{_number(number, 'ein')} {word}"


_FEMININE = re.compile(
    r"\s*\w*(?:ung|heit|keit|schaft|tion|ität|ei|age|anz|enz|ik|ur|Aufgabe|GPU|Stunde|Minute|Sekunde|Woche|Runde)\b"
)


def _say_integer(match: re.Match[str], _before: str) -> str:
    text = match["n"]
    plain = re.sub(r"\D", "", text)
    if plain == "1" and match.string[match.end() :].startswith(" "):
        feminine = _FEMININE.match(match.string, match.end())
        return "eine" if feminine else "ein"
    if (text[0] == "0" and len(text) > 1) or len(plain) > 24:
        return digits(text)
    if len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2100:
        return year(int(text))
    return cardinal(int(plain))


def _ending(before: str) -> str:
    """Return an ordinal's ending after this word (Duden: weak after an article or preposition with one, else strong)."""
    word = re.search(r"(\w+)\s*$", before)
    last = word[1].lower() if word else ""
    if last in ("der", "die", "das", "diese", "jede", "dieser", "jeder"):
        genitive = last == "der" and re.search(
            r"(?:in|an|auf|seit|von|aus|zu|mit|nach|bei|während|ab|vor|unter)\s+der\s*$", before, re.I
        )
        return "en" if genitive else "e"
    return "er" if last in ("", "ein", "stand", "kein") and not word else "en" if last != "ein" else "er"


def _say_date(match: re.Match[str], before: str) -> str:
    day, month, its_year = match["day"], match["month"], match["year"]
    number = month.rstrip(".")
    name = MONTHS[int(number) - 1] if number.isdigit() else abbreviations.SPOKEN.get(month, month)
    full = (2000 + int(its_year) if len(its_year) == 2 else int(its_year)) if its_year else 0
    return f"{ordinal(int(day), _ending(before))} {name}" + (f" {year(full)}" if full else "")


def _say_time(match: re.Match[str], _before: str) -> str:
    minutes = int(match["minutes"] or 0)
    return f"{cardinal(int(match['hours']), 'ein')} Uhr" + (f" {cardinal(minutes)}" if minutes else "")


def _say_money(match: re.Match[str], _before: str) -> str:
    currency = _CURRENCIES[match["currency"] if "currency" in match.groupdict() else match["sign"]]
    number, scale = match["n"], match["scale"]
    if scale:
        return f"{_scaled(number, scale)} {currency}"
    whole, _, cents = number.partition(",")
    if len(cents) == 2:
        return f"{_number(whole, 'ein')} {currency} {cardinal(int(cents)) if int(cents) else ''}"
    return f"{_number(number, 'ein')} {currency}"


def _say_acronym(match: re.Match[str], _before: str) -> str:
    word, plural = match["letters"], match["plural"] or ""
    if word in _WORDS:
        return word.capitalize() + plural
    return " ".join(word) + plural


def _say_code(match: re.Match[str], _before: str) -> str:
    """Say a model's name: letters by name, its number as a number, a point as Punkt."""
    said = []
    for part in re.findall(r"\d+(?:\.\d+)*|[^\W\d_]+|[-./]", match[0]):
        if part[0].isdigit():
            numbers = part.split(".")
            said.append(" Punkt ".join(cardinal(int(n)) if len(n) < 4 else digits(n) for n in numbers))
        elif part not in "-./":
            said.append(" ".join(part) if part.isupper() and len(part) <= 4 else part)
    return " ".join(said)


def _say_ordinal(match: re.Match[str], before: str) -> str:
    return ordinal(int(match["n"]), _ending(before))


_RULES = (
    _Rule("abbreviation", abbreviations.PATTERN, lambda m, _b: abbreviations.SPOKEN[abbreviations.entry(m[0])]),
    _Rule("date", rf"(?<![\w.])(?P<day>[0-3]?\d)\.\s?(?P<month>{_MONTH})(?:\s(?P<year>\d{{4}})(?!\d))?(?!\w)", _say_date),
    _Rule("date", r"(?<![\w.])(?P<day>[0-3]?\d)\.\s?(?P<month>0?[1-9]|1[0-2])\.\s?(?P<year>(?:19|20)?\d\d)(?![\w.])", _say_date),
    _Rule("date", r"(?<![\w-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?![\w-])", _say_date),
    _Rule("time", r"(?<![\w.,:])(?P<hours>[01]?\d|2[0-4])[:.](?P<minutes>[0-5]\d)\sUhr\b", _say_time),
    _Rule("time", r"(?<![\w.,:])(?P<hours>[01]?\d|2[0-4])(?P<minutes>)\sUhr\b", _say_time),
    _Rule("time", r"(?<![\w.,:])(?P<hours>[01]?\d|2[0-3]):(?P<minutes>[0-5]\d)(?![\w:])", _say_time),
    _Rule("money", rf"(?<![\w.,])(?P<n>{_AMOUNT})\s?(?:(?P<scale>{_SCALE})\s?)?(?P<currency>{_CURRENCY})(?![\w$])", _say_money),
    _Rule("money", rf"(?<![\w.,])(?P<sign>US-\$|US\$|[$€£¥])\s?(?P<n>{_AMOUNT})(?:\s(?P<scale>{_SCALE}))?(?!\w)", _say_money),
    _Rule("cardinal", rf"(?<![\w.,])(?P<n>{_AMOUNT})\s(?P<scale>{_SCALE})(?!\w)", lambda m, _b: _scaled(m["n"], m["scale"])),
    _Rule(
        "range",
        rf"(?<![\w.,-])(?P<a>{_AMOUNT})\s?[–-]\s?(?P<b>{_AMOUNT})(?=\s?(?:%|Prozent|[A-Za-zÄÖÜäöü€$]|$|[.,;)]))(?![.\d])",
        lambda m, _b: f"{_number(m['a'])} bis {_number(m['b'])}",
    ),
    _Rule("measure", rf"(?<![\w.,])(?P<n>{_AMOUNT})\s?(?P<unit>{_UNIT})(?![\w/])",
          lambda m, _b: f"{_number(m['n'], 'ein')} {_UNITS[m['unit']]}"),
    _Rule("year", r"(?<![\w.,/])(?P<a>(?:19|20)\d\d)/(?P<b>\d{1,4})(?![\w/])",
          lambda m, _b: f"{year(int(m['a']))} {cardinal(int(m['b']))}"),
    _Rule("decade", r"(?<![\w.,])(?P<n>\d{2}|\d{4})er(?:-Jahren?|(?!\w))",
          lambda m, _b: (year(int(m["n"]))) + "er" + (" " + m[0].partition("-")[2] if "-" in m[0] else "")),
    _Rule("ordinal", r"(?<![\w.,])(?P<n>\d{1,3})\.(?=\s[A-ZÄÖÜa-zäöü])", _say_ordinal),
    _Rule("version", r"(?<![\w.,])\d+(?:\.\d{1,2}){1,3}(?![\w,])(?!\.\d)", _say_code),
    _Rule("decimal", rf"(?P<minus>(?<!\w)[−-])?(?<![\w.,])(?P<n>{_NUMBER},\d+)(?![\w,])",
          lambda m, _b: ("minus " if m["minus"] else "") + _number(m["n"])),
    _Rule("model", r"(?<![\w.])(?=[\w.-]*[A-Za-z])(?=[\w.-]*\d)[A-Za-z]+(?:[-.]?[A-Za-z\d]+)*(?:-[A-Za-zÄÖÜäöüß]+)*(?!\w)", _say_code),
    _Rule("compound", rf"(?<![\w.,])(?P<n>{_AMOUNT})-(?P<word>(?=[A-Za-zÄÖÜäöü]))", lambda m, _b: _number(m["n"], "ein") + " "),
    _Rule("cardinal", r"(?<![\w.,])(?P<minus>[−-])(?P<n>\d+)(?![\w,])", lambda m, _b: f"minus {cardinal(int(m['n']))}"),
    _Rule("cardinal", rf"(?P<n>{_NUMBER})", _say_integer),
    _Rule("acronym", r"(?<![\w])(?P<letters>[A-ZÄÖÜ]{2,5})(?P<plural>s)?(?![\wäöüß])", _say_acronym),
    _Rule("gender", r"(?<=[a-zäöüß])[:*_](?=in(?:nen)?\b)", lambda _m, _b: ""),
    _Rule("symbol", "|".join(re.escape(sign) for sign in sorted(_SYMBOLS, key=len, reverse=True)),
          lambda m, _b: f" {_SYMBOLS[m[0]]} "),
)  # fmt: skip


@lru_cache(maxsize=1)
def _scanner() -> tuple[re.Pattern[str], dict[str, tuple[_Rule, re.Pattern[str]]]]:
    """Return one pattern of all rules, and the rule behind each of its groups."""
    groups = {f"rule_{index}": (rule, re.compile(rule.pattern)) for index, rule in enumerate(_RULES)}
    bare = (f"(?P<{name}>{re.sub(r'[(][?]P<[a-z]+>', '(?:', rule.pattern)})" for name, (rule, _) in groups.items())
    return re.compile("|".join(bare)), groups
