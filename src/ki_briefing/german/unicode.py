"""Written characters -> the few that the rules know, still readable as the article wrote them.

Unicode pass: canonical composition (UAX 15), every space and hyphen to the plain one, invisible characters gone,
foreign digits, ligatures, full-width and styled letters to plain ones, left-overs of Markdown and HTML gone.
Quotes, dashes, ellipses, fractions and emoji stay: a transcript shows them, and the verbaliser says what they mean.
Any text is accepted.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = ".,;:!?()%+=@\"'/§$€„“”–…-"
_ASCII, _GERMAN = rf"[\w{_SIGNS}]++", rf"[A-Za-z0-9äöüßÄÖÜ{_SIGNS}]++"
# Most texts; what it lets through keeps the dash or _emphasis_ that the steps below would take away.
_NOTHING_TO_DO = re.compile(rf"{_ASCII}(?: {_ASCII})*+|(?![-+–] ){_GERMAN}(?: {_GERMAN})*+", re.ASCII)
_KEPT = frozenset("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒⁺⁻₊₋€™…°©®№′″")
_HYPHENS = frozenset("\u2010\u2011\ufe63\uff0d")
_INVISIBLE = frozenset(("Cf", "Cs", "Co", "Cn"))
_HTML_TAG = r"</?[a-zA-Z][^<>]{0,400}>|<!--[^<>]{0,400}-->"
_ENTITY = r"&(?:[a-zA-Z]{2,10}|#\d{1,6}|#[xX][0-9a-fA-F]{1,6});"
_LINK = r"!?\[([^\[\]]{0,300})\]\([^()\s]{1,500}\)"
_FORMULA = r"\$([^$\n]{0,200}\\[^$\n]{0,200})\$"
_STRONG = r"\*\*+|__+|``*|~~+"
_EMPHASIS = r"(?<![\w*])\*(?=[^\s*])([^*]{1,300})(?<=\S)\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_]{1,300})(?<=\S)_(?![\w_])"
_MARKED = r"(?<![=\w])==(?=[^\s=])([^=\n]{1,300})(?<=\S)==(?![=\w])"
_HEADING = r"^\s*={2,6} (.{1,200}) ={2,6}\s*$"
_RAISED = r"<sup>([-−+]?\d{1,6})</sup>|(?<=[\w)])\^([-−+]?\d{1,6})\^"
_LOWERED = r"<sub>(\d{1,6})</sub>|(?<=[^\W\d_])~(\d{1,4})~"
_RAISE = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWER = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_TICKED = r"(?<!\S)\[[xX]\](?=\s)"
_LINE_START = r"^\s*(?:#{1,6}\s+|>\s+(?!\d)|[-*+•‣▪–]\s+)+"


def normalize(text: str) -> str:
    """Return the text composed, on one line, with plain hyphens and spaces and free of markup."""
    if not text or ("==" not in text and _NOTHING_TO_DO.fullmatch(text)):
        return text
    composed = unicodedata.normalize("NFC", text)
    plain = unicodedata.normalize("NFC", composed.translate(_TABLE))
    return " ".join(_without_markup(plain).split())


class _Table(dict[int, str]):
    """What stands for each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(chr(code))
        return plain


_TABLE = _Table()


def _plain(letter: str) -> str:
    """Return what stands for this character, which may be nothing."""
    if letter in _KEPT or " " <= letter <= "~":
        return letter
    if letter in _HYPHENS:
        return "-"
    category = unicodedata.category(letter)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category in _INVISIBLE or "\ufe00" <= letter <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    compatible = unicodedata.normalize("NFKC", letter)
    if category in ("No", "Nl"):
        return _plain_number(letter, compatible)
    if category[0] == "L" and compatible != letter:
        return compatible
    return compatible if "\uff01" <= letter <= "\uff5e" or "\u3300" <= letter <= "\u33ff" else letter


def _plain_number(letter: str, compatible: str) -> str:
    """Return a numeral of another script or style, e.g. Ⅷ or ①, in ASCII."""
    if compatible.isascii():
        return compatible
    value = unicodedata.numeric(letter, -1)
    return str(int(value)) if value >= 0 and value == int(value) else " "


def _without_markup(text: str) -> str:
    if "<su" in text or "~" in text or "^" in text:
        text = re.sub(_RAISED, lambda found: (found[1] or found[2]).translate(_RAISE), text)
        text = re.sub(_LOWERED, lambda found: (found[1] or found[2]).translate(_LOWER), text)
    if "<" in text:
        text = re.sub(_HTML_TAG, " ", text) if "<br" in text else re.sub(_HTML_TAG, "", text)
    if "&" in text:
        import html  # 3 ms: only where there is an entity

        text = re.sub(_ENTITY, lambda entity: html.unescape(entity[0]), text)
    if "](" in text:
        text = re.sub(_LINK, r"\1", text)
    if "*" in text or "_" in text or "`" in text or "~~" in text:
        text = re.sub(_STRONG, "", text)
        text = re.sub(_EMPHASIS, lambda found: found[1] or found[2], text)
    if "$" in text and "\\" in text:
        text = re.sub(_FORMULA, lambda found: found[1].replace("\\", " "), text)
    if "==" in text:
        text = re.sub(_HEADING, r"\1", re.sub(_MARKED, r"\1", text))
    if "[x]" in text or "[X]" in text:
        text = re.sub(_TICKED, "", text)
    return text if text[:1].isalnum() else re.sub(_LINE_START, "", text)
