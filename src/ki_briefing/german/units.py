"""Units of measurement: a number and its symbol -> words in the right number and gender.

Sources: SI brochure and DIN 1301 (symbols, prefixes), IEC 80000-13 (bytes), Duden (gender, plural); the newsroom's
own (Token/s, TOPS, PS). Measures of masculine and neuter gender keep their form after a number: fünf Meter, zehn
Grad.
"""

from __future__ import annotations

from ki_briefing.german import grammar
from ki_briefing.german.money import SCALE, scaled
from ki_briefing.german.numbers import AMOUNT, ANY_AMOUNT, amount
from ki_briefing.german.scan import DIGIT, LETTER, SIGN, Rule
from ki_briefing.german.tables import any_of

import re  # isort: skip

_PREFIXES = {"k": "Kilo", "M": "Mega", "G": "Giga", "T": "Tera", "P": "Peta", "E": "Exa", "m": "Milli", "n": "Nano",
             "K": "Kilo", "µ": "Mikro", "μ": "Mikro", "p": "Piko", "f": "Femto", "c": "Zenti", "d": "Dezi", "h": "Hekto",
             "Z": "Zetta" }  # fmt: skip

# base symbol -> (name, plural, gender, prefixes it is used with)
_BASES = {
    "m": ("Meter", "Meter", "m", "kcmnµμdpf"),
    "g": ("Gramm", "Gramm", "n", "kmµμn"),
    "s": ("Sekunde", "Sekunden", "f", "mnµμp"),
    "W": ("Watt", "Watt", "n", "kMGTPmµ"),
    "Wh": ("Wattstunde", "Wattstunden", "f", "kMGTPm"),
    "Wp": ("Watt peak", "Watt peak", "n", "kMG"),
    "Ws": ("Wattsekunde", "Wattsekunden", "f", "k"),
    "V": ("Volt", "Volt", "n", "kMmµ"),
    "VA": ("Voltampere", "Voltampere", "n", "kM"),
    "A": ("Ampere", "Ampere", "n", "kmµ"),
    "Ah": ("Amperestunde", "Amperestunden", "f", "mk"),
    "Hz": ("Hertz", "Hertz", "n", "kMGT"),
    "B": ("Byte", "Byte", "n", "kMGTPEZ"),
    "Byte": ("Byte", "Byte", "n", "kKMGTPE"),
    "Bytes": ("Byte", "Byte", "n", "KMGT"),
    "bit": ("Bit", "Bit", "n", "kMGT"),
    "Bit": ("Bit", "Bit", "n", "kMGT"),
    "b": ("Bit", "Bit", "n", "kMGT"),
    "J": ("Joule", "Joule", "n", "kMGTPm"),
    "N": ("Newton", "Newton", "n", "kM"),
    "Nm": ("Newtonmeter", "Newtonmeter", "m", "k"),
    "Pa": ("Pascal", "Pascal", "n", "hkMG"),
    "bar": ("Bar", "Bar", "n", "m"),
    "eV": ("Elektronenvolt", "Elektronenvolt", "n", "kMGTm"),
    "cal": ("Kalorie", "Kalorien", "f", "k"),
    "l": ("Liter", "Liter", "m", "mcdhµ"),
    "L": ("Liter", "Liter", "m", "m"),
    "t": ("Tonne", "Tonnen", "f", "kM"),
    "K": ("Kelvin", "Kelvin", "n", "m"),
    "mol": ("Mol", "Mol", "n", "mµ"),
    "Ω": ("Ohm", "Ohm", "n", "kMm"),
    "lm": ("Lumen", "Lumen", "n", "k"),
    "lx": ("Lux", "Lux", "n", "k"),
    "px": ("Pixel", "Pixel", "n", "M"),
    "Bq": ("Becquerel", "Becquerel", "n", "kMGT"),
    "Sv": ("Sievert", "Sievert", "n", "mµ"),
    "FLOPS": ("Flops", "Flops", "n", "MGTPEZ"),
    "FLOP/s": ("Flops", "Flops", "n", "MGTPE"),
    "Flops": ("Flops", "Flops", "n", "MGTPE"),
    "FLOP": ("Flop", "Flop", "n", "MGTPE"),
    "pc": ("Parsec", "Parsec", "n", "kM"),
    "a": ("Ar", "Ar", "n", "h"),
}  # fmt: skip
_AS_NAMED = {
    "%": ("Prozent", "Prozent", "n"), "‰": ("Promille", "Promille", "n"), "°C": ("Grad Celsius", "Grad Celsius", "m"),
    "°F": ("Grad Fahrenheit", "Grad Fahrenheit", "m"), "° C": ("Grad Celsius", "Grad Celsius", "m"),
    "° F": ("Grad Fahrenheit", "Grad Fahrenheit", "m"), "Bp.": ("Basispunkt", "Basispunkte", "m"),
    "bp": ("Basispunkt", "Basispunkte", "m"), "Bp": ("Basispunkt", "Basispunkte", "m"), "°": ("Grad", "Grad", "m"),
    "℃": ("Grad Celsius", "Grad Celsius", "m"),
    "h": ("Stunde", "Stunden", "f"), "Std.": ("Stunde", "Stunden", "f"), "Std": ("Stunde", "Stunden", "f"),
    "min": ("Minute", "Minuten", "f"), "min.": ("Minute", "Minuten", "f"), "Min.": ("Minute", "Minuten", "f"),
    "Min": ("Minute", "Minuten", "f"), "sec": ("Sekunde", "Sekunden", "f"), "Sek.": ("Sekunde", "Sekunden", "f"),
    "Sek": ("Sekunde", "Sekunden", "f"), "sek.": ("Sekunde", "Sekunden", "f"), "ha": ("Hektar", "Hektar", "m"),
    "dB": ("Dezibel", "Dezibel", "n"), "dBA": ("Dezibel A", "Dezibel A", "n"), "ppm": ("ppm", "Teile pro Million", "n"),
    "PS": ("P S", "P S", "n"), "kn": ("Knoten", "Knoten", "m"), "mi": ("Meile", "Meilen", "f"),
    "ft": ("Fuß", "Fuß", "m"),
    "oz": ("Unze", "Unzen", "f"), "lb": ("Pfund", "Pfund", "n"), "lbs": ("Pfund", "Pfund", "n"),
    "yd": ("Yard", "Yards", "n"),
    "Zoll": ("Zoll", "Zoll", "m"), "″": ("Zoll", "Zoll", "m"), "pt": ("Punkt", "Punkt", "m"),
    "dpi": ("d p i", "d p i", "n"),
    "fps": ("Bild pro Sekunde", "Bilder pro Sekunde", "n"),
    "rpm": ("Umdrehung pro Minute", "Umdrehungen pro Minute", "f"),
    "U/min": ("Umdrehung pro Minute", "Umdrehungen pro Minute", "f"), "Pers.": ("Person", "Personen", "f"),
    "TOPS": ("Tops", "Tops", "n"), "bps": ("Bit pro Sekunde", "Bit pro Sekunde", "n"),
    "qm": ("Quadratmeter", "Quadratmeter", "m"),
    "kbps": ("Kilobit pro Sekunde", "Kilobit pro Sekunde", "n"),
    "Mbps": ("Megabit pro Sekunde", "Megabit pro Sekunde", "n"),
    "Gbps": ("Gigabit pro Sekunde", "Gigabit pro Sekunde", "n"), "qkm": ("Quadratkilometer", "Quadratkilometer", "m"),
    "mph": ("Meile pro Stunde", "Meilen pro Stunde", "f"), "Stk.": ("Stück", "Stück", "n"),
    "St.": ("Stück", "Stück", "n"),
    "VE": ("Verpackungseinheit", "Verpackungseinheiten", "f"), "kwh": ("Kilowattstunde", "Kilowattstunden", "f"),
    "Pkt.": ("Punkt", "Punkte", "m"), "Mpx": ("Megapixel", "Megapixel", "n"), "MP": ("Megapixel", "Megapixel", "n"),
    "KB": ("Kilobyte", "Kilobyte", "n"), "KiB": ("Kibibyte", "Kibibyte", "n"), "MiB": ("Mebibyte", "Mebibyte", "n"),
    "GiB": ("Gibibyte", "Gibibyte", "n"), "TiB": ("Tebibyte", "Tebibyte", "n"),
    "mwh": ("Megawattstunde", "Megawattstunden", "f"),
    "kw": ("Kilowatt", "Kilowatt", "n"), "mv": ("Millivolt", "Millivolt", "n"), "gb": ("Gigabyte", "Gigabyte", "n"),
    "mb": ("Megabyte", "Megabyte", "n"), "tb": ("Terabyte", "Terabyte", "n"), "ghz": ("Gigahertz", "Gigahertz", "n"),
    "Token": ("Token", "Token", "n"), "Tokens": ("Token", "Tokens", "n"), "Mt": ("Megatonne", "Megatonnen", "f"),
    "Lj": ("Lichtjahr", "Lichtjahre", "n"), "AE": ("Astronomische Einheit", "Astronomische Einheiten", "f"),
    "BE": ("Broteinheit", "Broteinheiten", "f"), "kcal": ("Kilokalorie", "Kilokalorien", "f"),
    "mmHg": ("Millimeter Quecksilbersäule", "Millimeter Quecksilbersäule", "m"),
    "dB(A)": ("Dezibel", "Dezibel", "n"), "EL": ("Esslöffel", "Esslöffel", "m"), "TL": ("Teelöffel", "Teelöffel", "m"),
    "Pck.": ("Päckchen", "Päckchen", "n"), "Pckg.": ("Packung", "Packungen", "f"), "Pkg.": ("Packung", "Packungen", "f"),
    "Msp.": ("Messerspitze", "Messerspitzen", "f"), "Pr.": ("Prise", "Prisen", "f"),
    "IE": ("I E", "I E", "f"), "J.": ("Jahr", "Jahre", "n"), "Mon.": ("Monat", "Monate", "m"), "T.": ("Tag", "Tage", "m"),
}  # fmt: skip
_POWERS = {"²": "Quadrat", "2": "Quadrat", "³": "Kubik", "3": "Kubik"}
PER_WHAT = {"s": "Sekunde", "sec": "Sekunde", "Sek": "Sekunde", "Sek.": "Sekunde", "h": "Stunde", "Std": "Stunde",
"Std.": "Stunde",
        "min": "Minute", "Min": "Minute", "Min.": "Minute", "d": "Tag", "a": "Jahr", "Mo": "Monat", "Mio": "Million",
        "Mio.": "Million",
        "kg": "Kilogramm", "g": "Gramm", "l": "Liter", "L": "Liter", "m": "Meter", "km": "Kilometer",
        "m²": "Quadratmeter",
        "m2": "Quadratmeter", "m³": "Kubikmeter", "km²": "Quadratkilometer", "cm²": "Quadratzentimeter",
        "cm³": "Kubikzentimeter",
        "m3": "Kubikmeter", "km2": "Quadratkilometer", "cm2": "Quadratzentimeter", "cm3": "Kubikzentimeter",
        "mm²": "Quadratmillimeter", "kWh": "Kilowattstunde", "MWh": "Megawattstunde", "Wh": "Wattstunde", "W": "Watt",
        "kW": "Kilowatt",
        "t": "Tonne", "qm": "Quadratmeter", "ha": "Hektar", "ml": "Milliliter", "GB": "Gigabyte", "TB": "Terabyte",
        "J": "Joule",
        "MB": "Megabyte", "s²": "Sekunde zum Quadrat", "K": "Kelvin", "px": "Pixel", "%": "Prozent", "GHz": "Gigahertz",
        "dl": "Deziliter",
        "Tag": "Tag", "Monat": "Monat", "Jahr": "Jahr", "Woche": "Woche", "Stunde": "Stunde", "Minute": "Minute",
        "Sekunde": "Sekunde",
        "Person": "Person", "Kopf": "Kopf", "Nutzer": "Nutzer", "Token": "Token", "Anfrage": "Anfrage",
        "Stück": "Stück", "Bit": "Bit",
        "Einwohner": "Einwohner", "Nacht": "Nacht", "Quartal": "Quartal", "Kunde": "Kunde", "Gerät": "Gerät",
        "Haushalt": "Haushalt",
        "Spiel": "Spiel", "Zeile": "Zeile", "Seite": "Seite", "Watt": "Watt", "Bild": "Bild", "Kilogramm": "Kilogramm",
        "Barrel": "Barrel", "Unze": "Unze", "Feinunze": "Feinunze", "Liter": "Liter", "Tonne": "Tonne",
        "Quadratmeter": "Quadratmeter", "Kubikmeter": "Kubikmeter", "Quadratkilometer": "Quadratkilometer",
        "Kilowattstunde": "Kilowattstunde", "Megawattstunde": "Megawattstunde", "Kilometer": "Kilometer",
        "Meter": "Meter", "Hektar": "Hektar", "Fass": "Fass", "Pfund": "Pfund", "Aktie": "Aktie", "Kind": "Kind",
        "Kg": "Kilogramm", "bbl": "Barrel", "oz": "Unze", "Wo.": "Woche", "Mt.": "Monat"
        }  # fmt: skip
