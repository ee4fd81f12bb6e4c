"""Signs that stand for a word, and signs that only the eye needs.

Sources: DIN 5008 and ISO 80000-2 (names of mathematical signs), Duden. Quotation marks, markup and emoji are not
spoken; dashes and brackets become the pause they are.
"""

from __future__ import annotations

import re
import unicodedata

from ki_briefing.german.numbers import SCRIPT_DIGITS, amount
from ki_briefing.german.scan import LETTER, SIGN, Rule

_SAID_AS = {
    "&": "und", "+": "plus", "=": "gleich", "≈": "etwa", "≅": "etwa", "≃": "etwa", "~": "etwa", "∼": "etwa",
    "≠": "ungleich",
    "≥": "mindestens", "≤": "höchstens", "⩾": "mindestens", "⩽": "höchstens", "±": "plus minus", "∓": "minus plus",
    "×": "mal",
    "·": "", "÷": "geteilt durch", "−": "minus", "<": "kleiner als", ">": "größer als", "≪": "viel kleiner als",
    "≫": "viel größer als",
    "∞": "unendlich", "√": "Wurzel aus", "∑": "Summe", "∏": "Produkt", "∫": "Integral", "∂": "partiell", "∆": "Delta",
    "∈": "Element von",
    "∅": "Durchschnitt", "⌀": "Durchmesser", "Ø": "Durchschnitt", "∪": "vereinigt mit", "∩": "geschnitten mit",
    "∝": "proportional zu",
    "∧": "und", "∨": "oder", "¬": "nicht", "∀": "für alle", "∃": "es gibt", "⊂": "Teilmenge von", "∇": "Nabla",
    "≡": "identisch mit",
    "→": "zu", "⇒": "daraus folgt", "↔": "gegen", "⇔": "genau dann, wenn", "←": "von", "↑": "aufwärts",
    "↓": "abwärts", "➜": "zu", "➔": "zu",
    "§": "Paragraf", "%": "Prozent", "‰": "Promille", "€": "Euro", "$": "Dollar", "£": "Pfund", "¥": "Yen",
    "¢": "Cent", "₹": "Rupien",
    "₽": "Rubel", "₿": "Bitcoin", "₩": "Won", "₺": "Lira", "₪": "Schekel", "₴": "Hrywnja", "@": "at", "#": "Raute",
    "°": "Grad", "²": "Quadrat", "³": "hoch drei",
    "^": "hoch", "†": "gestorben", "☎": "Telefon", "♀": "weiblich", "♂": "männlich", "⚥": "divers",
    "℃": "Grad Celsius", "№": "Nummer", "′": "Minuten", "″": "Sekunden",
    "½": "ein halb", "¼": "ein Viertel", "¾": "drei Viertel",
    "|": ",", "¦": ",", "‖": ",",
}  # fmt: skip
_GREEK = {
    "α": "Alpha", "β": "Beta", "γ": "Gamma", "δ": "Delta", "ε": "Epsilon", "ζ": "Zeta", "η": "Eta", "θ": "Theta",
    "λ": "Lambda",
    "μ": "My", "µ": "My", "ν": "Ny", "ξ": "Xi", "π": "Pi", "ρ": "Rho", "σ": "Sigma", "τ": "Tau", "φ": "Phi",
    "χ": "Chi", "ψ": "Psi", "ω": "Omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_SIMPLE_FORMULAS = "CO2|H2O|NO2|SO2|N2O|CH4|O2|O3|H2|NH3|CO2e|NOx"
_ELEMENTS = "H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Ti|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|As|Se|Br|Ag|Sn|I|Au|Hg|Pb|U"
_FORMULA_PART = r"([A-Z][a-z]?)([₀-₉\d]*)([⁺⁻]?)"


def _say_formula(match: re.Match[str]) -> str:
    """CO₂ -> C O zwei, H₂O -> H zwei O."""
    said = []
    for element, count, charge in re.findall(_FORMULA_PART, match[0]):
        said.append(element if len(element) == 1 else " ".join(element.upper()))
        if count:
            said.append(amount(count.translate(SCRIPT_DIGITS)))
        if charge:
            said.append("plus" if charge == "⁺" else "minus")
    return " ".join(said)


_STEP_FROM = re.compile(r"[A-ZÄÖÜ][\w-]{2,}[“”«»\"]? $")


def _say_step(match: re.Match[str]) -> str | None:
    """Einstellungen > Datenschutz: the way through a menu."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    return "–" if _STEP_FROM.search(before) or re.search(r" [>–] [A-ZÄÖÜ][\w -]+ $", before) else None


_SUM = re.compile(r"\d+|[+-]")
_SIGNS_OF_SUMS = {"+": "plus", "-": "minus"}
_END_OF_WORD = re.compile(r"[^\W\d_]{3}")


def _say_raised(match: re.Match[str]) -> str:
    """x² -> x Quadrat, R₀ -> R null; a footnote's figure after a word is not said."""
    figures = match[0].translate(SCRIPT_DIGITS).strip("+-")
    if not figures:
        return "plus" if match[0][0] in "⁺₊" else "minus"
    said = " ".join(_SIGNS_OF_SUMS.get(part) or amount(part) for part in _SUM.findall(figures))
    if match[0][0] in "₀₁₂₃₄₅₆₇₈₉":
        return said
    if _END_OF_WORD.fullmatch(match.string, max(0, match.start() - 3), match.start()):
        return ""
    return {"2": "Quadrat", "3": "hoch drei"}.get(figures, f"hoch {said}")


_MEASURED = re.compile(
    r"[€$£]|[\d.,]+ ?(?:%|‰|°|€|\$|Prozent|Punkt|Zähler|Grad|Mio|Mrd|Million|Milliard|Euro|Dollar|Franken|Cent|Basisp"
    r"|(?:[kM]?W|k?m|cm|mm|m²|K|V|dB|s)(?!\w))"
)
_SPAN = r"\d+(?:,\d)?(?: (?:bis|und)|,(?: [a-zäöü]+){1,3}) [-–−+]?\d+(?:,\d)? ?(?:%|°|Grad|Prozent)"
_DECIMAL_OR_SPAN = re.compile(rf"\d+,\d|{_SPAN}")
_SPAN_OF_MEASURES = re.compile(_SPAN)
_CHANGED_BY = re.compile(r"(?<!\w)(?:um|von|auf|bei|bis|zu|zwischen|auf rund|bei rund) $")
_MEASURED_AT = re.compile(r"(?<!\w)(?:lag|lagen|liegt|liegen|beträgt|betrug|betragen|mit|ist|war) $")


def _say_dash_for_minus(match: re.Match[str]) -> str | None:
    """A dash is a minus close before an amount, *–2,4 %*, and after words that no pause follows, *um – 2,4 %*."""
    text, at, end = match.string, match.start(), match.end()
    before = text[max(0, at - 12) : at]
    if re.search(r"\d ?$", before):  # a range
        return None
    measured = _MEASURED.match(text, end)
    if match["space"]:
        is_minus = bool(measured and _CHANGED_BY.search(before))
        is_minus = is_minus or bool(measured and _MEASURED_AT.search(before) and " – " not in text[end : end + 120])
    elif before.endswith(": ") and _DECIMAL_OR_SPAN.match(text, end):
        is_minus = True
    elif before.endswith("("):
        is_minus = bool(measured or re.match(r"[\d.,]+\)", text[end : end + 24]))
    else:
        is_minus = bool(measured or _SPAN_OF_MEASURES.match(text, end))
        is_minus = is_minus or bool(_CHANGED_BY.search(before) or _MEASURED_AT.search(before))
    return "minus " if is_minus else None


_COMPARED = {
    "≥": "größer oder gleich",
    "⩾": "größer oder gleich",
    "≤": "kleiner oder gleich",
    "⩽": "kleiner oder gleich",
}
"""After an operand, *n ≥ 30*; before an amount alone the signs mean *mindestens* and *höchstens*."""
_OPERAND = re.compile(r"(?:^|[\s(])(?:[^\W\d_]|[\d.,]+) ?$")


def _say_sign(match: re.Match[str]) -> str:
    sign = match[0]
    if sign in _COMPARED and _OPERAND.search(match.string, max(0, match.start() - 8), match.start()):
        return _COMPARED[sign]
    if (words := _SAID_AS.get(sign)) is not None:
        return words
    value = unicodedata.numeric(sign, None)
    return amount(str(int(value))) if value is not None and value == int(value) and value >= 0 else ""


_QUOTES = r"[\"„“”‟«»‹›‚‘‛`´]"

FOOTNOTE = Rule("footnote", (SIGN,), r"\[\d{1,3}(?:[,–-] ?\d{1,3})*\]", lambda _m: "")

TILDE_OF_A_PATH = Rule("sign", (SIGN,), r"~(?=/)", lambda _m: "Tilde")

SHORTENED_YEAR = Rule("quote", (SIGN,), r"['’](?=\d\d(?!\d))", lambda _m: "")

FORMULA = Rule("formula", (LETTER,), rf"(?=[A-Za-z]*[₀-₉])(?:(?:{_ELEMENTS})[₀-₉]*){{1,8}}[⁺⁻]?(?!\w)", _say_formula)

FORMULA_IN_FIGURES = Rule(
    "formula",
    (LETTER,),
    rf"(?:{_SIMPLE_FORMULAS})(?![\w.-])|CO2(?=-)",
    lambda m: {"CO2e": "C O zwei e", "NOx": "N O x"}.get(m[0]) or _say_formula(m),
)

AGAINST = Rule("sign", (SIGN,), r"\./\.(?= [A-ZÄÖÜ])", lambda _m: " gegen ")
"""Müller ./. Land Hessen."""

RAISED = Rule("sign", (SIGN,), r"[²³¹⁰⁴⁵⁶⁷⁸⁹₀-₉⁺⁻₊₋]+", _say_raised)

MINUS = Rule("sign", (SIGN,), r"[-−](?=\d|[€$£] ?\d)(?<![\w)][-−])", lambda _m: "minus ")

DASH_FOR_MINUS = Rule("sign", (SIGN,), r"(?<![\w)%])[–—-](?P<space> ?)(?=[€$£]? ?\d)", _say_dash_for_minus)

UP_TO = Rule("sign", (SIGN,), r"(?<=\d) ?[-−–—] ?(?=\d)", lambda _m: " bis ")

PLUS = Rule("sign", (SIGN,), r"\+(?=\d)", lambda _m: "plus ")

ABOUT = Rule(
    "sign",
    (SIGN,),
    r"(?:~|≈|∼|>|<) ?(?=[$€£]?\d)(?<!\w[<>])(?<!\w [<>] )",
    lambda m: {">": "mehr als ", "<": "weniger als "}.get(m[0].strip(), "etwa "),
)

COMPARISON = Rule(
    "sign",
    (SIGN,),
    r"(?:>=|=>|<=|==|!=|->|<-)",
    lambda m: {">=": "mindestens", "<=": "höchstens", "==": "gleich", "!=": "ungleich"}.get(m[0], "zu"),
)

DASH_BEFORE_WORD = Rule("dash", (SIGN,), r"(?<=[^\s])(?:—|–{2,}|-{2,})(?=\w)", lambda _m: ",")

DASH = Rule("dash", (SIGN,), r"(?:-{2,}|[–—]{2,})(?!\w)|—+", lambda _m: "–")

SHARP = Rule("sign", (SIGN,), r"(?<=\bC)#", lambda _m: " sharp")

GREEK = Rule("greek", (LETTER,), r"[α-ωΓΔΘΛΞΠΣΦΨΩµ](?![^\W_²³₀-₉])", lambda m: _GREEK.get(m[0]))

QUOTE = Rule("quote", (SIGN,), _QUOTES, lambda _m: "")

TICKER = Rule(
    "sign",
    (SIGN,),
    r"(?<!\w)\+{3,}",
    lambda m: "–" if m.string[: m.start()].strip() and m.string[m.end() :].strip(" .+") else "",
)

STARS = Rule("sign", (SIGN,), r"\+\+|\*+", lambda m: "plus plus" if m[0] == "++" else "")

PATH = Rule("sign", (SIGN,), r"(?<=[^\W\d_“”«»\"] )>(?= [A-ZÄÖÜ„»\"][\wäöüß]{2})", _say_step)

HEADING_MARK = Rule("sign", (SIGN,), r"(?<!\S)#+(?!\S)", lambda _m: "")

SIGN_ALONE = Rule(
    "sign",
    (SIGN,),
    r"(?![\w\s–—…])[^\x00-\x7f]|[#$%&+/<=>@\\^_`{|}~\[\]\"*]|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209c\u2150-\u215e]",
    _say_sign,
)
