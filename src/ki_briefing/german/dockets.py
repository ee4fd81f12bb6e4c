"""Dockets of courts: VII ZR 133/24, 1 BvR 1234/20, VG 4 K 23.25, B 1 KR 7/23 R.

Source: the registers of the German courts (Aktenordnung, appendix: Registerzeichen): senate or chamber, register,
running number, year of two figures. The register's letters are spelled; with or without *Az.* before.
"""

from __future__ import annotations

import re

from ki_briefing.german.acronyms import spell
from ki_briefing.german.numbers import amount, cardinal
from ki_briefing.german.numerals import NUMERAL, roman
from ki_briefing.german.scan import DIGIT, LETTER, Rule
from ki_briefing.german.tables import any_of, words

_REGISTERS = words(
    """
    BvA BvB BvC BvE BvF BvG BvH BvK BvL BvM BvN BvP BvQ BvR StR StB ARs AR ZR ZB ZA AZR ABR AZN AZB Sa SaGa TaBV Ca Ga BV
    A B C D E F G H K L M N O P R S T U V W CN BN VR KA KR AS AL AY SB SO KN RE UF WF HK HKO Kart Verg Ws Ss Ls Ds Cs Js
    KLs Ks Qs Ns Owi OWi OJs StE RVs RBs UKl EK AktE AGH XS WpÜG NotZ AnwZ EnVR KZR KVR BLw LwZR PatG NS ME MS LB LA
    """
)


_COURT_BEFORE = re.compile(r"(?:V[GF]H?|OVG|BVerwG|Az\.?:?|Aktenzeichen)(?: [A-ZÄÖÜ][\w-]+)?[ :,(]* ?$")


def _say_docket(match: re.Match[str]) -> str | None:
    """A point before the year is that of the administrative courts only: *12 V 10.50* is none."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    if match["sign"] == "." and not _COURT_BEFORE.search(before):
        return None
    chamber = match["chamber"]
    number = amount(chamber) if chamber.isdecimal() else cardinal(roman(chamber) or 0)
    sign = "Schrägstrich" if match["sign"] == "/" else "Punkt"
    return f"{number} {spell(match['register'])} {amount(match['number'])} {sign} {amount(match['year'])}"


_REST = rf" (?P<register>{any_of(_REGISTERS)}) (?P<number>\d{{1,5}})(?P<sign>[/.])(?P<year>\d\d)(?![\w/]|[.,]\d)"

DOCKET = Rule("law", (DIGIT,), rf"(?P<chamber>\d{{1,3}}){_REST}", _say_docket)

DOCKET_OF_A_SENATE = Rule("law", (LETTER,), rf"(?P<chamber>{NUMERAL}){_REST}", _say_docket)