"""Behind a solidus: symbol or word -> what is said after *pro*."""


def _table() -> dict[str, tuple[str, str, str]]:
    table = dict(_AS_NAMED)
    for symbol, (name, plural, gender, prefixes) in _BASES.items():
        table.setdefault(symbol, (name, plural, gender))
        small = name[0].lower() + name[1:], plural[0].lower() + plural[1:]
        for prefix in prefixes:
            front = _PREFIXES[prefix]
            table.setdefault(prefix + symbol, (front + small[0], front + small[1], gender))
    for prefix, front in (
        ("", ""),
        ("k", "kilo"),
        ("c", "zenti"),
        ("m", "milli"),
        ("µ", "mikro"),
        ("n", "nano"),
        ("d", "dezi"),
    ):
        for power, what in _POWERS.items():
            name = what + (front + "meter" if front else "meter")
            table.setdefault(f"{prefix}m{power}", (name, name, "m"))
    return table


UNITS = _table()
"""Symbol -> name in the singular, in the plural, gender."""

_UNIT, _SIDE = any_of(UNITS), any_of(PER_WHAT)
_RATE = {"t": ("Token", "Token", "n")}


def unit_words(symbol: str, per: str = "", *, single: bool = False) -> str:
    """Return the name of a unit, e.g. TB, s -> Terabyte pro Sekunde."""
    names = _RATE.get(symbol, UNITS[symbol]) if per == "s" else UNITS[symbol]
    return names[0 if single else 1] + (f" pro {PER_WHAT[per]}" if per else "")


