"""Where a German sentence ends, and where a long one lets breathe.

Text -> the sentences it is written in. Pure; linear in the length of the text; any text is accepted. Nothing is lost:
the parts joined are the text but for white space.

A full stop also marks ordinals ("3. Januar"), abbreviations and initials (Duden, Punkt). What stands before it and the
first word after it decide together: German writes nouns with a capital anywhere, so a capital alone proves little, but
a function word with a capital ("Danach", "Es") stands at the beginning of a sentence only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ki_briefing.german.sentence_words import (
    ABBREVIATIONS,
    BEGINNINGS,
    COMPANY_ROLES,
    LABELS,
    MAY_END,
    NAMES_WITH_MARK,
    ORDINAL_NOUNS,
    ORDINAL_TRIGGERS,
    STARTERS,
    STRONG_ENDS,
)

LONGEST = 250
"""Letters that can be said in one breath."""

_REACH = 48  # letters around a mark that can matter
_BRACKET_REACH = 400  # a bracket that closes later than this is a slip of the pen
_CLOSERS = "\"'“”’‘»«›‹)]*_"
_OPENERS = "\"'„“”‚‘»«›‹([*_¿¡–—- \t\n"
_BORDER = re.compile(
    rf"(?P<mark>[.!?…]+)(?P<closers>[{re.escape(_CLOSERS)}]*(?:\[\d{{1,3}}\]|[¹²³⁰⁴-⁹])*)(?P<gap>\s+|$)"
    r"|(?P<glued>(?<=[a-zäöüß]{2})[.!?])(?=(?P<next>[A-ZÄÖÜ][a-zäöüß]{1,12})\s)"
    r"|(?P<bullet>[^\S\n])(?=[•◦▪‣●■]\s)"
    r"|(?P<line>\n)"
)
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)\.?\s*$")
_PART = re.compile(r"[^\W\d_]{1,4}\.")
_NUMBER = re.compile(r"(?<![\w.,:/])(?:\d{1,2}\./)?(?P<last>\d+)$")
_LAST_OF_DATE = re.compile(r"(?<![\w.,])[0-3]?\d\.\s?(?:0?[1-9]|1[0-2])$")
_MONTH_NUMBER = re.compile(r"(?:0?[1-9]|1[0-2])\.(?!\d{3})")
_YEAR = re.compile(r"(?:1[5-9]|2[01])\d\d$")
_ROMAN = re.compile(r"(?<![\w.-])(?=[IVXL])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
_INITIAL = re.compile(r"(?<![^\W\d_])[A-ZÄÖÜ]$")
_BRAND = re.compile(r"[a-z]{1,5}-?[A-Z0-9]|\w[\w-]*\.[a-z]{2,}")
_BULLET = re.compile(r"(?:[-–—*+•◦▪‣●■]|\d{1,3}[.)]|[a-z]\))\s")
_GOES_ON = re.compile(
    r"[,–—-]$|\b(?:und|oder|sowie|der|die|das|dem|den|des|ein|eine[mnrs]?|für|mit|von|vom|zu[mr]?|i[nm])$"
)


def split(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, without the white space around them."""
    sentences = []
    start = 0
    for match in _BORDER.finditer(text):
        if _is_border(text, start, match):
            sentences.append(text[start : match.end()].strip())
            start = match.end()
    sentences.append(text[start:].strip())
    return tuple(sentence for sentence in sentences if sentence)


