"""Rates and what is measured in its own way: 71,30 $/Barrel, EUR/USD, 1:1,08, 135/85 mmHg, Bft 9, Ø 24 cm, um 20 h.

Sources: DIN 1301 (the solidus is *pro*), ISO 4217 (pairs of currencies), the Deutscher Wetterdienst (wind forces),
Duden (h: Stunde, after *um* and *ab*: Uhr).
"""

from __future__ import annotations

import re

from ki_briefing.german.money import CURRENCIES
from ki_briefing.german.numbers import AMOUNT, ANY_AMOUNT, amount, digits
from ki_briefing.german.scan import ANY_LETTER, DIGIT, LETTER, WORD, Rule
from ki_briefing.german.tables import any_of, words
from ki_briefing.german.units import PER_WHAT, UNITS

_CODE = any_of(code for code in CURRENCIES if len(code) == 3 and code.isalpha() and code.isupper())
_NUMBER_BEFORE = re.compile(r"\d[\d.,]*(?: (?:Mio\.?|Mrd\.?|Millionen|Milliarden|Tsd\.?|tausend))? $")
_MEASURES = ("²", "³", "Wh", "min", "kg", "km", "ha", "Std.", "Min.")


def _say_pair(match: re.Match[str]) -> str:
    """EUR/USD -> Euro zu Dollar, EUR/USD-Kurs -> Euro-Dollar-Kurs."""
    first, second = CURRENCIES[match["first"]][0], CURRENCIES[match["second"]][0]
    is_joined = match.string[match.end() : match.end() + 1] == "-"
    return f"{first}-{second}" if is_joined else f"{first} zu {second}"


def _say_per(match: re.Match[str]) -> str | None:
    """4.200 Einwohner/km²: what is counted, per unit."""
    counted = _NUMBER_BEFORE.search(match.string[max(0, match.start() - 40) : match.start()])
    if not counted and not match["per"].endswith(_MEASURES):
        return None
    return f"{match['noun']} pro {PER_WHAT[match['per']]}"


def _say_pressure(match: re.Match[str]) -> str | None:
    said = f"{amount(match['high'])} zu {amount(match['low'])}"
    if match["unit"]:
        return f"{said} {UNITS['mmHg'][1]}"
    return said if "lutdruck" in match.string[max(0, match.start() - 60) : match.start()] else None


def _say_force(match: re.Match[str]) -> str:
    return f"Windstärke {amount(match['a'])}" + (f" bis {amount(match['b'])}" if match["b"] else "")


_LENGTH = re.compile(r" ?[\d.,]+ ?(?:mm|cm|m|km|Zoll|Meter|Zentimeter|Millimeter)(?![\w/])")


def _say_diameter(match: re.Match[str]) -> str:
    text, end = match.string, match.end()
    if text[end : end + 1] == "-":
        return "Durchschnitts"
    if text[: match.start()].endswith(("Durchmesser ", "Durchmesser: ")):
        return ""
    if _LENGTH.match(text, end):
        return "Durchmesser"
    before = text[max(0, match.start() - 5) : match.start()].lower()
    alone = not re.match(r" ?\d", text[end : end + 2]) or before.endswith(("im ", "der ", "den ", "dem "))
    return "Durchschnitt" if alone else "durchschnittlich"


def _say_hour(match: re.Match[str]) -> str | None:
    """Um 20 h -> zwanzig Uhr; *um 2 h länger* is a length."""
    if int(match["hour"]) > 24 or not re.search(
        r"(?<!\w)(?:um|ab|gegen|Um|Ab|Gegen) (?:ca\. )?$", match.string[max(0, match.start() - 12) : match.start()]
    ):
        return None
    minutes = f" {amount(match['minute'].lstrip('0'))}" if (match["minute"] or "00") != "00" else ""
    return f"{amount(match['hour'].lstrip('0') or '0', 'ein')} Uhr{minutes}"


_MEASURED_IN = {name.partition(" ")[0] for names in UNITS.values() for name in names[:2] if len(name) > 3} | words(
    "Prozentpunkte Prozentpunkten Punkte Punkten Jahre Jahren Kilo"
)

PAIR_OF_CURRENCIES = Rule("money", (LETTER,), rf"(?P<first>{_CODE})/(?P<second>{_CODE})(?!\w)", _say_pair)