_COUNTED = re.compile(
    r"-| ?[A-ZÄÖÜ]| (?:lang|hoch|breit|tief|weit|groß|dick|hohe|lange|breite|tiefe|große|dicke|entfernt)"
)
_STRICTLY_DATIVE = {"mit", "von", "bei", "aus", "nach", "seit", "Mit", "Von", "Bei", "Aus", "Nach", "In", "Auf"}
"""Prepositions that always take the dative; *auf* and *in* do where they begin a sentence: *Auf 25 m² stehen …*"""


def _declined(name: str, symbol: str, match: re.Match[str]) -> str:
    """Return a plural in the case that the word before demands: *vor 5 J.* -> Jahren (Duden: dative plural in -n).

    Measures in -er take the ending only where they stand alone: *von 300 Quadratmetern*, but *von 5 Meter Länge*.
    """
    head, space, rest = name.partition(" ")
    is_plural = head != UNITS[symbol][0].partition(" ")[0] and head.endswith(("e", "er"))
    before = match.string[: match.start()].rpartition(" ")[0].rpartition(" ")[2].rpartition("(")[2]
    stands_alone = head.endswith(("meter", "Meter", "Liter", "liter")) and not _COUNTED.match(match.string, match.end())
    rises_to = before == "auf" and is_plural  # "stieg auf 420 ppm": the accusative
    takes_n = (is_plural and not rises_to) or (stands_alone and before in _STRICTLY_DATIVE)
    return f"{head}n{space}{rest}" if takes_n and grammar.governed(match.string, match.start()) == "dat" else name


