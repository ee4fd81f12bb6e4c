"""Words that a German voice will probably misread: they look foreign, and no lexicon knows them.

Text, Lexicon -> the suspects, for a warning. Judged by letters that German spelling does not join (Amtliches Regelwerk,
Teil A: Laut-Buchstaben-Zuordnungen), not by a word list; it would rather miss one than cry wolf. ``data/familiar.txt``
names words that look foreign and are said right.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ki_briefing.german.lexicon import Lexicon

_FAMILIAR = Path(__file__).parents[1] / "data" / "familiar.txt"
_WORD = re.compile(r"(?<![\w@./])[^\W\d_]{4,}(?:['’][^\W\d_]+)?(?![\w@/]|\.\w)")
_INNER_CAPITAL = re.compile(r"[a-zäöüß][A-ZÄÖÜ]")
_FOREIGN_LETTER = re.compile(r"[^a-zäöüßéèêàâçôîû]")
_SIGNS = re.compile(
    r"^(?:sh|wh|wr|ps?y(?!ch)|xi|zh|ts?u(?!e)|gn|q(?!u)|cy|ce[lrn]|ci[rt]|sc[eiy]|hy[bp]e|dj|j[eiu]n|ngu|kw|ge[eo]r[gk]i)"
    r"|(?:ough|augh|eigh|tch|oa(?![rsb])|ooe?[dlnkmpst]|ee[dkp]$|ea[dklmnpt]$|ew$|ow[ns]?$|aw[nk]?$|oy$|ay$|ey$|igh|wn$"
    r"|idge?$|dge|q(?!u)|ii|uu|vv|zh|kh|dj|xx|[^aeiouäöüy]ly$|ity$|ness$|[^s]ship$|less$|ware$|sh$|shi|sho|th$"
    r"|[bcdfgjkmnpqtvwx]y$|[^cs]c[eiyu]|[^s]ck?s$|[aeiou]c$|[^aeiou]oof|oo$|ace$|ice$|ake$|[^eä]ike$|ime$|[^e]ine$|ipe$|ive$|ate$"
    r"|ique$|[^r]ette$|[^aei]ings?$|[^t]ions?$|eer$|[aeiou]w$|[aeiou]ve$)"
)
_GERMAN = re.compile(
    r"(?:ling|ding|ring|bring|spring|fing|ging|hing|zwing|sing|schwing|kling|dring|ming)s?$|(?:ung|heit|keit|schaft|tion|ion|ionen)$"
    r"|eien$|ium$|maschine|medizin|routine|termine|linie|bitte|kette|quette$|(?:schine|zine|mine|rine|line|tine|kine|fine)$"
    r"|(?:aktive?|ive[nrsm]?|ate[nrsm]?)$"
)


def suspects(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words that look foreign and that no lexicon knows, each once, in order."""
    known = {text[each.start : each.end] for each in lexicon.pronunciations(text)}
    words = " ".join(known)
    found = dict.fromkeys(word for word in _WORD.findall(text) if _looks_foreign(word))
    return tuple(word for word in found if not lexicon.knows(word) and word not in words and not _is_familiar(word))


def _looks_foreign(word: str) -> bool:
    if word.isupper():
        return False  # an acronym, or a headline
    small = word.lower()
    if _INNER_CAPITAL.search(word) or _FOREIGN_LETTER.search(small.replace("’", "").replace("'", "")):
        return True
    return bool(_SIGNS.search(small)) and not _GERMAN.search(small)


def _is_familiar(word: str) -> bool:
    small = word.lower()
    return any(small.removesuffix(ending) in _familiar() for ending in ("", "s", "’s", "n", "en", "e"))


@cache
def _familiar() -> frozenset[str]:
    lines = _FAMILIAR.read_text(encoding="utf-8").splitlines()
    return frozenset(line.lower() for line in lines if line and not line.startswith("#"))
