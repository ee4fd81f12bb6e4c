"""Law: paragraphs, articles and acts of the EU: § 44b UrhG, §§ 3–5, Art. 50 Abs. 2 Nr. 3, Verordnung (EU) 2024/1689.

Source: the Federal Ministry of Justice's Handbuch der Rechtsförmlichkeit (citation), Duden (Paragraf). One § is
read in the singular, §§ in the plural; "f." and "ff." mean the following ones.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar, shorthand
from ki_briefing.german.acronyms import spell
from ki_briefing.german.numbers import amount, cardinal, year
from ki_briefing.german.numerals import roman
from ki_briefing.german.scan import DIGIT, LETTER, SIGN, Rule
from ki_briefing.german.tables import any_of, words

_FOLLOWING = {"f": "folgende", "ff": "fortfolgende"}
_NUMBER = r"(?P<n>\d{1,4})(?:(?P<space> ?)(?P<letter>[a-z])(?![\w.]))?"
_UP_TO = r"(?: ?(?P<link>[–—-]|bis|und|,|/) ?(?P<m>\d{1,4})(?P<letter2>[a-z](?!\w))?)?"
_SECTION = (
    r"(?:(?: ?\((?P<section>\d{1,2})\)| (?P<roman>[IVX]{1,5})(?: (?P<sentence>\d{1,2})(?= [A-ZÄÖÜ]|[,;)]))?)(?![\w-]))?"
)
_FOLLOW = r"(?: (?P<follow>ff?)\.)?"
_WEAK = words("des dem den im vom zum beim am diesem diesen dieses einem einen eines")
"""Before these a single § is *Paragrafen* (Duden: weak)."""
_DIVISIONS = {
    "Art": "Artikel", "Abs": "Absatz", "Nr": "Nummer", "Rn": "Randnummer", "Rz": "Randziffer", "Ziff": "Ziffer",
    "S": "Satz", "Hs": "Halbsatz", "Erwgr": "Erwägungsgrund", "UAbs": "Unterabsatz", "Kap": "Kapitel",
}  # fmt: skip
_NAMES = any_of(_DIVISIONS)
_FIGURE_BEFORE = tuple(f"{figure} " for figure in "0123456789")


def _cited(match: re.Match[str]) -> str:
    said = amount(match["n"]) + (f" {match['letter']}" if match["letter"] else "")
    if match["m"]:
        if match["link"] == "/" and len(match["m"]) == 4 and match["m"][:2] in ("19", "20"):  # Nr. 37/2026
            return f"{said} {year(int(match['m']))}"
        apart = int(match["m"]) > int(match["n"]) + 1 and len(match["m"]) == 2
        if match["link"] == "/" and (apart or int(match["m"]) <= int(match["n"])):  # Nr. 5/26, Flur-Nr. 112/3
            return f"{said} Schrägstrich {amount(match['m'])}"
        link = match["link"] if match["link"] in ("und", "bis") else {",": ",", "/": "und"}.get(match["link"], "bis")
        said += f"{'' if link == ',' else ' '}{link} {amount(match['m'])}" + (
            f" {match['letter2']}" if match["letter2"] else ""
        )
    return said + (f" {_FOLLOWING[match['follow']]}{_stop(match)}" if match["follow"] else "")


def _stop(match: re.Match[str]) -> str:
    """Return the full stop of a sentence that ends with that of an abbreviation."""
    ends = match.start() > 0 and not match.string[match.end() : match.end() + 40].strip(' )"“”«»')
    return "." if ends and match[0].endswith(".") else ""


def _section(match: re.Match[str]) -> str:
    """Return what stands behind the number of an article: Art. 3(1), § 823 I, § 812 I 1."""
    if match["section"]:
        return f" Absatz {amount(match['section'])}"
    if match["roman"] and (value := roman(match["roman"])):
        return f" Absatz {cardinal(value)}" + (f" Satz {amount(match['sentence'])}" if match["sentence"] else "")
    return ""


def _say_paragraph(match: re.Match[str]) -> str:
    many = len(match["sign"].replace(" ", "")) > 1
    declined = many or grammar.word_before(match.string, match.start()) in _WEAK
    return f"{'Paragrafen' if declined else 'Paragraf'} {_cited(match)}{_section(match)}"


def _say_division(match: re.Match[str]) -> str | None:
    """Art. 50 Abs. 2 S. 1; without a figure before it, S. 5 is a page."""
    name = _DIVISIONS[match["name"]]
    if match["name"] == "S" and not match.string[max(0, match.start() - 2) : match.start()].endswith(_FIGURE_BEFORE):
        several = (
            match["m"] and match["link"] != "/" and grammar.word_before(match.string, match.start()) in ("den", "die")
        )
        name = "Seiten" if several else "Seite"
    if match["name"] == "Art" and not shorthand.is_of_a_law(match.string, match.start(), match.start("n")):
        return None
    if match["name"] not in ("Art", "Abs") and (match["section"] or match["roman"]):
        return None
    return f"{name} {_cited(match)}{_section(match)}"


def _say_act(match: re.Match[str]) -> str:
    """The number of an act of the EU, either way round: 2024/1689, 95/46/EG, 1907/2006."""
    first, second = (
        year(int(figures)) if len(figures) == 4 and figures < "2100" else amount(figures)
        for figures in (match["a"], match["b"])
    )
    if len(match["a"]) == 4 and match["a"][:2] in ("19", "20"):
        second = cardinal(int(match["b"]))
    tail = f" {spell(match['tail'])}" if match["tail"] else ""
    return f"{first} Schrägstrich {second}{tail}"


_AFTER_ACT = "|".join(
    f"(?<={front} )"
    for front in (r"\(EU\)", r"\(EG\)", r"\(EWG\)", r"[UG]\) Nr\.", "Verordnung", "Richtlinie", "VO", "RL", "Beschluss")
)

PARAGRAPH = Rule("law", (SIGN,), rf"(?P<sign>§ ?§?) ?{_NUMBER}{_UP_TO}{_SECTION}{_FOLLOW}", _say_paragraph)

DIVISION = Rule(
    "law",
    (LETTER,),
    rf"(?P<name>{_NAMES})\. {_NUMBER}{_UP_TO}{_SECTION}{_FOLLOW}(?![\w%€$]|[.,:]\d| ?%)",
    _say_division,
)

EU_ACT = Rule(
    "law", (DIGIT,), rf"(?:{_AFTER_ACT})(?P<a>\d{{2,4}})/(?P<b>\d{{1,5}})(?:/(?P<tail>EU|EG|EWG))?(?!\w)", _say_act
)
