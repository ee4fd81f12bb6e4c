"""Sums of money, in every order and size: 4,5 Mio. €, US-$ 3,5 Mrd., EUR 5 Mio., 99,99 €, $20-Abo, 5–10 Euro.

Sources: DIN 5008 (amount before or after the sign), ISO 4217 (codes), Duden (names and genders). Cents follow the
name of the currency without their own (zwei Euro fünfzig); sums below one unit are said in the small coin.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.numbers import AMOUNT, ANY_AMOUNT, INTEGER, amount, cardinal
from ki_briefing.german.scan import DIGIT, LETTER, SIGN, Rule
from ki_briefing.german.tables import any_of, words

# name, gender, small coin
_EURO, _DOLLAR, _POUND = ("Euro", "m", "Cent"), ("Dollar", "m", "Cent"), ("Pfund", "n", "Pence")
CURRENCIES = {
    "€": _EURO, "EUR": _EURO, "Euro": _EURO, "euro": _EURO, "$": _DOLLAR, "USD": _DOLLAR, "Dollar": _DOLLAR,
    "dollar": _DOLLAR,
    "US-$": ("U S-Dollar", "m", "Cent"), "US$": ("U S-Dollar", "m", "Cent"), "US-Dollar": ("U S-Dollar", "m", "Cent"),
    "£": _POUND, "GBP": _POUND, "Pfund": _POUND, "¥": ("Yen", "m", ""), "JPY": ("Yen", "m", ""),
    "Yen": ("Yen", "m", ""),
    "CNY": ("Yuan", "m", ""), "RMB": ("Yuan", "m", ""), "Yuan": ("Yuan", "m", ""), "CN¥": ("Yuan", "m", ""),
    "CHF": ("Franken", "m", "Rappen"), "Fr.": ("Franken", "m", "Rappen"), "SFr.": ("Franken", "m", "Rappen"),
    "Franken": ("Franken", "m", "Rappen"), "₹": ("Rupien", "f", ""), "INR": ("Rupien", "f", ""), "₩": ("Won", "m", ""),
    "KRW": ("Won", "m", ""), "₽": ("Rubel", "m", ""), "RUB": ("Rubel", "m", ""), "₺": ("Lira", "f", ""),
    "TRY": ("Lira", "f", ""),
    "₿": ("Bitcoin", "m", ""), "BTC": ("Bitcoin", "m", ""), "ETH": ("Ether", "m", ""), "₴": ("Hrywnja", "f", ""),
    "₪": ("Schekel", "m", ""),
    "DM": ("Mark", "f", ""), "D-Mark": ("D-Mark", "f", ""), "SEK": ("schwedische Kronen", "f", ""),
    "NOK": ("norwegische Kronen", "f", ""),
    "DKK": ("dänische Kronen", "f", ""), "PLN": ("Zloty", "m", ""), "CZK": ("tschechische Kronen", "f", ""),
    "HUF": ("Forint", "m", ""),
    "CAD": ("kanadische Dollar", "m", ""), "AUD": ("australische Dollar", "m", ""), "HKD": ("Hongkong-Dollar", "m", ""),
    "SGD": ("Singapur-Dollar", "m", ""), "TWD": ("Taiwan-Dollar", "m", ""), "NT$": ("Taiwan-Dollar", "m", ""),
    "HK$": ("Hongkong-Dollar", "m", ""),
    "A$": ("australische Dollar", "m", ""), "C$": ("kanadische Dollar", "m", ""), "S$": ("Singapur-Dollar", "m", ""),
    "ct": ("Cent", "m", ""), "Ct.": ("Cent", "m", ""), "Ct": ("Cent", "m", ""), "¢": ("Cent", "m", ""),
    "c": ("Cent", "m", ""), "Cent": ("Cent", "m", ""), "Rappen": ("Rappen", "m", ""),
    "k€": ("tausend Euro", "m", ""), "M€": ("Millionen Euro", "m", ""), "T€": ("tausend Euro", "m", ""), "TEUR": ("tausend Euro", "m", ""), "Mio.€": ("Millionen Euro", "m", ""),
}  # fmt: skip
_SINGULAR = {"Rupien": "Rupie", "schwedische Kronen": "schwedische Krone", "norwegische Kronen": "norwegische Krone",
             "dänische Kronen": "dänische Krone", "tschechische Kronen": "tschechische Krone"}  # fmt: skip
_AFTER = any_of(sign for sign in CURRENCIES if sign != "c")
_CODES = any_of(
    sign
    for sign in CURRENCIES
    if len(sign) > 1 and sign[0].isupper() and sign[-1] in "$DRYFBPNKLUCW¥M" and sign != "DM"
)
_SIGNS = "[€$£¥₹₩₽₺₿₴₪]"

_ENGLISH = re.compile(r"\d+\.\d{1,2}")

SCALES = {
    "mio": "Million", "million": "Million", "millionen": "Million", "mill": "Million", "m": "Million",
    "mrd": "Milliarde", "milliarde": "Milliarde", "milliarden": "Milliarde", "bn": "Milliarde", "b": "Milliarde",
    "md": "Milliarde",
    "bio": "Billion", "billion": "Billion", "billionen": "Billion", "t": "Billion", "tn": "Billion",
    "trillion": "Trillion", "trillionen": "Trillion", "billiarde": "Billiarde", "billiarden": "Billiarde",
    "tsd": "tausend", "tausend": "tausend", "k": "tausend", "hundert": "hundert", "dutzend": "Dutzend",
}  # fmt: skip
_SCALE_WORDS = words(
    """
    Millionen Million Milliarden Milliarde Billionen Billion Billiarden Billiarde Trillionen Trillion tausend Mio Mill
    Mrd Bio Tsd
    """
)
SCALE = rf"(?:(?i:{any_of(_SCALE_WORDS)})(?!\w)\.?)"
"""A word or abbreviation for a thousand, a million ..."""


def scaled(number: str, scale: str, *, case: str = "") -> str:
    """Return a number of thousands or millions: 1, Mrd. -> eine Milliarde; 2,5, Mio. -> zwei Komma fünf Millionen."""
    word = SCALES[scale.rstrip(".").lower()]
    if word in ("tausend", "hundert"):
        return f"{amount(number, 'ein')}{'' if number.isdigit() and len(number) < 4 else ' '}{word}"
    if number == "1":
        return f"{'einer' if case == 'dat' else 'eine'} {word}"
    return f"{amount(number, 'eine')} {word}{'n' if word.endswith('e') else '' if word == 'Dutzend' else 'en'}"


def _case(match: re.Match[str], number: str) -> str:
    """Return the case of a sum; it is heard of one unit only."""
    return grammar.governed(match.string, match.start()) if number.partition(",")[0] == "1" else "nom"


def sum_of(number: str, currency: str, *, case: str = "nom") -> str:
    """Return a sum without a scale, e.g. 2,50, € -> zwei Euro fünfzig; 0,20, € -> zwanzig Cent."""
    name, gender, coin = CURRENCIES[currency]
    whole, _, cents = number.partition(",")
    cents = cents.rstrip("0").ljust(2, "0") if cents else ""
    one = grammar.one_of_gender(gender, case)
    if not cents.strip("0"):
        single = name if whole != "1" else _SINGULAR.get(name, name)
        return f"{amount(whole, one)} {single}"
    if not coin or len(cents) > 2 or (len(number.partition(",")[2]) == 1):
        return f"{amount(whole + ',' + cents.rstrip('0'))} {name}"
    small = cardinal(int(cents), "ein")
    if whole.strip("0") == "":
        return f"{small} {'Penny' if coin == 'Pence' and cents == '01' else coin}"
    return f"{amount(whole, one)} {name} {small}" + (
        f" {'Penny' if coin == 'Pence' else coin}" if cents == "01" else ""
    )


def _german(number: str, *, english: bool) -> str:
    """Return an amount in German notation; after $ and £, $1,500.50 is English."""
    if english and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number):
        return number.replace(",", "").replace(".", ",")
    return number.replace(".", ",") if _ENGLISH.fullmatch(number) else number


def _say_after(match: re.Match[str]) -> str:
    """An amount before its currency."""
    number, currency, scale, first = (
        _german(match["n"], english=False),
        match["currency"],
        match["scale"],
        match["first"],
    )
    link = match["link"]
    if link == "-":
        said = f"{amount(number, 'ein')}-{CURRENCIES[currency][0]}"
    elif scale:
        said = f"{scaled(number, scale, case=_case(match, number))} {CURRENCIES[currency][0]}"
    else:
        said = sum_of(number, currency, case=_case(match, number))
    return f"{amount(_german(first, english=False), 'ein')} bis {said}" if first else said


def _say_before(match: re.Match[str]) -> str:
    """A currency before its amount."""
    currency, scale = match["currency"], match["scale"] or match["short"]
    number = _german(match["n"], english=currency in "$£" and not scale)
    if scale:
        said = f"{scaled(number, scale)} {CURRENCIES[currency][0]}"
    elif match["second"]:
        said = f"{amount(number, 'ein')} bis {sum_of(_german(match['second'], english=False), currency)}"
    else:
        said = sum_of(number, currency, case=_case(match, number))
    if match["point"] and match.end() == len(match.string):
        said += "."
    if match.string[match.end() : match.end() + 1] == "-" and match.string[match.end() + 1 : match.end() + 2].isalpha():
        return said.replace(" ", "-")
    return said


def _say_scale(match: re.Match[str]) -> str:
    """An amount with a scale and no currency: 10 Mio., 3–5 Mrd. Parameter."""
    ends = match["scale"].endswith(".") and match.end() == len(match.string)
    number = _german(match["n"], english=False)
    said = scaled(number, match["scale"], case=_case(match, number)) + ("." if ends else "")
    return f"{amount(match['first'], 'eine')} bis {said}" if match["first"] else said


_RANGE = rf"(?:(?P<first>{ANY_AMOUNT}) ?(?:[–—-]|bis) ?)?"
_BEFORE = (
    rf"(?P<n>\d{{1,3}}(?:,\d{{3}})+\.\d\d(?!\d)|{ANY_AMOUNT})(?: ?[–-] ?(?P<second>{AMOUNT}))?"
    rf"(?: ?(?P<scale>{SCALE}(?<![.])(?P<point>\.)?|{SCALE})|(?P<short>bn|tn|[kKMBm](?![\w-])))?(?!\w)"
)

AMOUNT_BEFORE_CURRENCY = Rule(
    "money",
    (DIGIT,),
    rf"{_RANGE}(?P<n>{ANY_AMOUNT})(?: ?(?P<scale>{SCALE}))?(?P<link> ?|-)(?P<currency>{_AFTER})(?!\w)",
    _say_after,
)

SIGN_BEFORE_AMOUNT = Rule("money", (SIGN,), rf"(?P<currency>{_SIGNS}) ?{_BEFORE}", _say_before)

CODE_BEFORE_AMOUNT = Rule("money", (LETTER,), rf"(?P<currency>{_CODES}|US-\$|US\$) ?{_BEFORE}", _say_before)

_ALONE = {"USD": "U S-Dollar"}

CODE_ALONE = Rule(
    "money",
    (LETTER,),
    r"(?P<code>EUR|USD|CHF|GBP)(?![\w/-])",
    lambda m: _ALONE.get(m["code"], CURRENCIES[m["code"]][0]),
)
"""Far from its amount: 1,2 (Vorjahr: 1,1) Mrd. EUR."""

WHOLE_PRICE = Rule(
    "money",
    (DIGIT,),
    rf"(?P<n>{INTEGER}),[–—-]{{1,2}}(?: ?(?P<currency>{_AFTER}))?(?!\w)",
    lambda m: sum_of(m["n"], m["currency"], case=_case(m, m["n"])) if m["currency"] else amount(m["n"]),
)

STROKE_FOR_CENTS = Rule("money", (SIGN,), r"(?<=\d),[–—-]{1,2}(?!\w)", lambda _m: "")

SCALED_NUMBER = Rule("cardinal", (DIGIT,), rf"{_RANGE}(?P<n>{ANY_AMOUNT}) ?(?P<scale>{SCALE})", _say_scale)