EXCHANGE_RATE = Rule(
    "ratio",
    (DIGIT,),
    rf"(?=[\d.]+(?:,\d| : \d+,\d|:\d+,\d))(?P<a>{AMOUNT})(?: : |:)(?P<b>\d+(?:,\d+)?)(?![\w:]|,\d)",
    lambda m: f"{amount(m['a'])} zu {amount(m['b'])}",
)

COUNTED_PER = Rule(
    "measure", (LETTER,), rf"(?P<noun>{ANY_LETTER}{{2,}}+)/(?P<per>{any_of(PER_WHAT)})(?![\w²³/])", _say_per
)

BLOOD_PRESSURE = Rule("ratio", (DIGIT,), r"(?P<high>\d{2,3})/(?P<low>\d{2,3})(?P<unit> ?mmHg)?(?![\w/])", _say_pressure)

WIND_FORCE = Rule(
    "measure", (DIGIT,), r"(?P<a>\d{1,2})(?:(?: ?[–-] ?| bis )(?P<b>\d{1,2}))? (?:Bft\.?|Beaufort)(?!\w)", _say_force
)

WIND_FORCE_BEFORE = Rule("measure", (WORD, LETTER), r"Bft\.?(?= \d)", lambda _m: "Windstärke")

DIAMETER = Rule("sign", (LETTER,), r"Ø(?!\w)", _say_diameter)

HOUR = Rule(
    "time",
    (DIGIT,),
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))? ?h(?![\w/]| (?:länger|kürzer|früher|später|mehr))",
    _say_hour,
)

KILOMETER_MARK = Rule("unit", (WORD, LETTER), r"km(?= \d)", lambda _m: "Kilometer")

STRENGTH = Rule(
    "decimal",
    (DIGIT,),
    r"(?<=(?:ärke|tude) )(?P<whole>\d+)\.(?P<parts>\d)(?!\w|\.\d)",
    lambda m: f"{amount(m['whole'])} Komma {digits(m['parts'])}",
)

DECIMAL_POINT = Rule(
    "decimal",
    (DIGIT,),
    rf"(?P<whole>\d+)\.(?P<parts>\d{{1,2}}|\d{{4,9}})(?= {any_of(_MEASURED_IN)}(?!\w))",
    lambda m: f"{amount(m['whole'])} Komma {digits(m['parts'])}",
)

_MEASURED_IN_INCHES = re.compile(
    r"(?i:fernseher|\btv|monitor|display|schirm|tablet|ipad|macbook|imac|notebook|laptop|screen|panel|felge|reifen|rohr|festplatte|diagonale)"
)


def _say_inches(match: re.Match[str]) -> str | None:
    """Ein Monitor mit 27": no quotation mark, as none is open."""
    text, at, end = match.string, match.start(), match.end()
    near = text[max(0, at - 40) : at] + text[end : end + 30]
    return (
        f"{amount(match['n'])} Zoll" if text.count('"', 0, at) % 2 == 0 and _MEASURED_IN_INCHES.search(near) else None
    )


INCHES_ALONE = Rule("measure", (DIGIT,), rf'(?P<n>{AMOUNT})"(?![\w-])', _say_inches)

_DIRECTIONS = {"N": "Nord", "S": "Süd", "W": "West", "O": "Ost", "E": "Ost"}

COORDINATE = Rule(
    "measure",
    (DIGIT,),
    rf"(?P<n>{ANY_AMOUNT}) ?° ?(?P<to>[NSWOE])(?![\w-])",
    lambda m: f"{amount(m['n'])} Grad {_DIRECTIONS[m['to']]}",
)

PAGES = Rule(
    "measure",
    (DIGIT,),
    r"(?P<n>\d{2,3}|1\.?\d{3}) S\.(?=[,;)]| [a-zäöüß(]|$)",
    lambda m: f"{amount(m['n'])} Seiten" + ("" if m.string[m.end() :].strip() else "."),
)
"""A book of 320 S.; before a figure *S.* is another page."""

_PER_UNITS = any_of(unit for unit, name in PER_WHAT.items() if unit != name and unit not in {*"adgmsJKWL%"})

PER_UNIT = Rule(
    "unit",
    (WORD, LETTER),
    rf"(?:(?<=[Jj]e )|(?<=[Pp]ro ))(?P<per>{_PER_UNITS})(?![\w²³/-]|\.\w)",
    lambda m: PER_WHAT[m["per"]],
)
"""2 Euro je kg, ein Gramm pro ml."""
