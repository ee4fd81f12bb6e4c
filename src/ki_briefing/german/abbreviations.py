"""The abbreviations that the sentence splitter and the verbaliser share.

Written form -> spoken form. A phrase's parts may stand with or without a space between them (DIN 5008 asks for one).
"""

from __future__ import annotations

import re

SPOKEN = {
    "z. B.": "zum Beispiel", "d. h.": "das heißt", "u. a.": "unter anderem", "u. Ä.": "und Ähnliches", "i. d. R.": "in der Regel",
    "z. T.": "zum Teil", "v. a.": "vor allem", "o. Ä.": "oder Ähnliches", "u. U.": "unter Umständen", "s. o.": "siehe oben",
    "s. u.": "siehe unten", "i. e.": "das heißt", "e. V.": "eingetragener Verein", "z. Z.": "zurzeit", "a. D.": "außer Dienst",
    "bzw.": "beziehungsweise", "ca.": "circa", "usw.": "und so weiter", "etc.": "et cetera", "ggf.": "gegebenenfalls",
    "evtl.": "eventuell", "inkl.": "inklusive", "exkl.": "exklusive", "zzgl.": "zuzüglich", "abzgl.": "abzüglich",
    "vgl.": "vergleiche", "sog.": "sogenannte", "bspw.": "beispielsweise", "insb.": "insbesondere", "max.": "maximal",
    "min.": "mindestens", "mind.": "mindestens", "vs.": "versus", "Nr.": "Nummer", "Abs.": "Absatz", "Art.": "Artikel",
    "Abb.": "Abbildung", "Tab.": "Tabelle", "Kap.": "Kapitel", "Bd.": "Band", "Hrsg.": "Herausgeber", "Aufl.": "Auflage",
    "Dr.": "Doktor", "Prof.": "Professor", "Dipl.": "Diplom", "Ing.": "Ingenieur", "Hr.": "Herr", "Fr.": "Frau", "St.": "Sankt",
    "Std.": "Stunden", "Tel.": "Telefon", "Str.": "Straße", "Jh.": "Jahrhundert", "Jhd.": "Jahrhundert", "geb.": "geboren",
    "Mio.": "Millionen", "Mrd.": "Milliarden", "Bio.": "Billionen", "Tsd.": "tausend", "Corp.": "Corporation",
    "Inc.": "Incorporated", "Ltd.": "Limited", "Co.": "Compagnie", "Jan.": "Januar", "Feb.": "Februar", "Apr.": "April",
    "Aug.": "August", "Sept.": "September", "Sep.": "September", "Okt.": "Oktober", "Nov.": "November", "Dez.": "Dezember",
    "Jr.": "Junior", "Sr.": "Senior", "gem.": "gemäß", "lt.": "laut", "entspr.": "entsprechend", "Anm.": "Anmerkung",
    "dt.": "deutsch", "engl.": "englisch", "chin.": "chinesisch", "Red.": "Redaktion", "Verf.": "Verfasser",
}  # fmt: skip

MAY_END_A_SENTENCE = frozenset(
    ("usw.", "etc.", "u. Ä.", "o. Ä.", "u. a.", "e. V.", "a. D.", "s. o.", "s. u.", "Inc.", "Corp.", "Ltd.", "Co.", "Jh.", "Jhd.",
     "Mio.", "Mrd.", "Bio.", "Jr.", "Sr.", "Str.", "Std.")
)  # fmt: skip


def _loose(written: str) -> str:
    return r"\s?".join(re.escape(part) for part in written.split())


PATTERN = r"(?<![\w.])(?:" + "|".join(_loose(written) for written in sorted(SPOKEN, key=len, reverse=True)) + r")(?!\w)"
"""Matches any of them, where no word goes on."""

_BY_LETTERS = {written.replace(" ", ""): written for written in SPOKEN}


def entry(text: str) -> str:
    """Return the table's written form of what ``PATTERN`` matched."""
    return _BY_LETTERS["".join(text.split())]