def _is_border(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether a sentence that began at ``start`` ends with the match."""
    if match["glued"]:  # a forgotten space: "… ist da.Das Modell …"
        return match["next"].lower() in STARTERS
    if match["bullet"]:
        return True
    at = match.start()
    before = text[max(start, at - _REACH) : at].lstrip()
    following = text[match.end() : match.end() + _REACH]
    if match["line"] or "\n" in match["gap"]:
        return _line_ends(before + match[0].rstrip(), following, marked=bool(match["mark"]))
    if not following.strip():
        return True
    if _inside_bracket(text, start, match):
        return False
    if match["mark"] == "." and not match["closers"]:
        alone = len(before) == at - start and not text[max(0, start - 3) : start].rstrip().endswith("?")
        return _full_stop_ends(before, following, alone=alone)
    return _mark_ends(before, match["mark"], following, closed=bool(match["closers"]))


def _line_ends(before: str, following: str, *, marked: bool) -> bool:
    """Tell whether a line break is one of the text and not only of the page."""
    if not before or not following:
        return True
    if following[0] == "\n" or _BULLET.match(following.lstrip()):
        return True
    first = following.lstrip().lstrip(_OPENERS)[:1]
    if marked and before.endswith("."):
        return _full_stop_ends(before.rstrip("."), following, alone=False)
    return not (first.islower() or _GOES_ON.search(before.rstrip()))


def _inside_bracket(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether the mark stands in a bracket that was opened in mid-sentence, and does not end the sentence too."""
    at = match.start()
    opened = text.rfind("(", max(start, at - _BRACKET_REACH), at)
    if opened <= start or text.find(")", opened, at) >= 0 or text[start:opened].isspace():
        return False
    closing = text.find(")", at, at + _BRACKET_REACH)
    if closing < 0:
        return False
    return closing >= match.end() or not _begins(text[match.end() : match.end() + _REACH])


def _begins(following: str) -> bool:
    """Tell whether a text begins with a word that only a sentence begins with."""
    word = _WORD.match(following.lstrip(_OPENERS))
    return word is not None and word[0][0].isupper() and word[0].lower() in STARTERS


def _mark_ends(before: str, mark: str, following: str, *, closed: bool) -> bool:
    """Decide for "!", "?", an ellipsis, and for any mark before a closing sign."""
    bare = following.lstrip(_OPENERS)
    if not bare:
        return True
    if mark[-1] in "!?" and bare[0] == "…":
        return True
    if bare[0].islower():
        return bool(_BRAND.match(bare)) and mark != "…"
    if set(mark) <= {"…", "."} and (mark[0] == "…" or len(mark) > 1) and before[-1:].isspace():
        return _begins(following)  # "Nvidia … AMD …": a pause; "zögerte … Dann": an end
    tail = before.rsplit(None, 1)[-1] if before else ""
    return closed or tail + mark not in NAMES_WITH_MARK


@lru_cache(maxsize=512)  # a hostile text repeats itself a hundred thousand times
def _full_stop_ends(before: str, following: str, *, alone: bool) -> bool:
    """Decide for a full stop with white space after it.

    Args:
        alone: ``before`` is all of the sentence, and no answer.
    """
    bare = following.lstrip(_OPENERS)
    starts = _begins(following)
    if not bare:
        return True
    if number := _NUMBER.search(before):
        return _number_ends(before[: number.start()], number["last"], bare, starts=starts, alone=alone)
    if parts := _abbreviated(before):
        verdict = _abbreviation_ends(parts, bare, starts=starts)
        if verdict is not None:
            return verdict
    if bare[0].islower():
        return bool(_BRAND.match(bare))
    label = _LAST_WORD.search(before, 0, max(0, len(before) - len(_last(before))))
    if _INITIAL.search(before):  # "J. Schmidhuber", but "Plan B. Nvidia …" and "Vitamin C. Es …"
        return starts or (label is not None and label[1] in LABELS)
    if _ROMAN.search(before) and _last(before):  # "Heinrich VIII. war", "im II. Weltkrieg"
        return starts or label is None or label[1].lower() not in ORDINAL_TRIGGERS
    return True


def _last(before: str) -> str:
    return before.rsplit(None, 1)[-1] if before.strip() else ""


def _number_ends(before: str, number: str, bare: str, *, starts: bool, alone: bool) -> bool:
    """Decide for a full stop after a whole number: an ordinal, a part of a date, or the end."""
    previous = _LAST_WORD.search(before)
    if not before.strip(_OPENERS) and alone:
        return False  # "1. Der Plan": the number of a list's item
    if bare[0].islower():
        return bool(_BRAND.match(bare))
    word = _WORD.match(bare)
    noun = word[0] if word else ""
    if starts:
        return True
    if len(number) <= 2 and int(number) <= 31 and _MONTH_NUMBER.match(bare):
        return False  # "3. 1. 2026"
    if bare[0].isdigit():
        return not (_LAST_OF_DATE.search(f"{before}{number}") and _YEAR.match(bare[:4]))
    if len(number) > 3 or not noun:
        return True
    if noun in ORDINAL_NOUNS and not (previous and previous[1] in LABELS):
        return False
    return not (previous and (previous[1].lower() in ORDINAL_TRIGGERS or _is_adjective(previous[1])))


def _is_adjective(word: str) -> bool:
    """Tell whether a word may be an adjective before an ordinal: "beim letzten 5. Treffen"."""
    return word[0].islower() and word.endswith(("ten", "hen", "gen", "ige", "iche", "ische")) and len(word) > 5


def _abbreviated(before: str) -> list[str]:
    """Return what may be an abbreviation's parts at the end of a text: "um i. d. R" gives *i.*, *d.*, *R*."""
    parts: list[str] = []
    for chunk in reversed(before.rsplit(None, 4)[-4:]):
        if parts and not (chunk.endswith(".") and len(chunk) <= 5):
            break
        *cut_short, last = chunk.lstrip(_OPENERS).rsplit("-", 1)[-1].split(".")
        if not (cut_short[0] if cut_short else last).isalpha():
            break
        parts = [f"{piece}." for piece in cut_short] + ([last] if last else []) + parts
    return parts if parts and parts[-1].isalpha() else []


def _abbreviation_ends(parts: list[str], bare: str, *, starts: bool) -> bool | None:
    """Decide for an abbreviation; None if the words before the stop are none."""
    for first in range(len(parts)):
        written = "".join(parts[first:]) + "."
        if written in BEGINNINGS and (following := _PART.match(bare)):
            longer = written + following[0]
            if longer in ABBREVIATIONS or longer in BEGINNINGS:
                return False
        if written in ABBREVIATIONS:
            return _may_end(written, bare, starts=starts)
    word = parts[-1]
    consonants = not re.search(r"[aeiouyäöüAEIOUYÄÖÜ]", word)
    if len(word) == 1 and word.islower():
        return starts and bool(len(parts) == 1)
    if consonants and word[1:].islower() and len(word) > 2:
        return starts  # an abbreviation that we don't know
    return None


def _may_end(written: str, bare: str, *, starts: bool) -> bool:
    if bare[0].islower():
        return False
    word = bare.split(None, 1)[0].rstrip(",.:;!?")
    if written in STRONG_ENDS:
        return word.split("-")[0] not in COMPANY_ROLES and not bare.startswith("&")
    if bare[0].isdigit():
        return written in ("Mio.", "Mrd.", "Bio.")  # a second number begins a new sentence
    return starts and written in MAY_END


# --- clauses ----------------------------------------------------------------------------------------------------------

_CALM = 170  # letters up to which a part costs nothing
_SHORT = 50  # letters below which a part sounds chopped off
_APART = 15  # letters between two cuts worth weighing
_CUT = re.compile(
    r"(?P<strong>[;:](?=\s)|[–—](?=\s))"
    r"|(?P<clause>,)(?=\s(?:(?:in|an|auf|aus|bei|durch|für|gegen|hinter|mit|nach|neben|ohne|über|unter|um|von|vor|zu|zwischen)\s)?"
    r"(?:und|oder|aber|denn|sondern|doch|dass|weil|da|wenn|falls|während|obwohl|damit|sodass|nachdem|bevor|ehe|bis|seit|indem|wobei|"
    r"wodurch|wofür|womit|worauf|worüber|was|wer|wie|wo|ob|um|ohne|anstatt|statt|als|zumal|der|die|das|dem|den|denen|dessen|"
    r"deren|welche[rsmn]?|so|also|jedoch|etwa|darunter|sowie|insbesondere|nämlich)\b)"
    r"|(?P<comma>,)(?=\s)"
    r"|(?P<weak>\s)(?=(?:und|oder|sowie|beziehungsweise)\s)"
)
_PRICE = {"strong": 0.0, "clause": 0.5, "comma": 6.0, "weak": 8.0}
_TORN = 120.0  # the price of a cut where no grammar allows one


def clauses(sentence: str) -> tuple[str, ...]:
    """Return a sentence in parts that can be said in one breath.

    A sentence of up to ``LONGEST`` letters stays whole. A longer one is cut where the parts come out even and the cuts
    hurt least: at semicolons, colons, dashes and the commas of clauses; at other places only if there is no such.
    """
    if len(sentence) <= LONGEST:
        return (sentence.strip(),)
    borders = _cheapest(_cuts(sentence))
    parts = (sentence[first:last].strip() for first, last in pairwise(borders))
    return tuple(part for part in parts if part)


def _cuts(sentence: str) -> list[tuple[int, float]]:
    """Return where the sentence may be cut, its two ends among them, each with its price."""
    cuts = [(0, 0.0)]
    found = [(match.end(), _PRICE[match.lastgroup or "weak"]) for match in _CUT.finditer(sentence)]
    for at, price in (*found, (len(sentence), 0.0)):
        while at - cuts[-1][0] > LONGEST:
            space = sentence.rfind(" ", cuts[-1][0] + _SHORT, cuts[-1][0] + LONGEST) + 1
            if not space:
                break
            cuts.append((space, _TORN))
        if at - cuts[-1][0] >= _APART or price < cuts[-1][1] or at == len(sentence):
            cuts.append((at, price))
    return cuts


def _cheapest(cuts: list[tuple[int, float]]) -> list[int]:
    """Return the positions of the cheapest series of cuts from the first to the last: a shortest path."""
    best = [0.0] + [float("inf")] * (len(cuts) - 1)
    back = [0] * len(cuts)
    oldest = 0
    for here in range(1, len(cuts)):
        while oldest < here - 1 and cuts[here][0] - cuts[oldest][0] > 2 * LONGEST:
            oldest += 1
        for earlier in range(oldest, here):
            cost = best[earlier] + cuts[here][1] + _cost(cuts[here][0] - cuts[earlier][0])
            if cost < best[here]:
                best[here], back[here] = cost, earlier
    at = len(cuts) - 1
    chosen = [at]
    while at:
        at = back[at]
        chosen.append(at)
    return [cuts[each][0] for each in reversed(chosen)]


def _cost(letters: int) -> float:
    """Return how uncomfortable a part of this length is."""
    over = max(0, letters - _CALM) / 20
    under = max(0, _SHORT - letters) / 10
    return over * over + under * under + 1.0
