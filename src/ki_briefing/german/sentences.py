"""Where a German sentence ends.

Text -> the sentences it is written in. Pure; linear in the length of the text; any text is accepted. Nothing is lost:
the parts joined are the text but for white space.

A full stop also marks ordinals ("3. Januar"), abbreviations and initials (Duden, Punkt). What stands before it and the
first word after it decide together: German writes nouns with a capital anywhere, so a capital alone proves little, but
a function word with a capital ("Danach", "Es") stands at the beginning of a sentence only.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ki_briefing.german.numerals import roman
from ki_briefing.german.sentence_words import (
    ABBREVIATIONS,
    BEGINNINGS,
    COMPANY_ROLES,
    ENDINGS,
    LABELS,
    MAY_END,
    MONTHS,
    NAMES_WITH_MARK,
    ORDINAL_NOUNS,
    ORDINAL_TRIGGERS,
    STARTERS,
    STRONG_ENDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_REACH = 48  # letters around a mark that can matter
_BRACKET_REACH = 400  # a bracket that closes later than this is a slip of the pen
_LONGEST_PART = 5  # letters, its full stop among them
_BEGIN_STARTERS = frozenset(begin for word in STARTERS for begin in (word[:2].capitalize(), word[:2].upper()))
_CLOSERS = "\"'“”’‘»«›‹)]*_"
_OPENERS = "\"'„“”‚‘»«›‹([*_¿¡–—- \t\n"
_BULLETS = "•◦▪‣●■"
_BORDER = rf"""(?x)
    [.!?…\n{_BULLETS}]  # one set comes first: so a search runs from one of them to the next
    (?: (?<![.!?…].)(?<=[.!?…]) (?P<more>[.!?…]*+)
        [{re.escape(_CLOSERS)}]*+ (?:\[\d{{1,3}}\]|[¹²³⁰⁴-⁹])*+
        [^\S\n]*+(?:\n\s*+|(?<=\s)(?![a-zäöüß]++[ ,])|$)  # a small word begins no sentence
      | (?<=[a-zäöüß]{{2}}[.!?])(?=(?P<next>[A-ZÄÖÜ][a-zäöüß]{{1,12}})\s)
      | (?<=\n)
      | (?P<bullet>(?<=[^\S\n][{_BULLETS}])(?=\s))
    )
    """
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouyäöüAEIOUYÄÖÜ")
_NUMBER = re.compile(r"(?<![\w.,:/])(?:\d{1,2}\./)?(?P<last>\d+)$")
_LAST_OF_DATE = re.compile(r"(?<![\w.,])[0-3]?\d\.\s?(?:0?[1-9]|1[0-2])$")
_TIME_OF_DAY = re.compile(r"\d{1,2}(?:[.:]\d\d)?(?: ?(?:[–-]|bis|und) ?\d{1,2}(?:[.:]\d\d)?)? ?Uhr\b")
_MONTH_NUMBER = re.compile(r"(?:0?[1-9]|1[0-2])\.(?!\d{3})")
_EARLIER_ORDINAL = re.compile(r"(?<![\w.,])\d{1,3}\.,? \w+ $")
_EARLIER_ITEM = re.compile(r"\d:\d{1,2}[,;] $|(?:^|[:,;] )\d{1,3}\. [A-ZÄÖÜ].*[,;] $")
_YEAR = re.compile(r"(?:1[5-9]|2[01])\d\d$")
_CAPITALS = re.compile(r"(?<![\w.-])[IVXLC]+$")
_GOES_ON_AS_A_NAME = re.compile(r"[a-zäöüß]{2}str$|\d ?ff?$")
_LAW = re.compile(r"[A-ZÄÖÜ]\w*[A-Z](?!\w)")
"""BGB, StGB, UrhG: what paragraphs belong to."""
_BRAND = re.compile(r"[a-z]{1,5}-?[A-Z0-9]|\w[\w-]*\.[a-z]{2,}")
_BULLET = re.compile(rf"(?:[-–—*+{_BULLETS}]|\d{{1,3}}[.)]|[a-z]\))\s")
_GOES_ON = re.compile(
    r"[,–—-]$|\b(?:und|oder|sowie|der|die|das|dem|den|des|ein|eine[mnrs]?|für|mit|von|vom|zu[mr]?|i[nm])$"
)


def split(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, without the white space around them."""
    return tuple(each(text))


def each(text: str) -> Iterator[str]:
    """Yield the same sentences, one by one."""
    start = 0
    for match in _border().finditer(text):
        if _is_border(text, start, match):
            end = match.start() if match.lastgroup == "bullet" else match.end()
            if sentence := text[start:end].strip():
                yield sentence
            start = end
    if last := text[start:].strip():
        yield last


@cache
def _border() -> re.Pattern[str]:
    """Return the pattern of all places where a sentence may end; 3 ms: not before there is a text."""
    return re.compile(_BORDER)


