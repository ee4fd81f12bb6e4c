"""Words that a German voice will probably misread, and that no lexicon knows: most are foreign, or look so.

Text, Lexicon -> the suspects, for a warning. ``data/misread.txt`` holds the common words that the embedded voice was
measured to say wrong; any other word is judged by letters that German spelling does not join (Amtliches Regelwerk,
Teil A: Laut-Buchstaben-Zuordnungen), and would rather be missed than cry wolf: ``data/familiar.txt`` names those that
look foreign and are said right.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ki_briefing.german.lexicon import Lexicon

_DATA = Path(__file__).parents[1] / "data"
_WORD = re.compile(r"(?<![\w@./])[^\W\d_]{4,}(?:['’][^\W\d_]+)?(?![\w@/]|\.\w)")
_SPELLED = re.compile(r"\b[A-Z](?: [A-Z]){4,}\b")  # NVIDIA, letter by letter
_VOWEL = re.compile("[AEIOUY]")
_INNER_CAPITAL = re.compile(r"[a-zäöüß][A-ZÄÖÜ]")
_FOREIGN_LETTER = re.compile(r"[^a-zäöüßéèêàâçôîû]")
_SIGNS = re.compile(
    r"^(?:sh|wh|wr|ps?y(?!ch)|xi|zh|kh|tsu(?!e)|gn|q(?!u)|cy|ce[lrn]|ci[rt]|sc[eiy]|hy[bp]e|dj|ngu|kw)"
    r"|(?:ough|augh|eigh|tch(?!en)|oa(?![rsb])|ooe?[dlnkmpst]|ee[dkp]$|ea[dklmnpt]$|ew$|ow[ns]?$|aw[nk]?$|oy$|ay$|ey$|igh|wn$"
    r"|idge?$|q(?!u)|vv|xx|[^aeiouäöüy]ly$|ity$|ness$|[^s]ship$|less$|ware$|sh$|shi(?!lf|nw|el|nt|ng|tz)|sho(?=[opw])|th$"
    r"|[bcdfgjkmnpqtvwx]y$|[^cs]c[eiyu]|[aeiou]c$|[^aeiou]oof|oo$|ace$|ice$|ake$|[^eä]ike$|ime$|[^e]ine$|ipe$|ive$|ate$"
    r"|ique$|[^r]ette$|[^aei]ings?$|[^t]ions?$|[aeiou]w$|[aeiou]ve$|[a-z]tech$)"
)
_GERMAN = re.compile(
    r"(?:ling|ding|ring|bring|spring|fing|ging|hing|zwing|sing|schwing|kling|dring|ming)s?$|(?:ung|heit|keit|schaft|tion|ion|ionen)$"
    r"|eien$|ium$|maschine|medizin|routine|termine|linie|bitte|kette|quette$|(?:schine|zine|mine|rine|line|tine|kine|fine|bine|xine|chine)$"
    r"|(?<!re)boot(?!st?r|camp|ing)|ssource|nuance"
    r"|(?:aktive?|ive[nrsm]?|ate[nrsm]?)$"
)


def suspects(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words that look foreign and that no lexicon knows, each once, in order; then those spelled."""
    known = {text[each.start : each.end] for each in lexicon.pronunciations(text)}
    phrases = " ".join(known)
    found = dict.fromkeys(word for word in _WORD.findall(text) if _looks_foreign(word))
    spelled = dict.fromkeys(letters for letters in _SPELLED.findall(text) if len(_VOWEL.findall(letters)) > 1)
    return (
        *(word for word in found if not lexicon.knows(word) and word not in phrases),
        *(letters.replace(" ", "") for letters in spelled if letters not in known),
    )


def _looks_foreign(word: str) -> bool:
    if word.isupper():
        return False  # an acronym, or a headline
    small = word.lower()
    if is_misread(small) or _is_familiar(small):
        return is_misread(small)
    if _INNER_CAPITAL.search(word) or _FOREIGN_LETTER.search(small.replace("’", "").replace("'", "")):
        return True
    return bool(_SIGNS.search(small)) and not _GERMAN.search(small)


def is_misread(small: str) -> bool:
    """Tell whether a German voice says a common word, in small letters, wrong."""
    known = words("misread")
    return (
        small in known
        or any(small.endswith(ending) and small[: -len(ending)] in known for ending in ("s", "innen") if len(small) > 6)
        or (small.endswith(_compound_ends()) and f"-{small}" not in known)
    )


def _is_familiar(small: str) -> bool:
    known = words("familiar")
    return any(small.removesuffix(ending) in known for ending in ("", "s", "’s", "n", "en", "e"))


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a list in ``data``, in small letters; its comments among them are no words."""
    return frozenset((_DATA / f"{name}.txt").read_text(encoding="utf-8").lower().split("\n"))


@cache
def _compound_ends() -> tuple[str, ...]:
    return tuple(word[1:] for word in words("misread") if word.startswith("-"))