def one_of(match: re.Match[str], number: str, symbol: str, at: int) -> str:
    """Return the number's words, a single 1 in the gender of its unit."""
    if number != "1":
        return amount(number)
    if symbol in ("%", "‰"):
        return "ein"
    return grammar.one_of_gender(UNITS[symbol][2], grammar.governed(match.string, at))


def _say_measure(match: re.Match[str]) -> str | None:
    number, symbol, per, link = match["n"], match["unit"], match["per"] or "", match["link"]
    after = match.string[match.end() : match.end() + 2]
    if len(symbol) == 1 and symbol.isalpha() and _is_something_else(match, symbol, per):
        return None
    words = one_of(match, number, symbol, match.start())
    name = unit_words(symbol, per, single=number == "1")
    if number != "1":
        name = _declined(name, symbol, match)
    if link == "-" or (after[:1] == "-" and after[1:].isalpha()):  # 3-nm-Prozess, 80 GB-Karte
        return f"{amount(number, 'ein')}-{name.replace(' ', '-')}" if link == "-" else f"{words} {name}"
    if (per or symbol).endswith(".") and not after.strip():
        name += "."
    if symbol in ("°C", "° C") and match.string[max(0, match.start() - 1) : match.start()] in ("-", "−", "+", "–"):
        name = "Grad"  # a signed temperature is understood
    return f"{words} {name}"