def _is_border(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether a sentence that began at ``start`` ends with the match."""
    found = match.lastgroup
    if found == "next":  # a forgotten space: "… ist da.Das Modell …"
        return match["next"].lower() in STARTERS
    if found == "bullet":
        return True
    at, end = match.span()
    signs = match[0].rstrip()
    before = text[max(start, at - _REACH) : at].lstrip()
    following = text[end : end + _REACH]
    if "\n" in match[0]:
        return _line_ends(before + signs, following, marked=bool(signs))
    if not following or following.isspace():
        return True
    opened = text.rfind("(", max(start, at - _BRACKET_REACH), at)
    if opened > start and _inside_bracket(text, start, opened, match):
        return False
    if signs == ".":
        alone = (
            before[-1:].isdecimal()
            and len(before) == at - start
            and not text[max(0, start - 3) : start].rstrip().endswith("?")
        )
        return _full_stop_ends(before, following, alone)
    mark = text[at : match.end("more")]
    return _mark_ends(before, mark, following, closed=len(mark) < len(signs))


def _line_ends(before: str, following: str, *, marked: bool) -> bool:
    """Tell whether a line break is one of the text and not only of the page."""
    if not before or not following:
        return True
    if following[0] == "\n" or _BULLET.match(following.lstrip()):
        return True
    first = following.lstrip().lstrip(_OPENERS)[:1]
    if marked and before.endswith("."):
        return _full_stop_ends(before.rstrip("."), following, False)
    return not (first.islower() or _GOES_ON.search(before.rstrip()))


def _inside_bracket(text: str, start: int, opened: int, match: re.Match[str]) -> bool:
    """Tell whether the mark stands in a bracket that was opened in mid-sentence, and does not end the sentence too."""
    at = match.start()
    if text.find(")", opened, at) >= 0 or text[start:opened].isspace():
        return False
    closing = text.find(")", at, at + _BRACKET_REACH)
    if closing < 0:
        return False
    return closing >= match.end() or not _begins(text[match.end() : match.end() + _REACH])


def _begins(following: str) -> bool:
    """Tell whether a text begins with a word that only a sentence begins with."""
    return _is_starter(following.lstrip(_OPENERS))


def _is_starter(bare: str) -> bool:
    if bare[:2] not in _BEGIN_STARTERS:
        return False
    word = _WORD.match(bare)
    return word is not None and word[0].lower() in STARTERS


def _mark_ends(before: str, mark: str, following: str, *, closed: bool) -> bool:
    """Decide for "!", "?", an ellipsis, and for any mark before a closing sign."""
    bare = following.lstrip(_OPENERS)
    if not bare or bare.isspace():
        return True
    if mark[-1] in "!?" and bare[0] == "…":
        return True
    if bare[0].islower():
        return bool(_BRAND.match(bare)) and mark != "…"
    if set(mark) <= {"…", "."} and (mark[0] == "…" or len(mark) > 1) and before[-1:].isspace():
        return _begins(following)  # "Nvidia … AMD …": a pause; "zögerte … Dann": an end
    tail = before.rsplit(None, 1)[-1] if before else ""
    return closed or tail + mark not in NAMES_WITH_MARK


def _full_stop_ends(before: str, following: str, alone: bool) -> bool:
    """Decide for a full stop with white space after it.

    Args:
        alone: ``before`` is all of the sentence, and no answer.
    """
    bare = following.lstrip(_OPENERS)
    if not bare or bare.isspace():
        return True
    if before.endswith("./"):
        return False  # "Müller ./. Land Hessen"
    starts = _is_starter(bare)
    last = before[-1:]
    if last.isdecimal() and _LAST_OF_DATE.search(before) and _TIME_OF_DAY.match(bare):
        return False  # "Sa 17.3. 14 Uhr"
    if last.isdecimal() and (number := _NUMBER.search(before, _begin_of_last(before))):
        return _number_ends(before[: number.start()], number["last"], bare, starts=starts, alone=alone)
    if _GOES_ON_AS_A_NAME.search(before) and (bare[0].isdigit() or _LAW.match(bare)):
        return before.endswith("str") is not bare[0].isdigit()  # "Goethestr. 3", "§§ 535 ff. BGB"
    if last.isalpha() and (verdict := _abbreviation_ends(before, bare, starts=starts)) is not None:
        return verdict
    if bare[0].islower():
        return bool(_BRAND.match(bare))
    if not last.isupper():
        return True
    begin = _begin_of_last(before)
    numeral = _CAPITALS.search(before, begin)
    if numeral and not before[:begin].strip(_OPENERS) and roman(numeral[0]):
        return False  # "IV. Lampen tauschen": a heading's number
    if starts:
        return True
    if not before[-2:-1].isalpha():  # "J. Schmidhuber", but "Plan B. Nvidia …" and "Vitamin C. Es …"
        return _word_at_end(before[:begin]) in LABELS
    if numeral and 0 < roman(numeral[0]) < 100:  # "Heinrich VIII. war", "im II. Weltkrieg"
        label = _word_at_end(before[:begin])
        return label.lower() not in ORDINAL_TRIGGERS and not bare.startswith("Gustaf")
    return True


def _begin_of_last(before: str) -> int:
    """Return where the last word or figure before a full stop begins."""
    return len(before) - len(before.rsplit(None, 1)[-1])


def _word_at_end(text: str) -> str:
    """Return the word that a text ends with, perhaps before a full stop; empty if it ends otherwise."""
    tail = text.rstrip().removesuffix(".").rpartition(" ")[2]
    if tail.isalpha():
        return tail
    begin = len(tail)
    while tail[begin - 1 : begin].isalpha():
        begin -= 1
    return tail[begin:]


def _number_ends(before: str, number: str, bare: str, *, starts: bool, alone: bool) -> bool:
    """Decide for a full stop after a whole number: an ordinal, a part of a date, or the end."""
    if not before.strip(_OPENERS) and alone:
        return False  # "1. Der Plan": the number of a list's item
    if bare[0].islower():
        return bool(_BRAND.match(bare))
    if starts:
        return True
    if bare[0].isdigit():
        if len(number) <= 2 and int(number) <= 31 and _MONTH_NUMBER.match(bare):
            return False  # "3. 1. 2026"
        return not (_LAST_OF_DATE.search(f"{before}{number}") and _YEAR.match(bare[:4]))
    word = _WORD.match(bare)
    noun = word[0] if word else ""
    previous = _word_at_end(before)
    if not noun or (len(number) > 3 and previous not in ("der", "die", "das", "dem", "den", "zum", "beim")):
        return True  # "seit 2012. Besucher", but "der 1100. Besucher"
    if noun in ORDINAL_NOUNS and (previous not in LABELS or (noun in MONTHS and int(number) <= 31)):
        return False
    if _counts_on(before, previous):
        return False
    return not (previous.lower() in ORDINAL_TRIGGERS or _is_adjective(previous))


def _counts_on(before: str, previous: str) -> bool:
    """Tell whether a number goes on what stands before it: "Der 45. und 47. Präsident", "Müllers 2. Rede", a list."""
    if before.endswith((": ", "' ", "’ ")) or _EARLIER_ITEM.search(before):
        return True
    if previous in ("und", "oder", "bis", "sowie") and _EARLIER_ORDINAL.search(before):
        return True
    owner = previous[:1].isupper() and previous.endswith("s") and previous not in LABELS
    return owner and previous.lower() not in STARTERS


def _is_adjective(word: str) -> bool:
    """Tell whether a word may be an adjective before an ordinal: "beim letzten 5. Treffen"."""
    return word[:1].islower() and word.endswith(("ten", "hen", "gen", "ige", "iche", "ische")) and len(word) > 5


def _abbreviation_ends(before: str, bare: str, *, starts: bool) -> bool | None:
    """Decide for an abbreviation; None if the words before the stop are none: "um i. d. R" ends with *i.d.R.*"""
    *earlier, chunk = before.rsplit(None, 4)[-4:]
    *parts, word = _dotted(chunk)
    if not word.isalpha() or (parts and not parts[0].isalpha()):
        return None
    parts = parts or _parts(earlier)
    alone = not parts
    written = f"{word}."
    endings = []
    while written in ENDINGS:
        endings.append(written)
        if not parts:
            break
        written = f"{parts.pop()}.{written}"
        parts = parts or _parts(earlier)
    for written in reversed(endings):
        if written in BEGINNINGS:
            longer = f"{written}{bare[:_LONGEST_PART].partition('.')[0]}."
            if longer in ABBREVIATIONS or longer in BEGINNINGS:
                return False
        if written in ABBREVIATIONS:
            return _may_end(written, bare, starts=starts)
    if len(word) == 1 and word.islower():
        return starts and alone
    if len(word) > 2 and word[1:].islower() and _VOWELS.isdisjoint(word):
        return starts  # an abbreviation that we don't know
    return None


def _parts(earlier: list[str]) -> list[str]:
    """Take the last one of the earlier words and return the parts of an abbreviation that it may consist of."""
    if not earlier or (chunk := earlier.pop())[-1] != "." or len(chunk) > _LONGEST_PART:
        return []
    parts = _dotted(chunk)[:-1]
    return parts if parts[0].isalpha() else []


def _dotted(chunk: str) -> list[str]:
    """Return what full stops part in a word, without what opens it or is joined to it by a hyphen."""
    return [chunk] if chunk.isalpha() else re.split(r"[-–/+]", chunk.lstrip(_OPENERS))[-1].split(".")


def _may_end(written: str, bare: str, *, starts: bool) -> bool:
    if bare[0].islower():
        return False
    word = bare.split(None, 1)[0].rstrip(",.:;!?")
    if written in STRONG_ENDS:
        return word.split("-")[0] not in COMPANY_ROLES and not bare.startswith("&")
    if bare[0].isdigit():
        return written in ("Mio.", "Mrd.", "Bio.")  # a second number begins a new sentence
    return starts and written in MAY_END
