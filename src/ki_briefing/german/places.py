"""Places: post codes before a town, towns that bear the name of their river.

Source: DIN 5008 (post codes are named figure by figure), the Universal Postal Union's country prefixes, the German
towns of more than 100,000 people and the capitals beside them (Destatis, Gemeindeverzeichnis).
"""

from __future__ import annotations

import re

from ki_briefing.german.acronyms import spell
from ki_briefing.german.numbers import digits
from ki_briefing.german.scan import DIGIT, LETTER, WORD, Rule
from ki_briefing.german.tables import any_of, words

_TOWNS = words(
    """
    Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover Nürnberg
    Duisburg Bochum Wuppertal Bielefeld Bonn Münster Mannheim Karlsruhe Augsburg Wiesbaden Gelsenkirchen Mönchengladbach
    Aachen Braunschweig Kiel Chemnitz Halle Magdeburg Freiburg Krefeld Mainz Lübeck Erfurt Oberhausen Rostock Kassel
    Hagen Potsdam Saarbrücken Hamm Ludwigshafen Oldenburg Mülheim Osnabrück Leverkusen Heidelberg Darmstadt Solingen
    Regensburg Herne Paderborn Neuss Ingolstadt Offenbach Fürth Würzburg Ulm Heilbronn Pforzheim Wolfsburg Göttingen
    Bottrop Reutlingen Koblenz Bremerhaven Recklinghausen Erlangen Remscheid Jena Trier Salzgitter Moers Siegen Cottbus
    Hildesheim Gütersloh Kaiserslautern Hanau Schwerin Gera Flensburg Konstanz Passau Bamberg Bayreuth Marburg Gießen
    """
)
_TOWNS_OF_FOUR = words("Wien Graz Linz Salzburg Innsbruck Klagenfurt Zürich Basel Bern Genf Lausanne Luzern Winterthur")
_STREET = re.compile(r"(?:straße|strasse|str\.|platz|weg|allee|gasse|ring|ufer|damm|markt|Markt) \d{1,4}[a-z]?,? $")


_IN_A_TOWN = re.compile(r"\b(?:in|aus|bei|nach) $")
_TOWN_ENDINGS = (
    "hausen",
    "kirchen",
    "ingen",
    "hofen",
    "stetten",
    "haven",
    "baden",
    "münden",
    "felden",
    "wangen",
    "linden",
)


def _is_a_town(noun: str) -> bool:
    """Tell whether the noun after *in* is no plural: those end in n or s there."""
    return not noun.endswith(("n", "s")) or noun.endswith(_TOWN_ENDINGS)


def _say_code(match: re.Match[str]) -> str | None:
    """10115 Berlin; a number before another word is one only behind a street."""
    known = _TOWNS if len(match["code"]) == 5 else _TOWNS_OF_FOUR
    if match["code"][0] == "0" or match["town"] in known:
        is_year = len(match["code"]) == 4 and match["code"].startswith(("19", "20"))
        is_code = not is_year and not match["code"].endswith("000")  # 10000 Essen are meals
    else:
        is_code = False
    if _IN_A_TOWN.search(match.string, max(0, match.start() - 6), match.start()) and len(match["code"]) == 5:
        is_code = is_code or (not match["code"].endswith("00") and _is_a_town(match["town"]))
    if not is_code and not _STREET.search(match.string[max(0, match.start() - 40) : match.start()]):
        return None
    return digits(match["code"])


POST_CODE = Rule("number", (DIGIT,), r"(?P<code>\d{4,5})(?= (?P<town>[A-ZÄÖÜ][a-zäöüß]{2,}))", _say_code)

POST_CODE_OF_A_COUNTRY = Rule(
    "number",
    (LETTER,),
    r"(?P<land>DE|AT|CH|[DALIF])-(?P<code>\d{4,5})(?= [A-ZÄÖÜ][a-zäöüß])",
    lambda m: f"{spell(m['land'])} {digits(m['code'])}",
)

_AT_THE = {
    **dict.fromkeys(words("Main Rhein Neckar Inn Lech"), "am"),
    **dict.fromkeys(
        words("Oder Saale Donau Elbe Weser Lahn Spree Havel Isar Mosel Ruhr Lippe Leine Aller Fulda Nahe Eder Tauber"),
        "an der",
    ),
}
_RIVER = any_of(_AT_THE)


def _say_town(match: re.Match[str]) -> str | None:
    """Frankfurt/Main, Frankfurt (Oder); of two rivers (Rhein/Main) none is a town."""
    town, river = match["town"], match["river"] or match["bracketed"] or "Main"
    return None if town in _AT_THE else f"{town} {_AT_THE[river]} {river}"


TOWN_AND_RIVER = Rule(
    "place",
    (WORD, LETTER),
    rf"(?P<town>[A-ZÄÖÜ][a-zäöüß]{{2,20}})(?:/(?:(?P<river>{_RIVER})|M\.)| \((?P<bracketed>{_RIVER})\))(?!\w)",
    _say_town,
)