def _is_something_else(match: re.Match[str], symbol: str, per: str) -> bool:
    """A single letter is a unit only after a space, unless it is one of the common ones: 5 A, 7B, 4K, 5G, 910C."""
    if per:
        return False
    glued = match["link"] != " "
    if symbol in "BbKAaJNLPMEZdfp" and glued:
        return True
    return symbol in "Bab" or (symbol == "A" and match.string[match.end() : match.end() + 2].strip()[:1].isdigit())


def _say_scaled(match: re.Match[str]) -> str | None:
    name = unit_words(match["unit"], match["per"] or "")
    case = grammar.governed(match.string, match.start())
    return f"{scaled(match['n'], match['scale'], case=case)} {name}"


def _say_number_per(match: re.Match[str]) -> str:
    return f"{amount(match['n'])} pro {PER_WHAT[match['per']]}"


def _say_alone(match: re.Match[str]) -> str:
    return unit_words(match["unit"], match["per"])


def _say_range(match: re.Match[str]) -> str | None:
    symbol = match["unit"]
    if len(symbol) == 1 and symbol in "BKAaM":
        return None
    name = _declined(unit_words(symbol, match["per"] or ""), symbol, match)
    first = amount(match["a"], "ein" if UNITS[symbol][2] != "f" else "eine")
    if (middle := match["first"]) and middle in UNITS:
        first += " " + unit_words(middle)
    if symbol.endswith(".") and not match.string[match.end() : match.end() + 2].strip():
        name += "."
    return f"{first} bis {amount(match['b'])} {name}"


INCHES = Rule("measure", (DIGIT,), rf'(?P<n>{AMOUNT})["″](?=-[A-ZÄÖÜ])', lambda m: f"{amount(m['n'])}-Zoll")

RANGE_OF_MEASURES = Rule(
    "range",
    (DIGIT,),
    rf"(?P<a>{ANY_AMOUNT})(?: ?(?P<first>%|°C|°))? ?(?:[–—-]|bis) ?(?P<b>{ANY_AMOUNT})(?: ?|-)(?P<unit>{_UNIT})"
    rf"(?:/(?P<per>{_SIDE}))?(?![\w²³]|/(?!\d))",
    _say_range,
)

SCALED_MEASURE = Rule(
    "measure",
    (DIGIT,),
    rf"(?P<n>{AMOUNT}) (?P<scale>{SCALE}) ?(?P<unit>{_UNIT})(?:/(?P<per>{_SIDE}))?(?![\w²³]|/(?!\d))",
    _say_scaled,
)

MEASURE = Rule(
    "measure",
    (DIGIT,),
    rf"(?P<n>{ANY_AMOUNT})(?P<link>[ -]?)(?P<unit>{_UNIT})(?:/(?P<per>{_SIDE}))?(?![\w²³]|/(?!\d))",
    _say_measure,
)

NUMBER_PER = Rule(
    "measure",
    (DIGIT,),
    rf"(?P<n>{AMOUNT})/(?P<per>(?:[a-zA-Z]+[²³]|qm|kWh|MWh|kg|Tag|Monat|Jahr|Woche|Stunde|Minute|Sekunde|Person))(?<=(?:.²|.³|qm|Wh|kg|ag|at|hr|he|de|te|on))(?!\w)",
    lambda m: _say_number_per(m) if m["per"] in PER_WHAT else None,
)

RATE_WITHOUT_NUMBER = Rule("unit", (LETTER,), rf"(?P<unit>{_UNIT})/(?P<per>{_SIDE})(?![\w²³]|/(?!\d))", _say_alone)

SQUARE_OR_CUBE = Rule(
    "unit",
    (LETTER,),
    r"(?P<unit>[kcmn]?m)(?P<power>[²³])(?!\w)",
    lambda m: UNITS[m["unit"] + m["power"]][1] if m["unit"] + m["power"] in UNITS else None,
)

PER = Rule("unit", (SIGN,), rf"(?<=[\w²³€$%])/(?P<per>{_SIDE})(?!\w)", lambda m: f" pro {PER_WHAT[m['per']]}")

SPACED_PER = Rule("unit", (SIGN,), rf"(?<=[€$] )/ (?P<per>{_SIDE})(?!\w)", lambda m: f"pro {PER_WHAT[m['per']]}")

PER_NUMBER = Rule("unit", (SIGN,), r"(?<=[a-zA-Z²³€$%])/(?=\d)", lambda _m: " pro ")

UNIT_WITHOUT_NUMBER = Rule("unit", (SIGN,), r"(?P<unit>°[CF]?|%|‰)(?!\w)", lambda m: UNITS[m["unit"]][1])
